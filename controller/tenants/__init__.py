"""Org, clinic and site: whose data is this?"""
