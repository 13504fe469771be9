"""Expressions answered line by line, for programs that drive the engine from outside."""
