"""Every error of Recount; a message names the value and the remedy."""


class RecountError(Exception):
    """Base of every error that a user can cause and fix."""


class InputError(RecountError):
    """A file, a table or its contents cannot be read as votes."""


class SourceError(InputError):
    """One of the sources of votes cannot be read; others may be."""


class LabelError(InputError):
    """Labels of outcomes could mean two things, or mean nothing.

    Attributes
    ----------
    n_of_label : dict of str to int
        Rows of each label, as it is shown.
    """

    def __init__(self, message: str, n_of_label: dict[str, int]) -> None:
        super().__init__(message)
        self.n_of_label = n_of_label


class CountsError(InputError):
    """Rows that were taken for single votes may be counts.

    Attributes
    ----------
    column : str
        Which column may say how many votes a row stands for.
    """

    def __init__(self, message: str, column: str) -> None:
        super().__init__(message)
        self.column = column


class OptionError(RecountError):
    """An option is invalid."""


class ExistenceError(RecountError):
    """The maximum-likelihood ratings do not exist or are not unique (Ford 1957)."""


class ConvergenceError(RecountError):
    """A fit could not be certified to the tolerance that was asked for."""
