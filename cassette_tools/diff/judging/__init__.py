"""The judgement: how grave each fact is, what caused it, what only follows from it, and what is told once."""
