"""What only a function of Windows tells: each probe a child that prints one JSON document."""
