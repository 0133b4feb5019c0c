"""Layouts of logs in which a row is not a vote: how the votes of a row are found."""
