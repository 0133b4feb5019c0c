"""Whether numbers that say who won mean the same in all files: what one of them leaves open, another one does not decide.

0 and 1 may be scores of the first or anything else; where 0.5 stands among them they are scores. Files of a folder may come from several programs.
So if a file has none of the labels that tell, though of so many votes it would have some in 99 of 100 logs by their share in the others, it is asked.
"""

import math
from collections.abc import Mapping

from recount.data.choices import SCORES
from recount.data.outcome_labels import Labels
from recount.engine.errors import LabelError

SELDOM = 0.01


def check_each(labels_of: Mapping[str, Labels]) -> None:
    """Raise `LabelError` if the numbers of a source mean what they mean only by those of another.

    Parameters
    ----------
    labels_of : mapping of str to Labels
        Of each source that was read, by what messages call it.
    """
    tallies = {source: labels.n_open_and_told() for source, labels in labels_of.items()}
    telling = [(n_open, n_told) for n_open, n_told in tallies.values() if n_told]
    if not telling:
        return
    n_open, n_told = map(sum, zip(*telling, strict=True))
    for source, (n_own, n_own_told) in tallies.items():
        if n_own and not n_own_told and n_own * math.log1p(-n_told / (n_open + n_told + 1)) < math.log(SELDOM):
            listed, n_of = labels_of[source].tally()
            raise LabelError(
                f"{source}: the labels in column {labels_of[source].outcomes.column!r} are {listed}: 0 and 1 may be scores of the first or anything "
                f"else, though other files hold what tells; give --outcomes {SCORES} if they are scores in all files, or else write all alike",
                n_of,
            )
