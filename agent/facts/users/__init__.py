"""Who may sign in, and when does each person's screen lock: accounts, and one file a desktop."""
