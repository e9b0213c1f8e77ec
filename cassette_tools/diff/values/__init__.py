"""JSON values: which element of a list became which, and what is the same value under another id."""
