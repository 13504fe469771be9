"""How old is each copy of the images, and where does it lie? One file a kind of store."""
