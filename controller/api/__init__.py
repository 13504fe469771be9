"""What programs ask of the controller; today whether it is alive."""
