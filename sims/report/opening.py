"""What a page says first: who leads, how surely, and what to keep in mind."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.sims.presentation.country_leads import of_each_group
from recount.sims.presentation.judgements import count_verdicts
from recount.sims.presentation.wording import competitor, is_missing, is_probability, level_of, probability
from recount.sims.report.country_names import named_codes
from recount.sims.report.leaderboard_section import probability_of_best
from recount.sims.report.left_out import what_is_left_out
from recount.sims.report.material import Material
from recount.sims.report.to_keep_in_mind import CAVEATS

N_CAVEATS = 4


@dataclass(frozen=True, slots=True)
class Opening:
    """The answer.

    Attributes
    ----------
    headline : str
        Who leads.
    how_sure : sequence of str
    caveats : sequence of str
        The main ones.
    codes : str
        What the countries that it names are called.
    left_out : str
        What choices left out; "" if nothing.
    """

    headline: str
    how_sure: tuple[str, ...]
    caveats: tuple[str, ...]
    codes: str = ""
    left_out: str = ""


def opening_of(material: Material) -> Opening:
    """Say who leads, how surely, and what most of all to keep in mind."""
    by_group = _of_countries(material)
    sure = tuple(filter(None, (_of_the_best(material), *by_group, _of_claims(material))))
    caveats = [sentence for find in CAVEATS for sentence in _found(find, material)]
    shown = caveats[:N_CAVEATS]
    # As words of their own, in capitals.
    said = named_codes(re.findall(r"\b[A-Z]{2}\b", " ".join((*by_group, *shown)))) if by_group else {}
    codes = ", ".join(f"{code}: {called}" for code, called in said.items() if code in set(material.country_of))
    return Opening(material.headline, sure, tuple(shown), f"{codes}." if codes else "", what_is_left_out(material))


def _found(find: Callable[[Material], Iterator[str]], material: Material) -> list[str]:
    """Return what is found; nothing where it cannot be asked, which the section says where it belongs."""
    try:
        return list(find(material))
    except RecountError:
        return []


def _of_the_best(material: Material) -> str:
    frame = material.leaderboard.frame
    top = frame.iloc[0]
    if is_missing(top["p_best"]):
        return ""
    p_name = probability_of_best(frame)
    first = frame[frame["rank_best"] == 1]
    who = f"{plural(len(first), 'competitor')} may be first" if len(first) > 1 else "No other can be first"
    level = level_of(material.leaderboard.confidence_level)
    more = " That asks more than the probability of one." if len(first) > 1 and top[p_name] >= material.leaderboard.confidence_level else ""
    jointly = f"{who}, at {level} for all ranks jointly.{more}"
    most = frame.iloc[int(frame[p_name].to_numpy().argmax())]
    likelier = "" if most[p_name] <= top[p_name] else f"; {competitor(most['competitor'])} is the best with {probability(most[p_name])}"
    return f"The probability that {competitor(top['competitor'])} is the best is {is_probability(top[p_name])}{likelier}. {jointly}"


def _of_countries(material: Material) -> list[str]:
    try:
        told = material.countries
    except RecountError:
        return []
    return of_each_group(told.frame, level_of(told.confidence_level))


def _of_claims(material: Material) -> str:
    if not material.claims:
        return ""
    try:
        return count_verdicts(material.judged.frame)
    except RecountError:
        # The section says why.
        return ""
