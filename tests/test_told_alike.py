"""What the command tells, the Python call returns: the same sentences, for every command."""

import itertools
import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from recount.data import read_catalogue, read_replicates, read_scores
from recount.engine import Glicko2
from recount.engine.choices import Elo, Folds, RandomOrders, Window
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from recount.sims.analysis.sequential import in_one_order, in_random_orders
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.simulation import simulate
from recount.sims.auditing.auditing import audit
from recount.sims.benchmark_scores.saturated_benchmarks import saturation_of
from recount.sims.benchmark_scores.saturation_choices import OfSaturation
from recount.sims.claims.bundled import path_of
from recount.sims.claims.claim_curves import claims_across_specifications
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.judging import judge
from recount.sims.command_line.options import in_options
from recount.sims.command_line.program import COMMANDS
from recount.sims.multiverse.number_ranges import countries_in_ranges, ratings_in_ranges
from recount.sims.multiverse.rated_conclusions import ratings_across_specifications
from recount.sims.presentation import Table
from recount.sims.presentation.data_sets import public_data
from recount.sims.simulated_benchmarks import BenchmarkKind, Items, resolution_of, simulate_benchmark
from recount.sims.specification import Specification, WhatIsConcluded, WhatIsSettled
from recount.sims.specification.flat import from_flat
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.results import run_study
from recount.sims.through_time.countries_by_date import countries_through_time
from recount.sims.through_time.growth_by_country import release_trends
from tests.test_command_options import options_of_command

PLAN = """
seeds = 2
[[outcome]]
name = "first place kept"
[[outcome]]
name = "country lead kept"
[[vary]]
perturbation = {name = "drop"}
"""
NAMES = ("a", "b", "c", "d", "e", "f", "A ")


# Of no day, as votes of 2023 judge no claim about 2025.
CLAIM = '[[claim]]\nid = "best"\nquotation = "q"\nsource = "s"\nmetric = "best"\ncountry = "US"\nsays = "leads"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A log that gives every reason to say something: rejects, look-alikes, few votes, missing labels and values; and what goes with it."""
    folder = tmp_path_factory.mktemp("told")
    rng = np.random.default_rng(8)
    n = 500
    first = rng.integers(0, 6, n)
    second = (first + rng.integers(1, 6, n)) % 6
    winner = np.where(rng.random(n) < 0.25, "tie", np.where(rng.random(n) < 1 / (1 + np.exp((first - second) / 3)), "model_a", "model_b"))
    frame = pd.DataFrame({"model_a": np.array(NAMES)[first], "model_b": np.array(NAMES)[second], "winner": winner})
    frame = frame.assign(voter=rng.choice(["u", "v", "w", "x", "y", "z"], n), tokens_a=rng.integers(1, 99, n), tokens_b=rng.integers(1, 99, n))
    frame["language"] = rng.choice(["en", "zh"], n)
    frame["time"] = np.arange(n) * 3600 + 1_700_000_000
    rare = pd.DataFrame({"model_a": ["A ", "a", "b", "c"], "model_b": ["a", "A ", "A ", "a"], "winner": ["model_a", "model_a", "model_b", "??"]})
    frame = pd.concat([frame, rare.assign(time=1_700_000_000)], ignore_index=True)
    frame.loc[frame.index % 50 == 7, "language"] = None
    frame.loc[frame.index % 60 == 11, ["tokens_a", "voter"]] = None
    frame.to_csv(folder / "log.csv", index=False)
    (folder / "plan.toml").write_text(PLAN)
    scores = [(name, "GPQA", 0.9 - k / 20) for k, name in enumerate("aabbcde")] + [(name, "short", 0.5) for name in "abc"]
    pd.DataFrame(scores, columns=["model", "benchmark", "score"]).to_csv(folder / "scores.csv", index=False)
    people = pd.DataFrame({"model": NAMES[:5], "organisation": list("pqrst"), "country": ["US", "US", "CN", "FR", ""]})
    people = people.assign(licence_class=["proprietary", "open_weights", "", "open_source", ""], total_parameters_b=[70.0, np.nan, 40.0, 8.0, np.nan])
    bundled = read_catalogue().models
    people.set_index("model").reindex(columns=bundled.columns).to_csv(folder / "people.csv", index_label=bundled.index.name)
    (folder / "own.toml").write_text(CLAIM)
    return folder


