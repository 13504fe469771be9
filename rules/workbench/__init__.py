"""What an author does, one file a verb; the only place where language and engine meet."""
