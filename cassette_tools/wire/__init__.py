"""From recorded bytes to text and events: content codings, character encodings and stream framings.

Nothing here knows an LLM API. `body.read_body` is what formats call; each framing is a module of its own.
"""
