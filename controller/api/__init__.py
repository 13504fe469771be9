"""What programs ask of the controller: whether it is alive, and how it is."""
