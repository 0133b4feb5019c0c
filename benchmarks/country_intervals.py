"""Whether intervals of countries' metrics hold, and P(leads): ``python -m benchmarks.country_intervals`` writes `docs/country_intervals.md`.

Every world has models of several countries with strengths of their own. They are rated from a board (estimates with normal errors, independent or
not), from votes, or from a bootstrap of votes, and the countries are ranked by the product, and in other ways, and compared with the truth.
"""

import argparse
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.pages import table
from benchmarks.probability_bins import in_bins
from benchmarks.winner_intervals import hybrid, mixing_draws, noise_of, simultaneous_width, zoom
from recount.engine import ELO, ExistenceError, JointNormal, Replicates, Resampling, Uncertainty, bootstrap, covariance, fit
from recount.engine.linear_algebra import one_thread
from recount.engine.scale import Scale
from recount.engine.uncertainty.posterior import covariance_of_replicates, posterior_draws, shrunken_draws
from recount.engine.uncertainty.strength_laws import StrengthPrior
from recount.engine.votes import Floats
from recount.sims.arenas import Arena, Outcomes, Pairs, Strengths, Voters, draw_counts, draw_parameters
from recount.sims.countries.drawing import Drawn
from recount.sims.countries.facts import Facts, facts_of
from recount.sims.countries.groups import Group, Members, group_of, members_of
from recount.sims.countries.metrics import METRICS
from recount.sims.countries.ranking import rank_group
from recount.sims.specification import Specification

SEED = 20240814
N_WORLDS, N_DRAWS, N_REPLICATES, LEVEL = 40, 1000, 1000, 0.95
SPREADS = (17, 52, 174)
# Elo: the error of an estimate, and the deviation of the logarithm of errors where they are unequal.
ERROR, UNEQUAL = 15.0, 0.6
# Of models that are new, and have few votes yet: share, and how much larger their errors are.
NEW_SHARE, NEW_ERRORS = 0.2, 4.0
# As the errors of ratings by real votes: of a board, 2 x votes of each give an error of 15.
VOTES_OF_EACH, TIE_SHARE, POPULARITY = 375, 0.3, 1.2
SPECIFICATION = Specification(top=20, k=3, confidence_level=LEVEL, n_draws=N_DRAWS)
ONE_NORMAL = StrengthPrior(n_parts=1, shape_probabilities=(1.0, 0.0, 0.0))
NORMALS = StrengthPrior(shape_probabilities=(1.0, 0.0, 0.0))
BY_DRAWS = ("estimates", "one normal", "normals", "without countries", "posterior", "Gu and Koenker")
# In all worlds, and not only in those of boards.
FORMS_OF_ALL = ("estimates", "without countries", "posterior")
BY_INTERVALS = ("projection", "hybrid", "zoom")
REPORT = Path(__file__).parents[1] / "docs" / "country_intervals.md"


@dataclass(frozen=True, slots=True)
class World:
    """Worlds of one kind: shape and standard deviation (Elo) of strengths, models, countries, where ratings come from.

    Attributes
    ----------
    apart : float
        Standard deviation of the countries' means, in spreads.
    ahead : float
        By how many spreads a fifth of the models, which are new and have four times as large errors, are stronger.
    """

    shape: str
    spread: int
    n: int
    n_countries: int
    source: str
    apart: float = 0.0
    ahead: float = 0.0


BOARDS = [World(shape, spread, 40, 5, "board") for shape in ("normal", "long above", "long below", "clusters", "crowd") for spread in SPREADS]
WORLDS = [
    *BOARDS,
    *(World("normal", spread, 40, 5, "board", 0.5) for spread in SPREADS),
    *(World("clusters", spread, 100, 8, "board", 0.5) for spread in SPREADS),
    *(World("clusters", spread, 100, 8, "correlated board", 0.5) for spread in SPREADS),
    *(World("long below", spread, 400, 5, "correlated board") for spread in (17, 52)),
    *(World("normal", spread, n, 5, "board", ahead=2.0) for n in (40, 100) for spread in SPREADS),
    *(World(shape, spread, 40, 5, "votes") for shape in ("normal", "long below") for spread in SPREADS),
    World("normal", 17, 40, 5, "bootstrap"),
    World("clusters", 52, 40, 5, "bootstrap"),
]


