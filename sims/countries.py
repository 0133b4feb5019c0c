r"""Country rankings from joint draws of all strengths.

Every metric is computed on the estimate and on each draw, so that intervals, P(leads) and gaps hold for whatever the ratings have in common.
A maximum of noisy estimates is biased upward, and more so for a country with more models; `corrected` takes off what the draws, seen from the
estimate, are too high: :math:`2 \hat m - \bar m^*` (Efron and Tibshirani 1993, ch. 10).

A model whose country is not known keeps its place in a top N and gives it to nobody.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from recount.engine import PairCounts, Resampling, Scale, Uncertainty, Votes, count, interval
from recount.engine.errors import InputError, OptionError
from recount.engine.uncertainty.bootstrapping import Progress
from recount.sims.rating import rate, uncertainty
from recount.sims.specification import GRID, OPEN_CLASSES, Specification, grid

Floats = NDArray[np.float64]
GROUPS = ("all", "open weights", "large")
METRICS = ("best", "mean of k best", "share of top", "number in top")
IN_POINTS = METRICS[:2]
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Some of the models.

    Attributes
    ----------
    draws : (1 + n_draws, n_models) float64
        Strengths, log-odds: the estimate and then the draws.
    countries : tuple of str
    models : list of (n_models,) bool
        Which models are of each country.
    organisation : (n_models,) str
    """

    draws: Floats
    countries: tuple[str, ...]
    models: list[NDArray[np.bool_]]
    organisation: NDArray[np.str_]


