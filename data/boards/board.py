"""A published board: ratings of models at a time, as somebody else computed them."""

from dataclasses import dataclass

import numpy as np

from recount.engine.choices.ties import TieRule
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.scale import ELO, Scale
from recount.engine.uncertainty.given_ratings import PointRatings, independent_normal
from recount.engine.uncertainty.sandwich import JointNormal
from recount.engine.vote_law import VoteLaw
from recount.engine.votes import Floats

# Of a 95 % interval that is normal.
HALF_WIDTH = 1.96
POINTS = "Elo points"
OWN_UNITS = "units of its own"
# Numbers that are no Elo points: strengths in log-odds; shares and scores, also in percent.
LARGEST_STRENGTH, LARGEST_SHARE = 10.0, 100.0


def are_elo_points(ratings: Floats) -> bool:
    """Whether ratings, NaN where there is none, can be Elo points; which lie hundreds apart, or around 1000."""
    rated = ratings[np.isfinite(ratings)]
    if rated.size < 2:
        return True
    return bool(np.abs(rated).max() > LARGEST_STRENGTH and (rated.min() < 0 or rated.max() > LARGEST_SHARE))


@dataclass(frozen=True, slots=True, eq=False)
class Board:
    """Ratings that were published.

    Attributes
    ----------
    names : tuple of str
        As the board has them; where it has one twice, "NAME (2)" is the second.
    ratings : (n,) float64
        In points of the measure.
    variances : (n,) float64
        Square of points, stated or of 95 % intervals, ((upper - lower) / 2 / 1.96) squared; NaN where none is stated, 0 of a model that fixes the
        scale.
    n_votes : (n,) float64
        NaN where not stated.
    ranks : (n,) float64
        As stated, by whatever rule; NaN where not stated.
    organisations, licences : tuple of str
        As stated; "" where not.
    category, subset : str
        Which of the boards of a source; "" if it has no parts.
    published, captured : str
        Days (ISO 8601) on which it was published, and copied from there; "" if not known.
    measure : str
        What ratings are measured in; only Elo points say something of votes.
    n_stated : int, optional
        How many models the source says it holds.
    left_out : tuple of str
        Models listed without a rating.
    source, checksum : str
        The file, and its SHA-256.
    remarks : tuple of str
        What was decided in reading.
    columns : str
        What the columns of the file were said to hold; "" if its form is known.

    Raises
    ------
    InputError
        If a name stands twice, or a rating or a variance is not possible.
    """

    names: tuple[str, ...]
    ratings: Floats
    variances: Floats
    n_votes: Floats
    ranks: Floats
    organisations: tuple[str, ...]
    licences: tuple[str, ...]
    category: str = ""
    subset: str = ""
    published: str = ""
    captured: str = ""
    measure: str = POINTS
    n_stated: int | None = None
    left_out: tuple[str, ...] = ()
    source: str = ""
    checksum: str = ""
    remarks: tuple[str, ...] = ()
    columns: str = ""

    def __post_init__(self) -> None:
        where = f"board {self.source}".strip()
        columns = (self.ratings, self.variances, self.n_votes, self.ranks, self.organisations, self.licences)
        if any(len(column) != len(self.names) for column in columns):
            raise InputError(f"{where} has columns of different lengths; give one value for each of {plural(len(self.names), 'model')}")
        if not self.names:
            raise InputError(f"{where} has no model with a rating")
        if twice := [name for name in self.names if self.names.count(name) > 1] if len(set(self.names)) < len(self.names) else []:
            raise InputError(f"{where} has {twice[0]!r} {self.names.count(twice[0])} times; name each model once")
        if not np.isfinite(self.ratings).all():
            raise InputError(f"{where} has the rating {self.ratings[~np.isfinite(self.ratings)][0]}; a rating is a finite number")
        if (odd := (self.variances < 0) | np.isinf(self.variances)).any():
            raise InputError(f"{where}: {self.names[int(np.argmax(odd))]!r} has a variance that is negative or infinite")
        for column in (self.ratings, self.variances, self.n_votes, self.ranks):
            column.setflags(write=False)

    @property
    def date(self) -> str:
        """Day of publication, or else of the capture; "" if neither is known."""
        return self.published or self.captured

    @property
    def has_intervals(self) -> bool:
        """Whether every rating has a variance."""
        return bool(np.isfinite(self.variances).all())

    @property
    def scale(self) -> Scale:
        """The scale on which strengths have the published ratings."""
        return Scale(ELO, float(self.ratings.mean()))

    def uncertainty(self) -> JointNormal | PointRatings:
        """Independent normal errors of all ratings; none, if a rating has no variance."""
        strengths = (self.ratings - self.ratings.mean()) / ELO
        law = VoteLaw(TieRule.HALF) if self.measure == POINTS else None
        if not self.has_intervals:
            return PointRatings(self.names, strengths, "none: not every rating of the board has an interval", law)
        n_votes = self.n_votes if (self.n_votes > 0).all() else None
        return independent_normal(self.names, strengths, self.variances / ELO**2, "independent errors, as wide as the board states", law, n_votes)

    def at(self, name: str) -> float:
        """Rating of a model.

        Raises
        ------
        OptionError
            If it is not on the board.
        """
        if name not in self.names:
            raise OptionError(f"{name!r} is not on the board, which has {self.names[0]!r}")
        return float(self.ratings[self.names.index(name)])

    def __repr__(self) -> str:
        part = " ".join(filter(None, (self.subset, self.category, self.date)))
        leader = self.names[int(np.argmax(self.ratings))]
        return f"Board of {plural(len(self.names), 'model')}{f' ({part})' if part else ''}; {leader!r} leads with {self.ratings.max():.1f}"