def standard_strengths(shape: str, n: int, rng: np.random.Generator) -> Floats:
    """Strengths (n,) of mean 0 and deviation 1, in the law."""
    if shape == "normal":
        return rng.standard_normal(n)
    if shape in ("long above", "long below"):
        return (1 if shape == "long above" else -1) * (rng.standard_exponential(n) - 1)
    if shape == "clusters":
        # Three; a tenth of the variance is within them.
        return np.sqrt(0.9) * rng.standard_normal(3)[rng.integers(3, size=n)] + np.sqrt(0.1) * rng.standard_normal(n)
    # A crowd at the top, the others far below.
    return np.asarray(np.where(rng.random(n) < 0.3, 1.5 + 0.1 * rng.standard_normal(n), -0.65 + 0.35 * rng.standard_normal(n)))


def drawn_world(world: World, number: int) -> tuple[Floats, Facts, Uncertainty]:
    """Return true strengths (n,), log-odds with mean 0, facts of the models, and the ratings.

    Raises
    ------
    ExistenceError
        If votes allow no ratings.
    """
    # Worlds of one number have nothing else in common: errors below take all worlds as independent.
    rng = np.random.default_rng([SEED, WORLDS.index(world), number])
    names = tuple(f"m{i:03}" for i in range(world.n))
    # Three models a country at least.
    sizes = rng.dirichlet(np.full(world.n_countries, 2.0))
    country = np.concatenate([np.repeat(np.arange(world.n_countries), 3), rng.choice(world.n_countries, world.n - 3 * world.n_countries, p=sizes)])
    means = world.apart * rng.standard_normal(world.n_countries)[country]
    new = rng.random(world.n) < NEW_SHARE if world.ahead else np.zeros(world.n, np.bool_)
    strengths = world.spread / ELO * (standard_strengths(world.shape, world.n, rng) + means + world.ahead * new)
    strengths -= strengths.mean()
    facts = simulated_facts(names, strengths, [f"C{c}" for c in country], rng)
    if "board" in world.source:
        return strengths, facts, board_of(names, strengths, world.source != "board", np.where(new, NEW_ERRORS, 1.0), rng)
    arena = Arena(
        n_competitors=world.n,
        n_votes=VOTES_OF_EACH * world.n // 2,
        strengths=Strengths.given((ELO * strengths).tolist(), names),
        pairs=Pairs.skewed(POPULARITY),
        outcomes=Outcomes.davidson(TIE_SHARE),
        voters=Voters(0),
    )
    # Of the model by which the votes are drawn: half-wins would rate competitors closer together.
    seed = int(rng.integers(2**32))
    fitted = fit(draw_counts(draw_parameters(arena, seed), seed), ties="davidson")
    rated: Uncertainty = covariance(fitted) if world.source == "votes" else bootstrap(fitted, Resampling(n_replicates=N_REPLICATES, seed=number))
    place = [names.index(name) for name in rated.names]
    return strengths[place], facts, rated


def simulated_facts(names: tuple[str, ...], strengths: Floats, countries: Sequence[str], rng: np.random.Generator) -> Facts:
    """Organisations of one to three models, releases over 30 months and sizes, both of which go with strength."""
    standard = (strengths - strengths.mean()) / strengths.std()
    months = np.clip(15 + 6 * standard + 6 * rng.standard_normal(standard.size), 0, 30)
    days = pd.Timestamp("2022-01-01") + pd.to_timedelta(np.round(30 * months), unit="D")
    frame = facts_of(names).frame.assign(
        country=list(countries),
        organisation=[f"{country} {part}" for country, part in zip(countries, rng.integers(6, size=len(names)), strict=True)],
        release_date=days.strftime("%Y-%m-%d"),
        total_parameters_b=np.exp(3 + 0.5 * standard + rng.standard_normal(standard.size)),
    )
    return Facts(frame, (), "simulated")


