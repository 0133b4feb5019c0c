"""Figures of answers: a table in, a figure out, in one house template. The public names are in `recount.figures`."""
