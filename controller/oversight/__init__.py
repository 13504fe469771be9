"""What were those who answer for a clinic shown, and what did they say of it?"""