def board_of(names: tuple[str, ...], strengths: Floats, correlated: bool, times: Floats, rng: np.random.Generator) -> JointNormal:
    """Estimates of strengths with unequal errors, so many times as large; half of the variance in three directions if they are correlated."""
    n = strengths.size
    errors = ERROR / ELO * times * np.exp(UNEQUAL * rng.standard_normal(n))
    matrix = np.diag(errors**2)
    if correlated:
        together = errors[:, None] * rng.standard_normal((n, 3)) / np.sqrt(6)
        matrix = matrix / 2 + together @ together.T
    centre = np.eye(n) - 1 / n
    estimates = centre @ (strengths + np.linalg.cholesky(matrix) @ rng.standard_normal(n))
    return JointNormal(names, estimates, centre @ matrix @ centre, "board", n_votes=1 / errors**2)


def draws_of(form: str, rated: Uncertainty, matrix: Floats, number: int, countries: Sequence[str]) -> Drawn:
    """Draws of all strengths in one of the ways that use draws, the estimate first."""
    around = rated.draws(min(N_DRAWS, N_REPLICATES), number)
    given: dict[str, Callable[[], Floats | None]] = {
        "estimates": lambda: around,
        "one normal": lambda: posterior_draws(rated.strengths, matrix, N_DRAWS, number, prior=ONE_NORMAL),
        "normals": lambda: posterior_draws(rated.strengths, matrix, N_DRAWS, number, prior=NORMALS),
        "without countries": lambda: shrunken_draws(rated, N_DRAWS, number),
        "posterior": lambda: shrunken_draws(rated, N_DRAWS, number, countries),
        "Gu and Koenker": lambda: mixing_draws(rated.strengths, matrix, N_DRAWS, number),
    }
    found = given[form]()
    # As the product does where replicates have no covariance to rely on.
    return Drawn(np.vstack([rated.strengths, around if found is None else found]), form != "estimates" and found is not None)


def found_in(world: World, number: int) -> pd.DataFrame | None:
    """One row a form, metric and country: estimate, interval, width, truth, P(leads) and whether it leads; None if votes allow no ratings."""
    with one_thread():
        try:
            strengths, facts, rated = drawn_world(world, number)
        except ExistenceError:
            return None
        members = members_of(rated.names, facts, SPECIFICATION, "all")
        truths = pd.DataFrame(rows_of(group_of(Drawn(np.vstack([strengths, strengths]), False), members, Scale(), rated.law)))
        matrix = covariance_of_replicates(rated.values) if isinstance(rated, Replicates) else np.asarray(rated.covariance)
        rows: list[dict[str, object]] = []
        for form in BY_DRAWS if world in BOARDS else FORMS_OF_ALL:
            strengths_of_form = draws_of(form, rated, matrix, number, facts.frame["country"].tolist())
            rows += [{"form": form, **row} for row in rows_of(group_of(strengths_of_form, members, Scale(), rated.law))]
        if world in BOARDS:
            rows += list(_other_intervals(rated, matrix, members, number))
    truths = truths.rename(columns={"estimate": "truth", "p_leads": "leads"})[["metric", "country", "truth", "leads"]]
    frame = pd.DataFrame(rows).merge(truths, on=["metric", "country"])
    return frame.assign(world=number, covered=(frame["truth"] >= frame["lower"] - 1e-9) & (frame["truth"] <= frame["upper"] + 1e-9))


def rows_of(group: Group) -> Iterator[dict[str, object]]:
    """Yield the rows of the ranking by every metric that exists."""
    for name, metric in METRICS.items():
        if not metric.why_not(group):
            yield from ({"metric": name, **row} for row in rank_group(group, metric, SPECIFICATION))


