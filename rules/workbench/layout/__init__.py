"""How files of rules are laid out: read with every comment, put in order, written again."""
