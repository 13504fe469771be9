"""What must a person state, keep lists of and be reminded of?"""
