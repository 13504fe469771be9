"""What did machines show from when to when: which accounts, which missing patches?"""
