"""Is this evidence bundle true? The checks, one topic a file, and what they say to people."""