class Told(NamedTuple):
    """A command, and what Python returns on the same log under the same specification."""

    arguments: str
    returned: object


def log():
    return read("log.csv")


def asked(**choices):
    return analyse("log.csv", **choices)


def people():
    return read_catalogue(Path("people.csv"))


FEW = "--minimum-votes 10"
BOOTSTRAP = "--intervals bootstrap --n-replicates 30 --seed 4"
CLI = {
    "check": lambda: check(log()),
    "audit": lambda: audit(log()),
    f"audit {FEW} --voter-column language --ties drop": lambda: audit(
        log(), Specification.from_dict({"minimum_votes": 10, "ties": "drop"}), voter_column="language"
    ),
    "rate": lambda: asked().leaderboard(),
    f"rate {FEW} --cluster voter": lambda: asked(minimum_votes=10, clusters=("voter",)).leaderboard(),
    "rate --prior firth": lambda: asked(prior=Specification.from_dict({"prior": "firth"}).prior).leaderboard(),
    f"rate --existence prior {BOOTSTRAP}": lambda: asked(existence="prior", **resampled()).leaderboard(),
    f"rate {BOOTSTRAP}": lambda: asked(**resampled()).leaderboard(),
    "rate --n-draws 10 --weights voters:voter": lambda: asked(n_draws=10, weights=weighted("voters:voter")).leaderboard(),
    "rate --table pairs": lambda: asked().pairs(),
    "rate --pair a b": lambda: asked().pair("a", "b"),
    f"rate --by language {FEW}": lambda: asked(by="language", minimum_votes=10).leaderboard(),
    f"rate {FEW} --style tokens_a,tokens_b --position --ridge 1": lambda: asked(minimum_votes=10, **covariates()).leaderboard(),
    f"rate {FEW} --style tokens_a,tokens_b --position --ridge 1 --pair a b": lambda: asked(minimum_votes=10, **covariates()).pair("a", "b"),
    "rate --against board.csv": lambda: asked().moves_since(Path("board.csv")),
    f"quality {FEW}": lambda: asked(minimum_votes=10).quality(),
    f"quality {FEW} --table calibration --held-out votes:4": lambda: asked(minimum_votes=10).calibration(Folds.parse("votes:4")),
    f"quality {FEW} --table residuals": lambda: asked(minimum_votes=10).residuals(),
    f"quality {FEW} --table cycles": lambda: asked(minimum_votes=10).cycles(),
    "quality --existence drop --table comparison --weights voters:voter": lambda: asked(
        existence="drop", weights=weighted("voters:voter")
    ).comparison(),
    f"quality {FEW} --style tokens_a,tokens_b --position --ridge 1": lambda: asked(minimum_votes=10, **covariates()).quality(),
    "elo --order time": lambda: in_one_order(log(), Elo(), "time")[0],
    "elo --system glicko2 --order voter": lambda: in_one_order(read_voters(), Glicko2(), "voter")[0],
    "elo --order random --n-permutations 5": lambda: in_random_orders(log(), Elo(), RandomOrders(n_permutations=5))[0],
    "influence": lambda: asked().influence(),
    f"influence {FEW} --top 2 --cluster voter": lambda: asked(minimum_votes=10, clusters=("voter",)).influence(WhatIsConcluded(best=2)),
    f"influence {FEW} --pair a b --table effects": lambda: asked(minimum_votes=10).influence(WhatIsConcluded(pair=("a", "b"))),
    f"influence {FEW} --country-lead all --catalogue people.csv": lambda: asked(minimum_votes=10).influence(
        WhatIsConcluded(country_lead="all"), people()
    ),
    f"influence {FEW} --change flip": lambda: asked(minimum_votes=10).influence(WhatIsConcluded(change="flip")),
    f"influence {FEW} --kendall-tau 0.9 --change add": lambda: asked(minimum_votes=10).influence(WhatIsConcluded(kendall_tau=0.9, change="add")),
    f"influence {FEW} --claim own.toml:best --catalogue people.csv": lambda: asked(minimum_votes=10).influence(
        WhatIsConcluded(claim="own.toml:best"), people()
    ),
    f"votes-needed {FEW} --cluster voter": lambda: asked(minimum_votes=10, clusters=("voter",)).votes_needed(),
    f"votes-needed {FEW} --ties drop --country-lead all --catalogue people.csv": lambda: asked(minimum_votes=10, ties="drop").votes_needed(
        WhatIsSettled(country_lead="all"), people()
    ),
    "influence --weights decay:time:30": lambda: asked(weights=weighted("decay:time:30")).influence(),
    "countries --catalogue people.csv": lambda: asked().countries(people()),
    f"countries --catalogue people.csv {FEW} --k 1 --position": lambda: asked(minimum_votes=10, k=1, position=True).countries(people()),
    f"countries --catalogue people.csv {BOOTSTRAP}": lambda: asked(**resampled()).countries(people()),
    "countries --catalogue people.csv --specifications grid --k 2 --group all": lambda: asked(k=2, groups="all").multiverse(people()),
    "countries --catalogue people.csv --specifications ranges --group all --metric best --prior votes": lambda: countries_in_ranges(
        asked(groups="all", metrics="best", prior=Specification.from_dict({"prior": "votes"}).prior), people()
    ),
    "rate --specifications grid --pair a b": lambda: ratings_across_specifications(asked(), WhatIsConcluded(pair=("a", "b"))),
    "rate --specifications ranges --prior votes": lambda: ratings_in_ranges(asked(prior=Specification.from_dict({"prior": "votes"}).prior)),
    "countries --catalogue people.csv --replicates saved.parquet": lambda: Analysis(read_replicates(Path("saved.parquet"))).countries(people()),
    "countries --catalogue people.csv --through-time --time-column time": lambda: countries_through_time(
        log(), Specification(window=Window(column="time")), people()
    ),
    "releases catalogue --earlier 2024 --later 2025": lambda: release_trends("2024", "2025").growth,
    "claims own.toml --catalogue people.csv --specifications grid --n-draws 10": lambda: claims_across_specifications(
        read_claims("own.toml"), asked(n_draws=10), people()
    ),
    "claims article --catalogue people.csv": lambda: judge(read_claims(path_of("article")), asked(), people()),
    "study plan.toml --catalogue people.csv -o studied": lambda: run_study(read_plan("plan.toml"), log(), catalogue=people()),
    "data list": public_data,
    "saturation scores.csv": lambda: saturation_of(read_scores("scores.csv")),
    "saturation scores.csv --size-exponent 1 --best-of models": lambda: saturation_of(read_scores("scores.csv"), OfSaturation(1.0, "models")),
    "simulate benchmark --competitors 5 --items 30 -o simulated.csv": lambda: simulated_benchmark(),
    "simulate arena --competitors 5 --votes 100 -o simulated.csv": lambda: simulate(from_flat(Arena, {"n_competitors": 5, "n_votes": 100})),
}


