r"""How sure differences are said to be where clusters are few: ``python -m benchmarks.few_clusters`` writes a section of `docs/clusters.md`.

Each voter is a cluster and has a taste that is added to the strengths. Logs are drawn by `recount.sims.arenas`; fits, covariances, intervals and rank
sets are those of the product. What it is compared with is in `benchmarks.cluster_alternatives`.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import logit

from benchmarks.cluster_alternatives import ALTERNATIVES, CROSSED, Said, of_clusters
from benchmarks.pages import DOCS, per_cent, table, write_section
from recount.engine import ELO, ExistenceError, Factor, OptionError, Position, Votes, clustered, count, covariance, fit
from recount.engine.linear_algebra import one_thread
from recount.engine.ranks import shown_better
from recount.engine.votes import Bools, Floats
from recount.engine.weighting import WeightedCounts
from recount.sims.arenas import (
    Arena,
    Newcomers,
    Outcomes,
    Pairs,
    Parameters,
    Prompts,
    Strengths,
    Voters,
    draw_parameters,
    draw_votes,
    expected_counts,
    outcome_probabilities,
)

SEED = 20240814
N_LOGS = 500
# Of which other methods see so many.
N_BESIDE = 200
VOTES_A_CLUSTER, TIE_SHARE = 150, 0.2
LEVEL, N_DRAWS = 0.95, 500
# Two strengths closer than this are one (log-odds).
SAME = 1e-7
HEADING, PLAIN = "Few clusters", "plain"
# Of ten, for each voter.
PAIRS_OF_EACH = 2
# Of a newcomer by each voter who votes on it.
VOTES_ON_NEWCOMER = 30
# Of judges that always vote for one model; log-odds that leave no doubt.
CONSTANT, CERTAIN = 0.1, 30.0
# Share of a taste's variance on one axis, common to all.
ON_AXIS = 0.8


@dataclass(frozen=True)
class Scenario:
    """Logs of one kind.

    Attributes
    ----------
    n_clusters, n : int
        Voters, and competitors.
    activity : float
        Standard deviation of voters' log activity.
    kind : str
        "", "few pairs", "newcomer", "axis", "constant", "position" or "crossed".
    spread, taste, popularity : float
        Standard deviations of strengths, tastes and log popularities, log-odds.
    n_prompts, prompt_taste, n_votes : int, float, int
        Where two columns cross.
    knowing : int
        Voters who vote on the newcomer.
    """

    n_clusters: int
    activity: float
    n: int = 5
    kind: str = ""
    spread: float = 0.0
    taste: float = 0.7
    popularity: float = 0.0
    n_prompts: int = 0
    prompt_taste: float = 0.0
    n_votes: int = 0
    knowing: int = 0

    @property
    def name(self) -> str:
        """In words."""
        strengths = f"unequal, sd {self.spread:g}" if self.spread else "equal"
        what = f"{self.n} {strengths}" + (f", popularity sd {self.popularity:g}" if self.popularity else "")
        activity = f"activity sd {self.activity:g}" if self.activity else "even"
        if self.kind == "crossed":
            return f"{self.n_clusters} voters ({activity}) x {self.n_prompts} prompts, tastes {self.taste:g} and {self.prompt_taste:g}"
        special = {
            "few pairs": f"{PAIRS_OF_EACH} pairs a cluster",
            "newcomer": f"a newcomer known to {self.knowing}",
            "axis": "tastes mostly on a common axis",
            "constant": "some always for one model",
            "position": "position effect fitted",
        }.get(self.kind, "" if self.taste else "no tastes")
        return f"{self.n_clusters} {activity}; {what}" + (f"; {special}" if special else "")

    @property
    def compared(self) -> bool:
        """Whether all methods see it; others see the default and the plain one."""
        return self.kind == "axis" or (not self.kind and self.n == 5 and self.taste > 0 and not self.spread)


def scenarios() -> list[Scenario]:
    """All kinds of logs, those of the main table first."""
    both = (0.0, 1.5)
    kinds = [Scenario(g, a) for a in both for g in (3, 5, 8, 15, 30, 100)]
    kinds += [Scenario(g, a, spread=0.5, popularity=0.7) for a in both for g in (5, 15, 30)]
    kinds += [Scenario(g, a, n=15, spread=spread) for spread in (0.0, 0.5) for a in both for g in (5, 15, 30)]
    kinds += [Scenario(g, 0.0, n=50) for g in (15, 30)]
    kinds += [Scenario(g, a, taste=0.0) for a in both for g in (3, 5, 15)]
    kinds += [Scenario(g, a, kind="axis") for a in both for g in (3, 5, 15, 30)]
    kinds += [Scenario(g, a, kind="constant") for a in both for g in (5, 15, 30, 100)]
    kinds += [Scenario(g, a, kind="few pairs") for a in both for g in (8, 15, 30, 100)]
    kinds += [Scenario(100, 0.0, kind="newcomer", knowing=k) for k in (1, 2, 3, 5)]
    kinds += [Scenario(g, a, kind="position") for a in both for g in (3, 5, 15, 30)]
    return kinds + [
        Scenario(rows, skew, kind="crossed", taste=one, n_prompts=columns, prompt_taste=other, n_votes=votes)
        for rows, columns, votes, one, other, skew in (
            (8, 8, 600, 0.7, 0.7, 0.0),
            (8, 8, 600, 0.0, 0.0, 0.0),
            (15, 60, 1500, 0.7, 0.7, 0.0),
            (15, 60, 1500, 0.7, 0.7, 1.5),
            (15, 60, 1500, 0.7, 0.0, 0.0),
            (60, 60, 1500, 0.0, 0.0, 0.0),
            (100, 13, 2000, 0.5, 0.5, 1.0),
        )
    ]


def arena_of(scenario: Scenario) -> Arena:
    """The arena of a log."""
    s = scenario
    newcomers = Newcomers(1, (VOTES_ON_NEWCOMER * s.n_clusters,)) if s.kind == "newcomer" else Newcomers()
    n_pairs = s.n * (s.n - 1) // 2
    n_votes = s.n_votes or VOTES_A_CLUSTER * max(1, s.n // 15) * s.n_clusters * (n_pairs // PAIRS_OF_EACH if s.kind == "few pairs" else 1)
    # Tastes on an axis come as further leads.
    taste = s.taste * (np.sqrt(1 - ON_AXIS) if s.kind == "axis" else 1.0)
    return Arena(
        n_competitors=s.n,
        n_votes=n_votes + sum(newcomers.votes_of_each),
        strengths=Strengths.normal(ELO * s.spread) if s.spread else Strengths.equal(),
        pairs=Pairs.skewed(s.popularity) if s.popularity else Pairs.uniform(),
        newcomers=newcomers,
        outcomes=Outcomes.davidson(TIE_SHARE),
        position_effect=0.3 if s.kind == "position" else 0.0,
        voters=Voters(s.n_clusters, "lognormal", s.activity, ELO * taste),
        prompts=Prompts(s.n_prompts, ELO * s.prompt_taste) if s.n_prompts else Prompts(),
    )


def votes_of(scenario: Scenario, truth: Parameters, seed: int) -> Votes:
    """The votes of a log."""
    votes = draw_votes(truth, seed, n_threads=1)
    rng, voter = np.random.default_rng([SEED, seed]), votes.columns["voter"].codes
    if scenario.kind == "axis":
        # Who meets and who votes are the same whatever the leads.
        direction = np.where(np.arange(scenario.n) % 2, -1.0, 1.0)
        along = scenario.taste * np.sqrt(ON_AXIS) * rng.normal(size=scenario.n_clusters)
        return draw_votes(truth, seed, leads=along[voter] * (direction[votes.first] - direction[votes.second]), n_threads=1)
    if scenario.kind == "constant":
        constant = rng.random(scenario.n_clusters) < CONSTANT
        leads = CERTAIN * constant[voter] * ((votes.first == 0) - 1.0 * (votes.second == 0))
        return draw_votes(truth, seed, leads=leads, n_threads=1)
    if scenario.kind == "few pairs":
        known = np.zeros((scenario.n_clusters, scenario.n, scenario.n), np.bool_)
        first, second = np.triu_indices(scenario.n, 1)
        for k in range(scenario.n_clusters):
            chosen = rng.choice(first.size, PAIRS_OF_EACH, replace=False)
            known[k, first[chosen], second[chosen]] = known[k, second[chosen], first[chosen]] = True
        return _chosen(votes, known[voter, votes.first, votes.second])
    if scenario.kind == "newcomer":
        return _chosen(votes, (np.maximum(votes.first, votes.second) < scenario.n) | (voter < scenario.knowing))
    return votes


def _chosen(votes: Votes, rows: Bools) -> Votes:
    voters = votes.columns["voter"]
    return Votes(votes.names, votes.first[rows], votes.second[rows], votes.outcome[rows], {"voter": Factor(voters.codes[rows], voters.levels)})


def converges_to(scenario: Scenario, truth: Parameters) -> Floats:
    """Strengths that the estimate tends to."""
    expected = expected_counts(truth)
    if scenario.kind == "constant":
        first, second, outcome = expected.first, expected.second, expected.outcome
        weight = expected.weight * (1 - CONSTANT * ((first == 0) | (second == 0)))
        met = truth.meetings
        preferred = (met.first == 0) | (met.second == 0)
        columns = (
            (first, met.first[preferred]),
            (second, met.second[preferred]),
            (outcome, (met.second[preferred] == 0).astype(np.int8)),
            (weight, CONSTANT * met.expected[preferred]),
            (expected.n_votes, np.ones(preferred.sum(), np.int64)),
        )
        return fit(WeightedCounts(truth.names, *map(np.concatenate, columns))).strengths
    return fit(expected).strengths if scenario.spread else np.zeros(len(truth.names))


def said(scenario: Scenario, number: int) -> list[dict[str, object]] | None:
    """What each method says of one log, or None if it cannot be rated, or all votes are of two clusters."""
    truth = draw_parameters(arena_of(scenario), SEED + number)
    votes = votes_of(scenario, truth, SEED + number)
    with one_thread():
        try:
            fitted = fit(votes, covariates=[Position()]) if scenario.kind == "position" else fit(count(votes))
            clusters = clustered(votes, fitted, ("voter", "prompt") if scenario.kind == "crossed" else "voter")
            rated = covariance(fitted, clusters=clusters)
        except (ExistenceError, OptionError):
            return None
        of_methods = {"this": Said(rated, rated.difference_widths(LEVEL))}
        if number >= N_BESIDE:
            pass
        elif scenario.kind == "crossed":
            of_methods |= {name: alternative(fitted, clusters, LEVEL) for name, alternative in CROSSED.items()}
        elif scenario.kind != "position":
            found = of_clusters(fitted, clusters)
            beside = ALTERNATIVES if scenario.compared else {PLAIN: ALTERNATIVES[PLAIN]}
            of_methods |= {name: alternative(rated, found, LEVEL) for name, alternative in beside.items()}
        values = converges_to(scenario, truth)
        rows = [{"number": number, "method": name} | covered(of, values, number) for name, of in of_methods.items()]
        lower, upper = rated.interval(LEVEL)
        rows[0]["ratings"] = float(np.mean((lower <= values) & (values <= upper)))
        if scenario.kind == "position":
            first, _, tie, _ = outcome_probabilities(truth)[0]
            effect, (lower, upper) = logit(first + tie / 2), rated.effects.interval(LEVEL)
            rows[0]["effect"] = float(lower[0] <= effect <= upper[0])
    return rows


def covered(said: Said, values: Floats, seed: int) -> dict[str, object]:
    """Whether differences and rank sets are right about these `values`, and how wide intervals are."""
    strengths, n = said.uncertainty.strengths, values.size
    true = values[:, None] - values
    right, pairs = np.abs(strengths[:, None] - strengths - true) <= said.widths, np.triu_indices(n, 1)
    shown = shown_better(said.uncertainty, said.uncertainty.draws(N_DRAWS, seed), LEVEL)
    return {
        "differences": right[pairs].mean(),
        "of the last": right[-1, :-1].mean(),
        "rank sets": float(np.all(true[shown] > SAME)),
        "width": ELO * np.median(said.widths[pairs]),
        "shown": shown.sum(),
    }


def study(scenario: Scenario, n_logs: int, pool: ProcessPoolExecutor) -> pd.DataFrame:
    """Rows of all logs and methods; three fifths of the logs where not all methods see them."""
    n_logs = n_logs if scenario.compared else 3 * n_logs // 5
    logs = [log for log in pool.map(partial(said, scenario), range(n_logs), chunksize=10) if log is not None]
    return pd.DataFrame([row for log in logs for row in log]).assign(scenario=scenario.name, kind=scenario.kind, n_short=n_logs - len(logs))


def tables(results: pd.DataFrame) -> dict[str, str]:
    """Tables of the section by name."""
    each = {(scenario, method): rows for (scenario, method), rows in results.groupby(["scenario", "method"], sort=False)}
    kinds = dict(zip(results["scenario"], results["kind"], strict=True))

    def line(name: str, method: str, n_logs: int = N_LOGS) -> list[str]:
        rows = each[name, method].query("number < @n_logs")
        return [per_cent(rows["differences"]), f"{rows['width'].median():.0f}", per_cent(rows["rank sets"])]

    def by_plain(name: str) -> list[str]:
        return [per_cent(each[name, PLAIN][what]) if (name, PLAIN) in each else "" for what in ("differences", "rank sets")]

    usual = [name for name in kinds if (name, "CR2, t(BM)") in each]
    own = [[name, per_cent(each[name, "this"]["ratings"]), *line(name, "this"), *by_plain(name)] for name in kinds]
    effects = [f"{name}: {per_cent(each[name, 'this']['effect'])}" for name, kind in kinds.items() if kind == "position"]
    last = [f"{name}: {per_cent(each[name, 'this']['of the last'])}" for name, kind in kinds.items() if kind == "newcomer"]
    short = [f"{n} of {name}" for name in kinds if (n := each[name, "this"]["n_short"].iloc[0])]
    head = ["differences", "half-width, Elo", "rank sets, jointly"]

    def beside(place: int) -> str:
        lines = [[name, *(line(name, method, N_BESIDE)[place] for method in ("this", *ALTERNATIVES))] for name in usual]
        return table(["logs", "this", *ALTERNATIVES], lines)

    crossed = [[name, method, *line(name, method, N_BESIDE)] for name, kind in kinds.items() if kind == "crossed" for method in ("this", *CROSSED)]
    return {
        "own": table(["logs", "ratings", *head, "differences, plain", "rank sets, plain"], own),
        "effects": "; ".join(effects),
        "last": "; ".join(last),
        "short": "; ".join(short),
        "beside_differences": beside(0),
        "beside_widths": beside(1),
        "beside_ranks": beside(2),
        "crossed": table(["logs", "method", *head], crossed),
    }


def main() -> None:
    """Run the study and write the section."""
    parser = argparse.ArgumentParser(description="Coverage where clusters are few.")
    parser.add_argument("--logs", type=int, default=N_LOGS, help="logs of each kind")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--only", help="kinds whose name holds this; print them and write nothing")
    options = parser.parse_args()
    parts = []
    with ProcessPoolExecutor(options.workers) as pool:
        for scenario in scenarios():
            if options.only is None or options.only in scenario.name:
                parts.append(study(scenario, options.logs, pool))
                print(tables(parts[-1])["own"].splitlines()[-1], flush=True)
    made = tables(pd.concat(parts))
    if options.only is None:
        given = {"seed": SEED, "n_logs": options.logs, "n_fewer": 3 * options.logs // 5, "n_draws": f"{N_DRAWS:,}", "n_beside": N_BESIDE}
        text = TEXT.format(ties=f"{TIE_SHARE:.0%}", votes=VOTES_A_CLUSTER, **given, **made)
        write_section(DOCS / "clusters.md", HEADING, text)
    else:
        print("\n\n".join(made.values()))


TEXT = """Written by `python -m benchmarks.few_clusters` (seed {seed}). Do not edit.

