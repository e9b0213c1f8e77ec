"""Many recordings against many: folders, git revisions, and the noise learned from several runs."""
