"""What every comparison works with: the scene, the change it makes, its places, and the masks of recorders."""
