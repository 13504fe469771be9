"""How fast and how light, beside what a user would pick instead; one file a bar."""
