"""What was sent beside the messages: URL, header fields, events, usage, and bodies that no dialect reads."""
