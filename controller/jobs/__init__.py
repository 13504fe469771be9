"""What the controller does by itself: one file a job, and the thread that runs them."""
