"""The author's side: from YAML text to problems with a caret, or to a compiled pack."""
