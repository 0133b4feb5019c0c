"""What somebody may have meant who wrote a name that is not there."""

import difflib
from collections.abc import Iterable

from recount.engine.showing import listed

N_NEAR, N_SHOWN = 3, 8
# Of several; one alone may be less like it.
NEAR = 0.75


def near_to(name: str, there: Iterable[str]) -> list[str]:
    """Return up to three names that are like one that is not there, nearest first; only letters and digits matter.

    A name that begins with what was written, as gpt-4-0613 with gpt4, was more likely meant than one of other letters; and a short one than a long
    one.
    """
    of_letters = {_letters(one): one for one in there}
    letters = _letters(name)
    like = difflib.get_close_matches(letters, of_letters, n=N_NEAR, cutoff=NEAR) or difflib.get_close_matches(letters, of_letters, n=1)
    near = sorted((one for one in of_letters if letters and letters in one), key=lambda one: (not one.startswith(letters), len(one)))
    near += [one for one in like if one not in near]
    return [of_letters[one] for one in near[:N_NEAR]]


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold())) or name


def did_you_mean(name: str, there: Iterable[str], n_shown: int = N_SHOWN) -> str:
    """Return what to write in place of a name that is not there: what is near, or else the first of what there is; empty if there is nothing."""
    names = list(there)
    if near := near_to(name, names):
        return f"did you mean {' or '.join(map(repr, near))}?"
    return f"there are {listed(names, n_shown)}" if names else ""
