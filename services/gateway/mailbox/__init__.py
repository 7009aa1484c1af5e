"""Packages that lie here until somebody fetches them: partners of our API, and ourselves what they handed in."""
