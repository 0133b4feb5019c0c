"""What people conclude from ratings, put to the test: analyses, country rankings, specifications, the command line."""
