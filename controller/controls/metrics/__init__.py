"""The ten figures that leadership is shown."""
