"""Which machine is this: system, role, how it is joined; one file a system."""
