"""One left out: a model, an organisation, a country, an opponent, a group of voters.

How much a conclusion hangs on one part of what was observed: the jackknife by groups (Efron and Tibshirani 1993, chapter 11), and removal of players
(Karimi et al. 2026, arXiv 2605.15761).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from recount.data import Catalogue
from recount.data.catalogue import codes_in
from recount.engine.choices import check, choice
from recount.engine.errors import InputError, OptionError
from recount.engine.near_names import did_you_mean
from recount.engine.votes import Bools, PairCounts, Votes
from recount.sims.analysis.log import Log
from recount.sims.countries.facts import Stated, facts_of
from recount.sims.filtering.by_vote import Passed, having
from recount.sims.filtering.found_columns import column_of_voters
from recount.sims.filtering.not_there import no_such_competitor
from recount.sims.perturbations.changed_votes import Change

NONE_KNOWN = "nothing is known of them: give a catalogue that has these models"


@dataclass(frozen=True, slots=True)
class LeaveModelOut:
    """All but one model (Karimi et al. 2026, arXiv 2605.15761)."""

    model: str = choice(None, "Model that is left out, with all its votes.", example="'gpt-4-0613'")

    def __post_init__(self) -> None:
        check(self)

    def staying(self, names: Sequence[str], catalogue: Catalogue | None, stated: Stated | None) -> Bools:
        """Which models stay; raise `InputError` if the one to leave is not there."""
        if self.model not in names:
            raise no_such_competitor("model", self.model, names, "there")
        return np.array([name != self.model for name in names], np.bool_)


@dataclass(frozen=True, slots=True)
class LeaveOrganisationOut:
    """All but the models of one organisation: the jackknife by groups (Efron and Tibshirani 1993). Those of unknown organisations stay."""

    organisation: str = choice(None, "Organisation whose models are left out, as the catalogue calls it.", example="'OpenAI'")

    def __post_init__(self) -> None:
        check(self)

    def staying(self, names: Sequence[str], catalogue: Catalogue | None, stated: Stated | None) -> Bools:
        """Which models stay; raise `InputError` if the organisation has none."""
        # Of a model whose organisation is not known, facts name the model itself.
        of_models = [(own,) if own != model else () for model, own in facts_of(names, catalogue, stated).frame["organisation"].items()]
        return _not_of("organisation", self.organisation, of_models)


@dataclass(frozen=True, slots=True)
class LeaveCountryOut:
    """All but the models of one country: the jackknife by groups (Efron and Tibshirani 1993). Those of unknown countries stay."""

    country: str = choice(None, "Country whose models are left out, by the head office of who made them (ISO 3166-1).", example="'US'")

    def __post_init__(self) -> None:
        check(self)

    def staying(self, names: Sequence[str], catalogue: Catalogue | None, stated: Stated | None) -> Bools:
        """Which models stay; raise `InputError` if the country has none."""
        return _not_of("country", self.country, [codes_in(cell) for cell in facts_of(names, catalogue, stated).frame["country"]])


@dataclass(frozen=True, slots=True)
class LeaveOpponentOut:
    """All votes but those between a model and one of its opponents: what its rating is without that comparison (Karimi et al. 2026)."""

    model: str = choice(None, "Model whose votes against an opponent are left out.", example="'gpt-4-0613'")
    opponent: str = choice(None, "The opponent; its other votes stay.", example="'claude-1'")

    def __post_init__(self) -> None:
        check(self)
        if self.model == self.opponent:
            raise OptionError(f"opponent is {self.opponent!r}, which is the model itself; name another")

    def changed(self, counts: PairCounts, rng: np.random.Generator) -> Change:
        """Leave the votes of the pair out; raise `InputError` if there are none."""
        for field, name in (("model", self.model), ("opponent", self.opponent)):
            if name not in counts.names:
                raise no_such_competitor(field, name, counts.names)
        one, other = counts.names.index(self.model), counts.names.index(self.opponent)
        between = ((counts.first == one) & (counts.second == other)) | ((counts.first == other) & (counts.second == one))
        if not counts.counts[between].any():
            raise InputError(f"opponent is {self.opponent!r}, whom {self.model!r} never met; name another")
        return Change(counts.counts * ~between[:, None])


@dataclass(frozen=True, slots=True)
class LeaveVotersOut:
    """All votes but those with one label: of a voter, a judge, a language, or any other group (the jackknife by groups, Efron and Tibshirani 1993).

    Those without a label stay.
    """

    label: str = choice(None, "Label of the votes that are left out.", example="'worker 7'")
    column: str | None = choice(None, "Column of the label.", unset="the one that names voters", metavar="COLUMN")

    def __post_init__(self) -> None:
        check(self)

    def columns(self, log: Log) -> tuple[str, ...]:
        """The column of the label."""
        return (column_of_voters(log, self.column, "column"),)

    def passing(self, votes: Votes, columns: tuple[str, ...], rng: np.random.Generator) -> Passed:
        """Which votes stay; raise `InputError` if none has the label."""
        theirs = having(votes, np.ones(votes.n_votes, np.bool_), columns[0], (self.label,))
        return Passed(~theirs.votes)


def _not_of(what: str, wanted: str, of_models: Sequence[Sequence[str]]) -> Bools:
    """Which models are not of an organisation or a country."""
    there = sorted({one for of_model in of_models for one in of_model})
    if wanted not in there:
        raise InputError(f"{what} is {wanted!r}, of which no model is known to be; {did_you_mean(wanted, there) or NONE_KNOWN}")
    return np.array([wanted not in of_model for of_model in of_models], np.bool_)
