"""A rule by its parts: named, found in its file, changed in one place, or watched."""
