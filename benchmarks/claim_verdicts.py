"""How often verdicts on claims are wrong: ``python -m benchmarks.claim_verdicts`` writes `docs/claim_verdicts.md`.

Every world has models of five countries with strengths, benchmark scores and releases whose truth is known. Claims of several kinds are made of it,
false or true at random, most of them near the boundary, and judged as `recount claims` judges them by what the world shows with its errors.
"""

import argparse
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.pages import table
from recount.data import Catalogue, Scores, read_catalogue
from recount.data.scores.stated import Stated
from recount.data.scores.tidy_scores import judged
from recount.engine import ELO, ExistenceError, JointNormal, Uncertainty, covariance, fit
from recount.engine.choices import TieRule
from recount.engine.linear_algebra import one_thread
from recount.engine.votes import Floats
from recount.sims.analysis.analysis import Analysis
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters, draw_counts, draw_parameters
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.judging import judge
from recount.sims.specification import Specification

SEED, N_WORLDS = 20251216, 60
N_MODELS, COUNTRIES, LEAST_OF_EACH = 40, ("C0", "C1", "C2", "C3", "C4"), 3
# Elo: the error of a rating, and the deviation of the logarithm of errors; so far from the truth claims are.
ERROR, UNEQUAL, AWAY = 15.0, 0.6, 20.0
VOTES_OF_EACH, TIE_SHARE, POPULARITY = 375, 0.3, 1.2
TOP, K, ITEMS, MARGIN = 10, 2, 500, 15.0
SPECIFICATION = Specification(top=TOP, k=K)
# What claims fix, so that nothing is varied: whose models are, and the N and k of which they speak.
FIXED = {"number in top": {"top": TOP}, "share of top": {"top": TOP}, "mean of k best": {"k": K}}
PERIODS = {"earlier": "2024/2024", "later": "2025/2025"}
REPORT = Path(__file__).parents[1] / "docs" / "claim_verdicts.md"


@dataclass(frozen=True, slots=True)
class World:
    """Worlds of one kind: shape and standard deviation (Elo) of strengths, and where ratings come from."""

    shape: str
    spread: int
    source: str


WORLDS = [World(shape, spread, source) for source in ("board", "votes") for shape in ("normal", "skewed") for spread in (17, 52, 174)]


@dataclass(frozen=True, slots=True)
class Truth:
    """What is true in a world.

    Attributes
    ----------
    ratings, shares : (n,) float64
        Points around 1000; share of items that a model would have right.
    country : (n,) str
    growth : dict of str to float
        Ratio of the rates of releases, by country.
    """

    ratings: Floats
    shares: Floats
    country: np.ndarray
    growth: dict[str, float]

    def best(self, country: str) -> float:
        """Rating of the best model."""
        return float(self.ratings[self.country == country].max())

    def best_other(self, country: str) -> float:
        """Rating of the best model of all others."""
        return float(self.ratings[self.country != country].max())

    def in_top(self, country: str) -> float:
        """Number in the top N."""
        return float((self.country[np.argsort(-self.ratings)[:TOP]] == country).sum())

    def mean_of_best(self, country: str) -> float:
        """Mean of the k best; each model is an organisation."""
        return float(np.sort(self.ratings[self.country == country])[-K:].mean())

    def best_score(self, country: str) -> float:
        """Best score."""
        return float(self.shares[self.country == country].max())

    def mean_score(self, country: str) -> float:
        """Mean score of all models."""
        return float(self.shares[self.country == country].mean())