def _other_intervals(rated: Uncertainty, matrix: Floats, members: Members, number: int) -> Iterator[dict[str, object]]:
    """Yield rows of projection, hybrid and zoom; first is the country whose best estimate is highest."""
    x, errors, scale = rated.strengths, np.sqrt(np.diagonal(matrix)), Scale()
    noise = noise_of(matrix, number)
    half = simultaneous_width(noise, errors, 1 - LEVEL) * errors
    ends = [group_of(Drawn(end[None], False), members, scale) for end in (x - half, x + half, x)]
    for name in ("best", "mean of k best"):
        lower, upper, estimate = (scale.ratings(METRICS[name].compute(end, SPECIFICATION)[0]) for end in ends)
        for c, country in enumerate(members.owners):
            rank = 1 + int((estimate > estimate[c]).sum())
            yield {"form": "projection", "metric": name, "country": country, "rank": rank, "lower": lower[c], "upper": upper[c]}
            if name == "best":
                for form, of in (("hybrid", hybrid), ("zoom", zoom)):
                    both = scale.ratings(np.array(of(x, matrix, noise, members.parts[c] > 0, LEVEL)))
                    yield {"form": form, "metric": name, "country": country, "rank": rank, "lower": both[0], "upper": both[1]}


def lines_of(world: World, found: pd.DataFrame) -> Iterator[list[str]]:
    """Yield lines of the report, one a form: coverage of all and of the first, and the median width, of each metric."""
    for form in (*BY_DRAWS, *BY_INTERVALS):
        if not (found["form"] == form).any():
            continue
        cells = [
            world.shape + (", countries apart" if world.apart else "") + (", new ones ahead" if world.ahead else ""),
            str(world.spread),
            str(world.n),
            str(world.n_countries),
            world.source,
            form,
        ]
        for metric, digits in (("best", 0), ("mean of k best", 0), ("number in top", 1)):
            own = found[(found["form"] == form) & (found["metric"] == metric)]
            covered, of_first = (100 * rows["covered"].mean() for rows in (own, own[own["rank"] == 1]))
            width = (own["upper"] - own["lower"]).mean()
            cells.append("" if own.empty else f"{covered:.0f}, {of_first:.0f} ({width:.{digits}f})")
        yield cells


def lines_of_metrics(found: pd.DataFrame) -> Iterator[list[str]]:
    """Yield lines of the report, one a metric: coverage of all and of the first by the default, in worlds of each source and spread."""
    own = found[found["form"] == "posterior"]
    for metric in METRICS:
        cells = [metric]
        for column in ("source", "spread"):
            for value in own[column].unique():
                of = own[(own["metric"] == metric) & (own[column] == value)]
                cells.append("" if of.empty else f"{100 * of['covered'].mean():.0f}, {100 * of.loc[of['rank'] == 1, 'covered'].mean():.0f}")
        yield cells


def lines_of_bins(found: pd.DataFrame) -> Iterator[list[str]]:
    """Yield lines of what was said of a lead and what came true, by metric and form."""
    for metric in ("best", "mean of k best", "number in top", "lag"):
        for form in FORMS_OF_ALL:
            own = found[(found["form"] == form) & (found["metric"] == metric)].rename(columns={"p_leads": "said", "leads": "right"})
            bins = in_bins(own).set_index("bin").reindex(range(10))
            squared = 1000 * ((own["right"] - own["said"]) ** 2).mean()
            cells = ["" if np.isnan(row.said) else f"{row.said:.0f}: {row.right:.0f} ± {row.error:.1f}" for row in bins.itertuples()]
            yield [metric, form, *cells, f"{bins['z'].abs().max():.1f}", f"{squared:.1f}"]


