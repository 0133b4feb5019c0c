"""Ratings from pairwise votes, how sure they are, and which conclusions from them survive."""