{n_logs} logs of each kind, {n_fewer} of those that the tables of other methods leave out.

{votes} votes a cluster in the mean (three times as many with 50 competitors), {ties} ties counted as half-wins. Competitors are 5, 15 or 50, *equal*
or normal with the standard deviation given (log-odds), whose pairs meet equally often, or by log-normal popularity. Each cluster, a voter, has a
taste: a normal vector of standard deviation 0.7 that is added to the strengths. Clusters are *even*, or the logarithm of their activity has the
standard deviation given: a few then hold most votes. *Tastes mostly on a common axis*: 80 % of the variance of a taste is that of one number a
cluster, which adds to every other competitor and takes from the rest. *Some always for one model*: each cluster does so with probability 0.1, whoever
the opponent is. *A newcomer known to k*: its votes, 30 each, are of k clusters among 100.

Covered is what the estimate tends to, the fit to the expected votes. In per cent, at 95 %, ± the Monte-Carlo standard error over logs. Rank sets, and
tiers, are right if none of their statements is wrong ({n_draws} draws). Half-widths are of differences, median over them and over logs.

{own}

The position effect itself is covered, in per cent: {effects}.

Differences of the newcomer are covered, in per cent: {last}.

Left out, because votes of two clusters only or without ratings: {short}.

### Beside what else could be done

By the first {n_beside} logs of each kind, which are the same for all methods. *Plain*: Liang and Zeger (1986) with normal quantiles, the default
earlier. CR1, CR2, CR3: with corrections of scores for few clusters; BM: Bell and McCaffrey's degrees of freedom. The last is the default with the
exact degrees of freedom of each difference in place of the fewer of those of its two strengths.

Differences covered:

{beside_differences}

Half-widths, Elo:

{beside_widths}

Rank sets right, jointly:

{beside_ranks}

### Two columns that cross

Five equal competitors.

{crossed}
"""


if __name__ == "__main__":
    main()
