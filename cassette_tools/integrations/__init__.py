"""What recorders call while they record: one module for each recorder, none of which is imported by anything here."""