class CountryAnalysis:
    """Country rankings of one vote log under any specification; what specifications share is computed once.

    Parameters
    ----------
    source : PairCounts, Votes or Uncertainty
        Votes, single ones where they are clustered; or ratings with their uncertainty, which are then the same for every specification.
    catalogue : DataFrame
        As `recount.data.read_catalogue` returns it.
    n_draws : int, optional
        Joint draws of the strengths; 4,000 by default, and all replicates of a bootstrap.
    n_replicates : int or "auto"
        Of a bootstrap.
    seed : int
    progress : callable, optional
        Of a bootstrap.

    Raises
    ------
    InputError
        If none of the competitors has a country in the catalogue.
    """

    def __init__(
        self,
        source: PairCounts | Votes | Uncertainty,
        catalogue: pd.DataFrame,
        *,
        n_draws: int | None = None,
        n_replicates: int | Literal["auto"] = Resampling().n_replicates,
        seed: int = 0,
        progress: Progress | None = None,
    ) -> None:
        self.votes = source if isinstance(source, Votes) else None
        self.source = count(source) if isinstance(source, Votes) else source
        self.n_draws = n_draws
        self.n_replicates = n_replicates
        self.progress = progress
        self.seed = seed
        text = catalogue.reindex(list(source.names))[["country", "organisation", "licence_class"]].fillna("").astype(object)
        # A model whose organisation is not known stands for itself.
        text["organisation"] = text["organisation"].where(text["organisation"] != "", text.index)
        self.facts = text.join(catalogue["total_parameters_b"])
        self.unknown = tuple(text.index[text["country"] == ""])
        if len(self.unknown) == len(source.names):
            raise InputError(f"no competitor has a country in the catalogue, for example {source.names[:1]}; give a catalogue with --catalogue")
        self._kept: dict[Hashable, Any] = {}

    def ranking(self, specification: Specification, scale: Scale | None = None) -> pd.DataFrame:
        """Rank countries by every metric in every group of models.

        Returns
        -------
        DataFrame
            group, metric, rank, country, n_models, estimate, corrected, lower, upper, p_leads, and the gap to the next country: gap, gap_lower,
            gap_upper (points or models), win_probability, win_probability_lower, win_probability_upper (of metrics in points).
        """
        rows = [row for group in GROUPS for metric in METRICS for row in self.rows(specification, group, metric, scale or Scale())]
        if not rows:
            raise InputError("no model of a known country is left under this specification; loosen minimum_votes or size_threshold")
        return pd.DataFrame(rows)

    def rows(self, specification: Specification, group: str, metric: str, scale: Scale) -> list[dict[str, Any]]:
        """Return the rows of the ranking for one group and metric, best country first."""
        level = specification.confidence_level
        key = (self._draws_key(specification), self._group_key(specification, group), metric, _parameter(specification, metric), level, scale)
        return self._once(("rows", key), lambda: self._rank(specification, group, metric, scale))

    def leads(self, specification: Specification) -> Iterator[dict[str, Any]]:
        """Yield the first country and its gap to the second, for every group and metric."""
        for group in GROUPS:
            for metric in METRICS:
                rows = self.rows(specification, group, metric, Scale())
                if rows:
                    first = rows[0]
                    taken = ("country", "estimate", "p_leads", "gap", "gap_lower", "gap_upper", "win_probability")
                    yield {"group": group, "metric": metric, **{name: first[name] for name in taken}}

    def uncertainty(self, specification: Specification) -> Uncertainty:
        """Ratings of all competitors under a specification, with their uncertainty."""
        return self._once(("uncertainty", self._draws_key(specification)), lambda: self._rate(specification))

    def _rate(self, specification: Specification) -> Uncertainty:
        if not isinstance(self.source, PairCounts):
            return self.source
        counts = self.source
        fitted = self._once(("fit", self._fit_key(specification)), lambda: rate(counts, specification, self.votes))
        return uncertainty(fitted, specification, votes=self.votes, n_replicates=self.n_replicates, seed=self.seed, progress=self.progress)

    def _group(self, specification: Specification, group: str) -> Group:
        """Pick the models of a group, with the estimate and every draw of them."""
        rated = self.uncertainty(specification)
        draws = self._once(("draws", self._draws_key(specification)), lambda: self._draw(rated))
        facts = self.facts.loc[list(rated.names)]
        member = members(facts, specification, group)
        facts = facts[member]
        country = facts["country"].to_numpy(str)
        countries = tuple(sorted(set(country) - {""}))
        return Group(draws[:, member], countries, [country == name for name in countries], facts["organisation"].to_numpy(str))

    def _draw(self, rated: Uncertainty) -> Floats:
        """The estimate and every draw; a model that a replicate could not rate at all is nobody's best in it."""
        draws = np.vstack([rated.strengths, rated.draws(self.n_draws, self.seed)])
        return np.where(np.isnan(draws), -np.inf, draws)

    def _metric(self, specification: Specification, of: Group, metric: str) -> Floats:
        """Compute a metric on the estimate and on every draw of a group, (1 + n_draws, n_countries); NaN where there are too few organisations."""
        if metric == "best":
            return _beside(of.draws[:, models].max(axis=1) for models in of.models)
        if metric == "mean of k best":
            return _beside(_mean_of_best(of.draws[:, models], of.organisation[models], specification.k) for models in of.models)
        n_top = min(specification.top, of.draws.shape[1])
        number = self._once(("number", id(of), n_top), lambda: _number_in_top(of, n_top))
        return number / n_top if metric == "share of top" else number

    def _rank(self, specification: Specification, group: str, metric: str, scale: Scale) -> list[dict[str, Any]]:
        key = ("group", (self._draws_key(specification), self._group_key(specification, group)))
        of = self._once(key, lambda: self._group(specification, group))
        if not of.countries:
            return []
        values = self._metric(specification, of, metric)
        possible = np.flatnonzero(~np.isnan(values[0]))
        if not possible.size:
            return []
        points = metric in IN_POINTS
        values = scale.ratings(values[:, possible]) if points else values[:, possible]
        estimate, draws = values[0], values[1:]
        largest = draws == draws.max(axis=1, keepdims=True)
        p_leads = (largest / largest.sum(axis=1, keepdims=True)).mean(axis=0)
        order = sorted(range(possible.size), key=lambda i: (-estimate[i], of.countries[possible[i]]))
        estimate, draws, p_leads = estimate[order], draws[:, order], p_leads[order]
        lower, upper = interval(estimate, draws, specification.confidence_level)
        # The last country has no next one. A model that a replicate holds for unbeatable makes gaps infinite, or of two such unknown.
        with np.errstate(invalid="ignore"):
            corrected = 2 * estimate - draws.mean(axis=0)
            gaps, gap_draws = estimate[:-1] - estimate[1:], draws[:, :-1] - draws[:, 1:]
        gap = np.append(gaps, np.nan)
        gap_lower, gap_upper = (np.append(end, np.nan) for end in interval(gaps, gap_draws, specification.confidence_level))
        columns = {
            "estimate": estimate,
            "corrected": corrected,
            "lower": lower,
            "upper": upper,
            "p_leads": p_leads,
            "gap": gap,
            "gap_lower": gap_lower,
            "gap_upper": gap_upper,
            "win_probability": expit(gap / scale.points) if points else np.full(gap.size, np.nan),
            "win_probability_lower": expit(gap_lower / scale.points) if points else np.full(gap.size, np.nan),
            "win_probability_upper": expit(gap_upper / scale.points) if points else np.full(gap.size, np.nan),
        }
        return [
            {
                "group": group,
                "metric": metric,
                "rank": place + 1,
                "country": of.countries[possible[i]],
                "n_models": int(of.models[possible[i]].sum()),
                **{name: float(values[place]) for name, values in columns.items()},
            }
            for place, i in enumerate(order)
        ]

    def _fit_key(self, s: Specification) -> tuple[Hashable, ...]:
        return s.ties, "drop" if s.ties == "drop" else s.both_bad, s.weights, s.minimum_votes, s.existence, s.prior, s.prior_amount

    def _draws_key(self, s: Specification) -> tuple[Hashable, ...]:
        return *self._fit_key(s), s.intervals, s.scheme, s.clusters

    def _group_key(self, s: Specification, group: str) -> tuple[Hashable, ...]:
        return group, s.open_weights if group == "open weights" else s.size_threshold if group == "large" else None

    def _once(self, key: Hashable, compute: Callable[[], Result]) -> Result:
        if key not in self._kept:
            self._kept[key] = compute()
        result: Result = self._kept[key]
        return result