def simulated_benchmark():
    simulated = simulate_benchmark(BenchmarkKind(n_competitors=5, items=Items(n=30)))
    return simulated, Table("benchmark truth", simulated.truth), resolution_of(simulated.parameters)


def resampled():
    s = Specification.from_dict({"intervals": "bootstrap", "n_replicates": 30})
    return {"intervals": s.intervals, "seed": 4}


def weighted(text):
    return Specification.from_dict({"weights": text}).weights


def covariates():
    s = Specification.from_dict({"styles": ("tokens_a,tokens_b",), "position": True, "ridge": 1.0})
    return {"styles": s.styles, "position": True, "ridge": 1.0}


def read_voters():
    """Only votes with a voter can be sorted by voter."""
    frame = pd.read_csv("log.csv")
    frame[frame["voter"].notna()].to_csv("voters.csv", index=False)
    return read("voters.csv")


def sentences(returned):
    """Headline and notes of what Python returns, each one sentence or more."""
    if isinstance(returned, Table):
        return returned.sentences()
    if isinstance(returned, tuple):
        return list(dict.fromkeys(itertools.chain.from_iterable(map(sentences, returned))))
    return sentences(returned.summary) if isinstance(getattr(returned, "summary", None), Table) else returned.summary().splitlines()


def notes_of(returned):
    """Notes of what Python returns, or its sentences where it has no others."""
    tables = returned if isinstance(returned, tuple) else (returned if isinstance(returned, Table) else getattr(returned, "summary", None),)
    return list(itertools.chain.from_iterable(table.sentences()[1:] if isinstance(table, Table) else sentences(returned) for table in tables))