def main() -> None:
    """Run the study and write the report."""
    parser = argparse.ArgumentParser(description="Coverage of intervals of countries' metrics, and calibration of P(leads).")
    parser.add_argument("--worlds", type=int, default=N_WORLDS, help="worlds of each kind")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--output", type=Path, default=REPORT)
    options = parser.parse_args()
    everything, lines = [], []
    with ProcessPoolExecutor(options.processes) as pool:
        for world in WORLDS:
            rated = [
                one for one in pool.map(partial(found_in, world), range(max(1, options.worlds // (1 if world.n < 400 else 4)))) if one is not None
            ]
            everything.append(
                pd.concat(rated, ignore_index=True).assign(source=world.source, spread=f"spread {world.spread}", of_board=world in BOARDS)
            )
            lines += list(lines_of(world, everything[-1]))
            print("\n".join(" | ".join(line) for line in lines[-len(BY_DRAWS) - len(BY_INTERVALS) :]), flush=True)
    everyone = pd.concat(everything, ignore_index=True)
    pooled = list(lines_of(World("all", 0, 0, 0, "all"), everyone[everyone["of_board"]]))
    edges = [f"{10 * i} to {10 * i + 10}" for i in range(10)]
    text = REPORT_TEXT.format(
        n_worlds=options.worlds,
        n_all=sum(one["world"].nunique() for one in everything),
        seed=SEED,
        n_draws=N_DRAWS,
        pooled=table(["form", *METRIC_HEADS], [line[5:] for line in pooled]),
        metrics=table(["metric", *everyone["source"].unique(), *everyone["spread"].unique()], list(lines_of_metrics(everyone))),
        bins=table(["metric", "form", *edges, "largest z", "squared error"], list(lines_of_bins(everyone))),
        worlds=table([*HEAD, *METRIC_HEADS], lines),
    )
    options.output.write_text(text, encoding="utf-8")


HEAD = ["strengths", "spread", "models", "countries", "from", "form"]
METRIC_HEADS = ["best", "mean of 3 best", "number in top 20"]
REPORT_TEXT = """# Intervals of countries' metrics, and P(leads)

Written by `python -m benchmarks.country_intervals --worlds {n_worlds}` (seed {seed}, {n_draws} joint draws). Do not edit.

{n_all} simulated worlds whose truth is known: 40 to 400 models of 5 or 8 countries, 3 or more each. Strengths are normal, exponential (long
above), its mirror image (long below), in three clusters, or a crowd at the top with the others far below; spread is their standard deviation in Elo.
Ratings come from a board, whose errors are 15 Elo in the median, unequal (log-normal with deviation 0.6) and independent or half of them shared; from
votes, 375 of each model in the mean with unequal popularities and 30 % ties, by Davidson's model; or from a bootstrap of such votes. Where it is
said, the countries' means differ, with a deviation of half a spread, or a fifth of the models are new: two spreads stronger, with four times the
error. Of 400 models there are a quarter as many worlds.

- *estimates*: the metric of the estimated ratings, with draws around them (`--country-draws estimates`).
- *one normal*: strengths given the estimates, from a normal law of unknown place and width. *normals*: from a mixture of normals.
- *without countries*: from a mixture of normal laws and of laws with a long tail above or below. *posterior*: the same, and countries have effects of
  their own: the default.
- *Gu and Koenker*: from the likeliest law of any shape, put in as if it were known (2023).
- *projection*: from simultaneous intervals of all models. *hybrid* (Andrews, Kitagawa and McCloskey 2024) and *zoom* (Zrnic and Fithian 2025) are
  intervals for the model that is estimated as the best of its country; here they are held against the truth of the country's best model.

## Ways to draw

Worlds of 40 models with independent errors. Of 95 % intervals: how many per cent cover the truth, of all countries and of the one that the estimate
puts first, and the mean width (points; models).

{pooled}

## Every metric

All worlds, the default. Of 95 % intervals: how many per cent cover the truth, of all countries and of the first, by where ratings come from and by
spread. Numbers and shares of models have few values, and their intervals are rounded outward.

{metrics}

## P(leads)

Said: right ± binomial error, in per cent. z is the number that came true minus the sum of what was said, over its binomial standard deviation, which
takes countries of a world as independent; squared errors (Brier scores) are in thousandths.

{bins}

## World by world

{worlds}
"""


if __name__ == "__main__":
    main()
