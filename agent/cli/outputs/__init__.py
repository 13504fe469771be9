"""How the results of an audit are written: one file a form."""
