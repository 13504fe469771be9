"""How each fact of the catalogue is answered on a machine: one file a topic."""
