"""Which folders of this machine does a program carry away, and to whom?"""
