"""Country rankings from joint draws of all strengths."""
