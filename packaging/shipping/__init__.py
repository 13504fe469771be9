"""How do the packages of a release come to be, byte for byte the same each time?"""
