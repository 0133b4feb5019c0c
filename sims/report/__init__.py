"""One page that holds an analysis: the answer first, then everything that it stands on."""
