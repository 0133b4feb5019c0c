"""Columns of the table of voters under suspicion."""

from recount.sims.presentation.column import VOTES, Column, P

OF_VOTERS = (
    Column("voter", "", "Voter", "who is under suspicion"),
    Column("column", "", "Column", "column of the log that names voters"),
    Column("score", "", "Score", "minus the logarithm of the p-value, to base 10", 1),
    Column("p_value", P, "p", "of all tests of the voter together, if honest", None, ("suspects",)),
    Column("p_adjusted", P, "Adjusted p", "p-value adjusted for the number of voters (Benjamini and Hochberg): the rate of false alarms"),
    Column("reason", "", "Reason", "what speaks against the voter"),
    Column("p_against", P, "p, against", "p-value of votes against the stronger competitor, beyond usual tastes"),
    Column("p_favourite", P, "p, favourite", "p-value of wins or losses of one competitor, beyond usual tastes"),
    Column("p_focus", P, "p, focus", "p-value of votes in which one competitor stands"),
    Column("p_side", P, "p, side", "p-value of votes for the one shown first; missing where that is no chance"),
    Column("p_sequential", P, "p, sequential", "p-value of Chiang et al.'s test (2024), which allows for no tastes and has no part in the list"),
    Column("n_in_a_minute", VOTES, "In a minute", "most votes within 60 seconds"),
)
