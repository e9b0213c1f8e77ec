"""The state of a suite of recordings: what `cassette report`, `stats` and `find` tell."""
