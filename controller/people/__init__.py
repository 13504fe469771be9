"""Who may see and do what: users, memberships, roles, sessions."""
