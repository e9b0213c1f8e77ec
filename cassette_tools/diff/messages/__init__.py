"""What was said: the history of a request, the parts of an answer, tools, their arguments and results, sources."""
