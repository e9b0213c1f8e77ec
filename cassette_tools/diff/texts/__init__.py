"""Texts: what a reader would check in them, and whether two say the same."""
