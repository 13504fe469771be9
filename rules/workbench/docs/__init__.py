"""What does a pack ask, told to people: one page of Markdown a pack."""
