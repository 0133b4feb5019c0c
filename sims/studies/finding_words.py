"""Findings in words: what is concluded, and where and in favour of whom a conclusion is lost. Competitors are quoted, as everywhere in messages."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recount.engine.choices import choices_of
from recount.engine.exact_ties import highest
from recount.sims.presentation.wording import the_country
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of, to_flat
from recount.sims.studies.checked_on_source import OF_COMPETITORS
from recount.sims.studies.country_outcomes import BOTH
from recount.sims.studies.finding_rows import MOST_NAMED
from recount.sims.studies.outcome import Outcome, label_of
from recount.sims.studies.running import Study
from recount.sims.studies.settings import shown


def in_words(outcome: Outcome, study: Study) -> str:
    """Say what is concluded, from the source as it is."""
    reference = study.studied.reference
    said = "" if reference is None or reference.said is None else reference.said.get(outcome, "")
    among = "" if outcome.group == "all" else f" in group {outcome.group!r}"
    by = "" if outcome.metric == "best" else f" by {outcome.metric!r}"
    other = "" if reference is None else reference.by_strengths.get(outcome, "")
    leads = f"{who_leads(said)}{among}{by}" if said else f"which country leads{among}{by}"
    apart = f" by the estimated ratings, which is what is tested; by strengths given them {who_leads(other)}" if other else ""
    first = () if reference is None else highest(reference.names, reference.strengths)
    return {
        "first place kept": "who is first" if not said else f"{said} is first" if len(first) == 1 else f"{said} share first place",
        "top k kept": f"who the first {outcome.k} are",
        "country lead kept": f"{leads}{apart}",
        "claim verdict kept": f"claim {outcome.claim!r}: {said}",
    }.get(outcome.name, label_of(outcome, {name: value for name, value in to_flat(outcome).items() if value != choices_of(Outcome)[name].default}))


def who_leads(said: str) -> str:
    """Say which country leads, or which lead together."""
    return f"{BOTH.join(map(the_country, said.split(BOTH)))} {'lead together' if BOTH in said else 'leads'}"


def lost(known: pd.DataFrame, study: Study) -> str:
    """Say where a conclusion is not kept, and what is found there instead."""
    away = known[known["value"] == 0.0]
    if away.empty:
        return ""
    others = away.loc[away["says"] != "", "says"].value_counts()
    instead = f"; instead {', '.join(f'{text} in {n:,}' for text, n in others.head(MOST_NAMED).items())}" if len(others) else ""
    settings = list(dict.fromkeys(known["setting"]))
    if len(settings) == 1:
        return instead
    if sum("." in name for name in study.settings[settings[0]].varied) > 1:
        return f"{most_often(known, study)}{instead}"
    places = [in_own_words(study.settings[setting].varied) for setting in dict.fromkeys(away["setting"])]
    more = f" and {len(places) - MOST_NAMED:,} more" if len(places) > MOST_NAMED else ""
    return f"; lost with {', '.join(places[:MOST_NAMED])}{more}{instead}"


def most_often(known: pd.DataFrame, study: Study) -> str:
    """Name the value of a choice with which a conclusion is lost most often, of several choices that vary."""
    varied = pd.DataFrame(
        [{name: shown(value) for name, value in study.settings[setting].varied.items() if "." in name} for setting in known["setting"]]
    )
    is_lost = (known["value"] == 0.0).to_numpy()
    counts = [
        (is_lost[at].mean(), in_own_words({str(name): value}), int(is_lost[at].sum()), int(at.sum()))
        for name in varied
        if len(varied[name].unique()) > 1
        for value in varied[name].unique()
        for at in [(varied[name] == value).to_numpy()]
    ]
    if not counts:
        return ""
    _, said, n_lost, n = max(counts, key=lambda one: one[0])
    return f"; lost most often with {said} ({n_lost:,} of {n:,})"


def in_own_words(varied: Mapping[str, Any]) -> str:
    """Say what a setting is among others of its block: a choice of the analysis as the option that makes it, a part that is left out by its name."""
    said = []
    for name, value in varied.items():
        what, _, field = name.partition(".")
        if what == "specification":
            option = options_of(Specification)[field]
            said.append(option.flag if value in (True, "True") else f"{option.flag} {shown(value)}")
        elif field in OF_COMPETITORS or field in ("organisation", "label"):
            said.append(", ".join(map(repr, value if isinstance(value, list | tuple) else [value])))
        elif field:
            said.append(shown(value) if field == "country" else f"{field} {shown(value)}")
    return " ".join(said) or "what it is"
