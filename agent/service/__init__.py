"""Is the guard a service of Windows, as Windows wants its services to be?"""
