"""Which interaction of one recording answers to which of the other, and who asked whom."""
