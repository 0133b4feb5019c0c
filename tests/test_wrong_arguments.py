"""Every public function, with every argument in turn of a kind that it cannot be: one line that names it, and never a bare error of Python."""

import inspect
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recount
from recount.engine.errors import RecountError
from recount.sims.claims.bundled import path_of
from recount.sims.studies.bundled import plan_path
from tests.pages import KNOWN, vote_frame
from tests.small_studies import write_study

ODD = (2.5, -1, float("nan"), "nowhere", b"x", Path("nowhere"), object(), ["a"], [object()], {"a": 1}, pd.DataFrame(), np.zeros(3))
FUNCTIONS = {name: one for name in recount.__all__ if inspect.isfunction(one := getattr(recount, name))}


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    """For each function what it can be called with, by the names of its parameters."""
    folder = tmp_path_factory.mktemp("arguments")
    frame = vote_frame(KNOWN, 600)
    frame.to_csv(folder / "log.csv", index=False)
    log = recount.read(folder / "log.csv")
    analysis = recount.analyse(log, n_draws=20)
    board = folder / "board.csv"
    pd.DataFrame({"model": KNOWN, "rating": np.linspace(1200, 1100, len(KNOWN)), "votes": 100}).to_csv(board, index=False)
    scores = pd.DataFrame({"model": list("abcdef"), "benchmark": "x", "score": np.linspace(0.3, 0.8, 6), "maximum": 1, "n_items": 100, "source": "s"})
    scores.to_csv(folder / "scores.csv", index=False)
    fitted = recount.fit(log.counts)
    plan, small = write_study(folder, seeds=1)
    catalogue, claims = recount.read_catalogue(), recount.read_claims(path_of("ai-index"))[:1]
    replicates = recount.bootstrap(fitted, recount.Resampling(n_replicates=20))
    recount.write_replicates(replicates, folder / "r.parquet")
    of_analysis = {"analysis": analysis}
    return {
        "analyse": {"source": log},
        "audit": {"log": log},
        "bootstrap": {"fit": fitted, "resampling": recount.Resampling(n_replicates=20)},
        "check": {"log": log},
        "claims_across_specifications": {"claims": claims, **of_analysis, "catalogue": catalogue},
        "countries_in_ranges": of_analysis,
        "countries_through_time": {"source": log},
        "covariance": {"fit": fitted},
        "data_path": {"name": "llmfao"},
        "each_choice_alone": of_analysis,
        "fetch_data": {"name": "llmfao"},
        "first_by_each_choice": of_analysis,
        "fit": {"source": log.counts},
        "judge": {"claims": claims, **of_analysis, "catalogue": catalogue},
        "leaderboard": {"uncertainty": recount.covariance(fitted), "n_votes": np.full(len(KNOWN), 100.0)},
        "perturb": {"source": log, "name": "drop", "share": 0.1},
        "perturbed": {"source": log, "perturbation": recount.PERTURBATIONS["drop"](share=0.1)},
        "project_gap": {"table": analysis.leaderboard(), "ahead": 3},
        "public_data": {},
        "ratings_across_specifications": of_analysis,
        "ratings_in_ranges": of_analysis,
        "read": {},
        "read_board": {"path": board},
        "read_boards": {},
        "read_catalogue": {},
        "read_claims": {"path": path_of("ai-index")},
        "read_history": {"path": board},
        "read_plan": {"path": plan_path("random-drop")},
        "read_replicates": {"path": folder / "r.parquet"},
        "read_scores": {"path": folder / "scores.csv"},
        "release_trends": {"earlier": "US", "later": "CN"},
        "run_study": {"plan": plan, "source": small},
        "saturation_of": {"scores": recount.read_scores(folder / "scores.csv")},
        "save_counts": {**of_analysis, "path": folder / "counts.parquet"},
        "suspects": {"log": log, "column": "voter"},
        "write_replicates": {"replicates": replicates, "path": folder / "w.parquet"},
        "write_report": {**of_analysis, "path": folder / "page.html"},
    }


def test_every_public_function_is_here(usual):
    assert usual.keys() == FUNCTIONS.keys()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_wrong_kinds_are_one_line(usual, name, monkeypatch, tmp_path):
    """What is taken all the same, as a name that is any text, is no matter here."""
    monkeypatch.chdir(tmp_path)
    faults = []
    for parameter in inspect.signature(FUNCTIONS[name]).parameters.values():
        if parameter.kind is parameter.VAR_KEYWORD:
            continue
        for odd in ODD:
            positional = (odd,) if parameter.kind is parameter.VAR_POSITIONAL else ()
            given = dict(usual[name]) if positional else {**usual[name], parameter.name: odd}
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    FUNCTIONS[name](*positional, **given)
            except RecountError as error:
                if "\n" in str(error) or not str(error):
                    faults.append(f"{name}.{parameter.name}={' '.join(repr(odd).split()):.40}: {error!r}")
            except Exception as error:
                faults.append(f"{name}.{parameter.name}={' '.join(repr(odd).split()):.40}: {error!r:.90}")
    assert not faults, "\n".join(faults)
