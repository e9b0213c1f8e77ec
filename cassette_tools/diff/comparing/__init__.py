"""The facts: all that changed between two interactions, without a word on how grave it is."""
