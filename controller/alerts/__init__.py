"""Who is told of what is wrong, and did it arrive?"""
