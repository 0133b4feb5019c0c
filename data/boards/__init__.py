"""Published boards: ratings that somebody else computed, read as they are and compared with each other."""
