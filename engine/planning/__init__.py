"""What votes that are still to be cast would settle."""
