"""What the guard starts and what ends by itself: patrol, inspect, courier."""
