"""What is asked: the fact catalogue, the rule language, its engine, and the packs."""
