"""`cassette lint`: select rules, run them over recordings, drop what is suppressed, and say what is left.

`select` chooses the rules, `engine` judges one file, `run` does many, with `pool` for processes and `cache` for files
that did not change.
"""
