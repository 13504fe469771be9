"""What people see: one file a page, on the features' queries and actions."""