@pytest.mark.parametrize("command", [pytest.param(one, marks=[pytest.mark.slow] if "claims article" in one and "grid" in one else []) for one in CLI])
def test_the_command_tells_what_python_returns(folder, recount, monkeypatch, command):
    """Every line on stderr is a sentence of the value, and every note of the value is told."""
    monkeypatch.chdir(folder)
    words = command.split()
    if "--against" in words:
        recount("rate", "log.csv", "-o", "board.csv")
    if "--replicates" in words:
        recount("rate", "log.csv", *BOOTSTRAP.split(), "--replicates", "saved.parquet")
    returned = CLI[command]()
    is_on_no_votes = words[0] in ("simulate", "data", "releases", "saturation") or "--replicates" in words
    source = [] if is_on_no_votes else ["voters.csv" if "glicko2" in words else "log.csv"]
    named = words[1:2] if words[0] in ("claims", "study") else []
    said = recount(words[0], *named, *source, *words[1 + len(named) :])
    assert said.code == 0, said.err
    # The shell names options where Python names keywords.
    options = options_of_command(words[0]).values()
    known, notes = ([in_options(line, options) for line in lines] for lines in (sentences(returned), notes_of(returned)))
    told = [line for line in said.err.splitlines() if not line.startswith(("compiling", "removed simulated.")) and not line.endswith("simulated.csv")]
    assert [line for line in told if line not in known and not re.search(r"(simulated\.\w+|summary)\.csv$", line)] == []
    assert [note for note in notes if note not in told] == []


def test_every_command_is_compared():
    # A page holds what it tells.
    assert {command.split()[0] for command in CLI} == set(COMMANDS) - {"report"}
    for table in ("calibration", "residuals", "cycles", "comparison", "pairs", "effects"):
        assert any(f"--table {table}" in command for command in CLI)


def test_what_there_is_to_tell_is_told(folder, monkeypatch):
    """The log gives reason for each of these, and the values hold them."""
    monkeypatch.chdir(folder)
    notes = "\n".join(asked(minimum_votes=10, clusters=("voter",), **covariates()).countries(people()).notes)
    for part in (
        "have no country in the catalogue: 'A ', 'e', 'f'",
        "group 'large' is without 4 of 7 competitors, whose size the catalogue does not know",
        "group 'open weights' is without 4 of 7 competitors, whose licence the catalogue does not know",
        "minimum_votes=10: left out 1 of 7 competitors: 'A '",
        "group 'all' has 6 models, fewer than top=20",
        "no mean of k best for countries with fewer than 3 organisations (3): 'CN', 'FR', 'US'",
        "rows left out (",
        "votes have no 'voter'",
        "effect position",
        "without a value left out",
        "ridge: effects have a normal prior",
        "uncertainty: sandwich by voter",
    ):
        assert part in notes, part