def drawn_world(world: World, number: int) -> tuple[Truth, Uncertainty, Catalogue, Scores]:
    """Return what is true, and what is seen: ratings, a catalogue with releases, and scores.

    Raises
    ------
    ExistenceError
        If votes allow no ratings.
    """
    rng = np.random.default_rng([SEED, WORLDS.index(world), number])
    names = tuple(f"m{i:02}" for i in range(N_MODELS))
    sizes = rng.dirichlet(np.full(len(COUNTRIES), 2.0))
    country = np.concatenate([np.repeat(COUNTRIES, LEAST_OF_EACH), rng.choice(COUNTRIES, N_MODELS - LEAST_OF_EACH * len(COUNTRIES), p=sizes)])
    strengths = rng.standard_normal(N_MODELS) if world.shape == "normal" else rng.choice([-1, 1]) * (rng.standard_exponential(N_MODELS) - 1)
    strengths = world.spread * (strengths - strengths.mean())
    rated = _board(names, strengths, rng) if world.source == "board" else _voted(names, strengths, SEED + 1000 * WORLDS.index(world) + number)
    shares = 1 / (1 + np.exp(-1.5 - strengths / world.spread / 2))
    right = rng.binomial(ITEMS, shares)
    scores = judged(Stated([_score(name, n / ITEMS) for name, n in zip(names, right, strict=True)], [{"model": name} for name in names]))
    growth = {name: float(np.exp(rng.uniform(-0.5, 2.0))) for name in COUNTRIES}
    released = _releases(growth, rng)
    models = pd.DataFrame({"country": country, "organisation": names, "release_date": ""}, index=list(names))
    bundled = read_catalogue()
    listed = pd.concat([models, released])
    for name in bundled.models.columns.difference(listed.columns):
        listed[name] = np.nan if name.endswith("_b") else ""
    return Truth(1000 + strengths, shares, country, growth), rated, replace(bundled, models=listed), scores


def _board(names: tuple[str, ...], strengths: Floats, rng: np.random.Generator) -> JointNormal:
    errors = ERROR / ELO * np.exp(UNEQUAL * rng.standard_normal(N_MODELS))
    centre = np.eye(N_MODELS) - 1 / N_MODELS
    seen = centre @ (strengths / ELO + errors * rng.standard_normal(N_MODELS))
    return JointNormal(names, seen, (centre * errors**2) @ centre, "board")


def _voted(names: tuple[str, ...], strengths: Floats, seed: int) -> Uncertainty:
    arena = Arena(
        n_competitors=N_MODELS,
        n_votes=VOTES_OF_EACH * N_MODELS // 2,
        strengths=Strengths.given(strengths.tolist(), names),
        pairs=Pairs.skewed(POPULARITY),
        outcomes=Outcomes.davidson(TIE_SHARE),
        voters=Voters(0),
    )
    return covariance(fit(draw_counts(draw_parameters(arena, seed), seed), ties=TieRule.DAVIDSON))


def _score(name: str, share: float) -> dict[str, object]:
    return {"model": name, "benchmark": "B", "score": share, "maximum": 1.0, "n_items": ITEMS, "file": Path("scores"), "row": name}


def _releases(growth: dict[str, float], rng: np.random.Generator) -> pd.DataFrame:
    """Draw models that were released in two years, more of them in the later one by the growth of the country; the list reaches both ends."""
    rows = [("C0", "2024-01-01"), ("C0", "2025-12-31")]
    for name, ratio in growth.items():
        # The first and last day are of C0 in every world, and are two of its releases.
        for year, mean in ((2024, 8.0), (2025, 8.0 * ratio * 365 / 366)):
            count = int(rng.poisson(mean))
            days = rng.integers(365, size=count - 1 if name == "C0" and count else count)
            rows += [(name, f"{pd.Timestamp(year, 1, 1) + pd.Timedelta(days=int(day)):%Y-%m-%d}") for day in days]
    frame = pd.DataFrame(rows, columns=["country", "release_date"], index=[f"r{i}" for i in range(len(rows))])
    return frame.assign(organisation=frame.index)


