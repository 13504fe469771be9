"""A rule is put to the proof: by its tests, with a fact lost, with a mistake in it, looked on."""
