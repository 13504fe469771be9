"""What changes in meaning between two packs, and how big a step of the version is that?"""
