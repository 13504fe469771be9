"""A made-up MSP with twelve practices and ninety days behind it: its machines speak for real."""
