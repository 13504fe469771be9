"""Which machines does the practice own, by the lists of others, besides those that report?"""
