"""What lies beneath a mount or a path, down to the physical disks, and what encrypts on the way."""
