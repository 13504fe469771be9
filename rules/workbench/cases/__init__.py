"""What do the tests of a pack ask, and how are their files read?"""
