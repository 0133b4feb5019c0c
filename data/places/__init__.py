"""Where votes are: files named by paths, folders, patterns and addresses, and the parts of them that are read at once."""
