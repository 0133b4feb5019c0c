"""The columns of what is said of data: a log, scores, the public data sets."""

from recount.sims.presentation.column import Column

COLUMNS_OF_DATA = (
    Column("from", "", "From", "first day of the day, week or month in which the votes were cast", None, ("votes over time",)),
    Column("item", "", "Item", "what is counted or said"),
    Column("value", "", "Value", "the count or the statement", None, ("check",)),
    # The public data sets
    Column("name", "", "Name", "name of the data set, for recount data fetch", None, ("data",)),
    Column("kind", "", "Kind", "what it holds: votes, a board, scores, or facts of models", None, ("data",)),
    Column("what", "", "What", "what it is", None, ("data",)),
    Column("n_files", "files", "Files", "files of the data set"),
    Column("n_fetched", "files", "Fetched", "files that are on this machine, as published"),
    Column("licence", "", "Licence", "licence under which its owner publishes it", None, ("data",)),
    Column("needs_login", "", "Login", "whether its owner asks for an account and consent"),
    Column("checksums", "", "Checksums", "whether SHA-256 of all files is known; otherwise files stay what they were when they were first fetched"),
    Column("homepage", "", "Homepage", "page of its owner"),
    Column("citation", "", "Citation", "what to cite"),
    Column("command", "", "Command", "the command that reads it", None, ("data",)),
)
