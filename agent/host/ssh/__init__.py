"""A machine that carries no agent, asked over SSH by one script a round."""
