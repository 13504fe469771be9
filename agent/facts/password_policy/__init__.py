"""How the fact `password_policy` is answered."""