def members(facts: pd.DataFrame, specification: Specification, group: str) -> NDArray[np.bool_]:
    """Say which models, one a row of `facts` (licence_class, total_parameters_b), belong to a group."""
    # A model whose licence or size is not known belongs to neither smaller group.
    if group == "open weights":
        return np.asarray(facts["licence_class"].isin(OPEN_CLASSES[specification.open_weights]))
    if group == "large":
        return np.asarray(facts["total_parameters_b"] >= specification.size_threshold)
    return np.ones(len(facts), np.bool_)


def country_ranking(
    source: PairCounts | Votes | Uncertainty,
    catalogue: pd.DataFrame,
    specification: Specification | None = None,
    *,
    scale: Scale | None = None,
    n_draws: int | None = None,
    n_replicates: int | Literal["auto"] = Resampling().n_replicates,
    seed: int = 0,
) -> pd.DataFrame:
    """Rank countries under one specification; parameters and result as in `CountryAnalysis`."""
    analysis = CountryAnalysis(source, catalogue, n_draws=n_draws, n_replicates=n_replicates, seed=seed)
    return analysis.ranking(specification or Specification(), scale)


def specification_table(analysis: CountryAnalysis, base: Specification) -> pd.DataFrame:
    """Who leads by what gap, under every specification of the grid; one row a specification, group and metric.

    Raises
    ------
    OptionError
        If the analysis is of ratings, which no specification can change.
    """
    if not isinstance(analysis.source, PairCounts):
        raise OptionError("ratings that are given are the same under every specification; give votes for specifications='grid'")
    rows = []
    for number, specification in enumerate(grid(base), 1):
        choices = specification.as_dict()
        rows += [{"specification": number, **choices, **lead} for lead in analysis.leads(specification)]
    return pd.DataFrame(rows)


def specification_summary(table: pd.DataFrame, base: Specification) -> pd.DataFrame:
    """Say for every group and metric in how many specifications the same country leads, by what gaps, and which choice flips it.

    Returns
    -------
    DataFrame
        group, metric, leader (in most specifications), n_leads, n_specifications, gap_min, gap_max (of that leader's lead), flips: the choices
        that change the leader when they alone depart from `base`, or "by several" if only departures together do.
    """
    chosen = base.as_dict()
    rows = []
    for (group, metric), lines in table.groupby(["group", "metric"], sort=False):
        leader = lines["country"].mode().iloc[0]
        leads = lines[lines["country"] == leader]
        departs = {name: lines[name] != chosen[name] for name in GRID}
        n_departures = sum(flags.astype(int) for flags in departs.values())
        usual = lines.loc[n_departures == 0, "country"]
        usual_leader = usual.iloc[0] if len(usual) else leader
        other = lines["country"] != usual_leader
        flips = [f"{name}={value}" for name in GRID for value in dict.fromkeys(lines.loc[departs[name] & (n_departures == 1) & other, name])]
        rows.append(
            {
                "group": group,
                "metric": metric,
                "leader": leader,
                "n_leads": len(leads),
                "n_specifications": len(lines),
                "gap_min": leads["gap"].min(),
                "gap_max": leads["gap"].max(),
                "flips": ", ".join(flips) or ("by several together" if other.any() else ""),
            }
        )
    return pd.DataFrame(rows)


def _parameter(specification: Specification, metric: str) -> int | None:
    """Return the number a metric depends on."""
    return None if metric == "best" else specification.k if metric == "mean of k best" else specification.top


def _beside(columns: Iterable[Floats]) -> Floats:
    """Put columns side by side."""
    return np.column_stack(list(columns))


def _number_in_top(of: Group, n_top: int) -> Floats:
    """Number of models of each country among the `n_top` best of the group, in each row of its draws."""
    on_top = np.zeros(of.draws.shape, np.bool_)
    np.put_along_axis(on_top, np.argpartition(of.draws, -n_top, axis=1)[:, -n_top:], True, axis=1)
    return _beside(on_top[:, models].sum(axis=1).astype(np.float64) for models in of.models)


def _mean_of_best(draws: Floats, organisation: NDArray[np.str_], k: int) -> Floats:
    """Mean of the k best models, one an organisation, in each row of `draws`; NaN if there are fewer organisations."""
    organisations = np.unique(organisation)
    if organisations.size < k:
        return np.full(draws.shape[0], np.nan)
    best = np.column_stack([draws[:, organisation == name].max(axis=1) for name in organisations])
    mean: Floats = np.partition(best, -k, axis=1)[:, -k:].mean(axis=1)
    return mean