def claims_of(truth: Truth, rated: Uncertainty, rng: np.random.Generator) -> Iterator[tuple[str, Claim, bool]]:
    """Yield claims with what kind they are and whether they are true."""
    one, other = rng.choice(COUNTRIES, 2, replace=False)
    seen = dict(zip(rated.names, rated.strengths, strict=True))
    of = dict(zip([f"m{i:02}" for i in range(N_MODELS)], truth.country, strict=True))
    first = of[max(seen, key=lambda name: seen[name])]

    def claim(kind: str, is_so: bool, metric: str, **fields: object) -> tuple[str, Claim, bool]:
        choices = {"attribution": "headquarters"} | FIXED.get(metric, {})
        # Fields differ by kind; a claim checks their types itself.
        return kind, Claim(id=kind, quotation="q", source="s", metric=metric, choices=choices, **fields), bool(is_so)  # type: ignore[arg-type]

    yield claim("leads, of a country at random", truth.best(one) > truth.best_other(one), "best", country=one, says="leads")
    yield claim("leads, of the first by its ratings", truth.best(first) > truth.best_other(first), "best", country=first, says="leads")
    gap = truth.best(one) - truth.best(other)
    value = gap + AWAY * rng.standard_normal()
    yield claim("gap above", gap > value, "best", country=one, against=other, says="above", value=value)
    yield claim("gap below", gap < value, "best", country=one, against=other, says="below", value=value)
    lead, value = truth.best(first) - truth.best_other(first), AWAY * rng.random()
    yield claim("lead of the first at least", lead >= value, "best", country=first, against=OTHERS, says="at least", value=value)
    middle = gap + 2 * MARGIN * rng.uniform(-1, 1)
    yield claim("gap equals", abs(gap - middle) <= MARGIN, "best", country=one, against=other, says="equals", value=middle, tolerance=MARGIN)
    value = truth.mean_of_best(one) - truth.mean_of_best(other) + AWAY * rng.standard_normal()
    is_so = truth.mean_of_best(one) - truth.mean_of_best(other) >= value
    yield claim("mean of k best at least", is_so, "mean of k best", country=one, against=other, says="at least", value=value)
    n = truth.in_top(one) + int(rng.integers(2))
    yield claim("number in top at least", truth.in_top(one) >= n, "number in top", country=one, says="at least", value=n)
    n = truth.in_top(one) - int(rng.integers(2))
    yield claim("share of top at most", truth.in_top(one) <= n, "share of top", country=one, says="at most", value=n / TOP)
    n = truth.in_top(one) + int(rng.integers(-1, 2))
    yield claim("number in top equals", truth.in_top(one) == n, "number in top", country=one, says="equals", value=n, tolerance=0.5)
    apart, noise = truth.best_score(one) - truth.best_score(other), 0.03 * rng.standard_normal()
    scored = {"benchmark": "B", "country": one, "against": other}
    yield claim("best score above", noise < 0, "best score", says="above", value=apart + noise, **scored)
    middle = apart + 0.04 * rng.uniform(-1, 1)
    yield claim("best score equals", abs(apart - middle) <= 0.02, "best score", says="equals", value=middle, tolerance=0.02, **scored)
    apart, noise = truth.mean_score(one) - truth.mean_score(other), 0.02 * rng.standard_normal()
    yield claim("mean score above", noise < 0, "mean score", says="above", value=apart + noise, **scored)
    ratio = truth.growth[other if other != "C0" else one]
    factor = float(np.exp(0.5 * rng.standard_normal()))
    of_growth = {"country": other if other != "C0" else one, **PERIODS}
    yield claim("growth above", factor < 1, "growth of releases", says="above", value=ratio * factor, **of_growth)
    yield claim(
        "growth equals",
        abs(ratio * factor - ratio) <= 0.3 * ratio,
        "growth of releases",
        says="equals",
        value=ratio * factor,
        tolerance=0.3 * ratio,
        **of_growth,
    )


def found_in(world: World, number: int) -> pd.DataFrame | None:
    """Return one row a claim: kind, whether it is true, and the verdict; None if votes allow no ratings."""
    with one_thread():
        try:
            truth, rated, catalogue, scores = drawn_world(world, number)
        except ExistenceError:
            return None
        made = list(claims_of(truth, rated, np.random.default_rng([SEED, 1, WORLDS.index(world), number])))
        table_of = judge([claim for _, claim, _ in made], Analysis(rated, SPECIFICATION), catalogue, scores=scores)
    kinds, _, are_so = zip(*made, strict=True)
    frame = pd.DataFrame({"kind": kinds, "is_so": are_so, "verdict": table_of.frame["verdict"].to_numpy(object)})
    return frame.assign(world=number, shape=world.shape, spread=world.spread, source=world.source)


