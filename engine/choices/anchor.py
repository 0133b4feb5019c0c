"""The competitor whose rating is set, so that scales can be compared."""

from dataclasses import dataclass

from recount.engine.choices.declaring import check, choice
from recount.engine.choices.usual import CENTRE
from recount.engine.errors import OptionError


@dataclass(frozen=True, slots=True)
class Anchor:
    """A competitor and its rating; it shifts the scale and nothing else.

    Attributes
    ----------
    competitor : str
    rating : float
        In points.

    Raises
    ------
    OptionError
        If no competitor is named, or the rating is not finite.
    """

    competitor: str = choice(
        "", "Competitor whose rating is set to --anchor-rating; this shifts the scale and nothing else.", name="anchor", metavar="NAME"
    )
    rating: float = choice(CENTRE, "Rating of the anchor.", name="anchor_rating", least=-1e12, most=1e12)

    def __post_init__(self) -> None:
        check(self)
        if not self.competitor:
            raise OptionError(f"anchor_rating is {self.rating:g}, but no anchor is named; name a competitor")
