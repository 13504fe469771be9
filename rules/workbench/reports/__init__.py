"""In which forms problems are written: one file a form; `index.py` lists them."""
