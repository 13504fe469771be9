"""A page for every problem id: what it means, a wrong and a right example."""
