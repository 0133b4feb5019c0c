"""A log whose votes are those of another after a perturbation; it is what `recount.analyse` takes."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np

from recount.data import Catalogue, Quarantine
from recount.data.saved_counts import Provenance
from recount.engine.counting import count
from recount.engine.errors import InputError
from recount.engine.plurals import plural
from recount.engine.showing import listed
from recount.engine.votes import PairCounts, Votes
from recount.sims.analysis.log import Log
from recount.sims.filtering.by_vote import Passed
from recount.sims.perturbations.changed_votes import Change, counts_after, rows_after
from recount.sims.perturbations.protocols import OfCounts, OfModels, OfVotes, Perturbation


def change_of(counts: PairCounts, perturbation: OfCounts | OfModels, seeds: tuple[int, ...], catalogue: Catalogue | None) -> Change:
    """Return what becomes of the votes of counts."""
    if isinstance(perturbation, OfCounts):
        return perturbation.changed(counts, np.random.default_rng(seeds))
    stays = perturbation.staying(counts.names, catalogue, None)
    return Change(counts.counts * (stays[counts.first] & stays[counts.second])[:, None])


def left_of(before: PairCounts, after: PairCounts, said: str) -> PairCounts:
    """Return what is left of counts; raise `InputError` if nothing is."""
    if not after.n_votes:
        raise InputError(f"{said} leaves no vote of {before.n_votes:,}; loosen it")
    return after


class PerturbedLog(Log):
    """Votes of a log after a perturbation, made when they are needed; otherwise like the log.

    What needs a column is done on single votes; everything else on counts, from which single votes follow if an answer needs them.

    Parameters
    ----------
    whole : Log
    perturbation : Perturbation
    said : str
        The perturbation in words, with its choices and seed.
    seeds : sequence of int
        Of its random numbers.
    catalogue : Catalogue, optional
        Facts of models; the bundled one by default.
    """

    def __init__(self, whole: Log, perturbation: Perturbation, said: str, seeds: tuple[int, ...], catalogue: Catalogue | None = None) -> None:
        # The same files, read in the same way; nothing of them is read again.
        self.__dict__.update(whole.__dict__, _counted=None, _rows=None, views={})
        self.whole = whole
        self.perturbation = perturbation
        self.said = said
        self.seeds = seeds
        self.catalogue = catalogue

    @property
    def checksums(self) -> dict[str, str]:
        """SHA-256 of each file of the log."""
        return self.whole.checksums

    @property
    def provenances(self) -> dict[str, Provenance]:
        """Where the saved counts among the files come from."""
        return self.whole.provenances

    @property
    def changes(self) -> tuple[str, ...]:
        """What was done to the votes, in order."""
        before, after = self.whole.counts, self.counts
        gone = sorted({*before.names} - {*after.names})
        detail = self._passed.detail if self._columns else self._change.detail
        told = [
            f"{self.said}: {plural(after.n_votes, 'vote')}, where {before.n_votes:,} were",
            detail,
            f"none is left of {listed(gone)}" if gone else "",
        ]
        return (*self.whole.changes, "; ".join(filter(None, told)))

    @cached_property
    def _columns(self) -> tuple[str, ...]:
        """Columns that the perturbation looks at; none where counts are enough."""
        return self.perturbation.columns(self.whole) if isinstance(self.perturbation, OfVotes) else ()

    @cached_property
    def _passed(self) -> Passed:
        """Which of the single votes stay, where their columns say so."""
        assert isinstance(self.perturbation, OfVotes)
        return self.perturbation.passing(self.whole.rows(self._columns), self._columns, np.random.default_rng(self.seeds))

    @cached_property
    def _change(self) -> Change:
        """What becomes of the votes, where counts say enough."""
        assert isinstance(self.perturbation, OfCounts | OfModels)
        return change_of(self.whole.counts, self.perturbation, self.seeds, self.catalogue)

    def _count(self) -> tuple[PairCounts, Quarantine]:
        if self._counted is None:
            counts = count(self.rows()) if self._columns else counts_after(self.whole.counts, self._change)
            self._counted = left_of(self.whole.counts, counts, self.said), self.whole.quarantine
        return self._counted

    def rows(self, columns: Iterable[str] = ()) -> Votes:
        """Single votes after the perturbation, with further columns; as of `Log.rows`."""
        wanted = tuple(dict.fromkeys((*columns, *self._columns, *(self._rows[0] if self._rows else ()))))
        if self._rows is None or not {*wanted} <= {*self._rows[0]}:
            self._rows = wanted, self._after(self.whole.rows(wanted)), self.whole.quarantine
        return self._rows[1]

    def _after(self, votes: Votes) -> Votes:
        if not self._columns:
            # Another stream, so that the counts are the same whether or not rows are asked for.
            return rows_after(votes, self.whole.counts, self._change, np.random.default_rng((*self.seeds, 1)))
        votes = votes.only(self._passed.votes)
        return votes.among(np.bincount(np.append(votes.first, votes.second), minlength=len(votes.names)) > 0)
