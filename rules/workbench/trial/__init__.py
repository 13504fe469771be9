"""A rule on trial: judged by its tests, with a fact lost, with a mistake in it, looked on."""