def line_of(found: pd.DataFrame) -> list[str]:
    """Return cells: claims, true ones, holds, fails, other verdicts, wrong ones among all claims and among these verdicts, in per cent."""
    n, holds, fails = len(found), found[found["verdict"] == "holds"], found[found["verdict"] == "fails"]
    false_holds, false_fails = int((~holds["is_so"]).sum()), int(fails["is_so"].sum())
    of = [f"{n:,}", *(f"{100 * share:.0f}" for share in (found["is_so"].mean(), len(holds) / n, len(fails) / n))]
    wrong = [(false_holds, len(holds)), (false_fails, len(fails))]
    return [*of, *(f"{100 * count / n:.1f}" for count, _ in wrong), *(_share(count, total) for count, total in wrong)]


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} ± {100 * np.sqrt(max(count, 1) * (1 - count / total)) / total:.1f}" if total else "-"


HEAD = ["claims", "true", "holds", "fails", "wrong holds, of all", "wrong fails, of all", "of holds, wrong", "of fails, wrong"]
REPORT_TEXT = """# How often verdicts on claims are wrong

Written by `python -m benchmarks.claim_verdicts --worlds {n_worlds}` (seed {seed}). Do not edit.

{n_all} simulated worlds whose truth is known: 40 models of 5 countries, 3 or more each. Strengths are normal or exponential (to either side), with
a standard deviation of 17, 52 or 174 Elo. Ratings come from a board, with unequal independent errors of 15 Elo in the median, or from votes, 375 of
each model in the mean with unequal popularities and 30 % ties, which are rated by the model of ties that they come from; they are judged with their
joint uncertainty. Scores are of 500 items; releases are Poisson counts, 8 in the earlier year.

Claims are made of the truth and moved off it by about one error, so that half of most kinds are false and nearly all are close. *Leads, of the first
by its ratings* is the claim that people make: of the country that the ratings put first. Verdicts are by one specification; of votes, other
reasonable ones can only turn a "holds" or a "fails" into "fragile". All numbers are per cent.

"Holds" is wrong in **{wrong_holds} %** of all claims and in {of_holds} % of those of which it is said; "fails" in {wrong_fails} % and {of_fails} %.
The largest share of wrong "holds" among the claims of a kind is {largest} % ({largest_kind}), and of a kind of world {largest_world} %. The rule
promises 5.

## By kind of claim

{kinds}

## By world

{worlds}
"""


def main() -> None:
    """Run the study and write the report."""
    parser = argparse.ArgumentParser(description="How often verdicts on claims are wrong.")
    parser.add_argument("--worlds", type=int, default=N_WORLDS, help="worlds of each kind")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--output", type=Path, default=REPORT)
    options = parser.parse_args()
    frames = []
    with ProcessPoolExecutor(options.processes) as pool:
        for world in WORLDS:
            frames += [one for one in pool.map(partial(found_in, world), range(options.worlds)) if one is not None]
            print(world, line_of(pd.concat(frames[-options.worlds :])), flush=True)
    everything = pd.concat(frames, ignore_index=True)
    by_kind = [(str(kind), line_of(own)) for kind, own in everything.groupby("kind", sort=False)]
    by_world = [([source, shape, str(spread)], line_of(own)) for (source, shape, spread), own in everything.groupby(["source", "shape", "spread"])]
    pooled = line_of(everything)
    largest_kind, largest = max(((kind, float(line[4])) for kind, line in by_kind), key=lambda one: one[1])
    options.output.write_text(
        REPORT_TEXT.format(
            n_worlds=options.worlds,
            seed=SEED,
            n_all=f"{len(frames):,}",
            wrong_holds=pooled[4],
            wrong_fails=pooled[5],
            of_holds=pooled[6],
            of_fails=pooled[7],
            largest=f"{largest:.1f}",
            largest_kind=largest_kind,
            largest_world=f"{max(float(line[4]) for _, line in by_world):.1f}",
            kinds=table(["kind", *HEAD], [[kind, *line] for kind, line in by_kind] + [["all", *pooled]]),
            worlds=table(["from", "strengths", "spread", *HEAD], [[*name, *line] for name, line in by_world]),
        ),
        encoding="utf-8",
    )


if __name__ == "__main__":
    main()
