"""Outcomes of studies that say how many votes a conclusion hangs on: by hand, as `recount influence` finds them, and always single votes."""

import pandas as pd
import pytest

from recount import analyse
from recount.engine.errors import OptionError
from recount.sims.analysis.log import read
from recount.sims.specification import WhatIsConcluded
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.results import run_study
from recount.sims.studies.seen import Reference
from tests.option_logs import write_logs
from tests.small_studies import found, seen

CLAIM = """
[[claim]]
id = "us"
quotation = "q"
source = "s"
metric = "number in top"
country = "US"
says = "at least"
value = 1
choices = {top = 3}
"""
ASKED = [
    ("votes to lose first place", "", ()),
    ("votes to lose the top k", "k = 2\n", ("--top", "2")),
    ("votes to lose the order", "kendall_tau = 0.8\n", ("--kendall-tau", "0.8")),
    ("votes to lose the country lead", 'group = "all"\n', ("--country-lead", "all")),
    ("votes to overturn the claim", 'claims = "own.toml"\nclaim = "us"\n', ("--claim", "plans/own.toml:us")),
]


@pytest.mark.parametrize("change", ["drop", "flip", "add"])
@pytest.mark.parametrize(("name", "fields", "options"), ASKED, ids=[name for name, _, _ in ASKED])
def test_votes_to_lose_a_conclusion_are_those_of_influence(recount, tmp_path, name, fields, options, change):
    """Of all votes and of those that a run rates; a file of claims is named as it stands from the plan."""
    write_logs(tmp_path)
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "own.toml").write_text(CLAIM)
    plan = f'[[outcome]]\nname = "{name}"\n{fields}change = "{change}"\n[[vary]]\nspecification = {{ties = ["half", "drop"]}}\n'
    (tmp_path / "plans" / "plan.toml").write_text(plan)
    assert recount("study", "plans/plan.toml", "log.csv", "-o", "out").code == 0
    runs = pd.read_parquet("out/runs.parquet")
    for row, ties in zip(runs.itertuples(), ("half", "drop"), strict=True):
        told = recount("influence", "log.csv", *options, "--change", change, "--ties", ties, "-o", "changed.csv")
        assert (told.code, row.error) == (0, "")
        (summary,) = pd.read_csv("changed.summary.csv").itertuples()
        assert (row.value, row.says) == (summary.n_changed, summary.result)


def test_fewest_votes_by_hand():
    """Of two models, 70 wins to 31: as many as turn them round, or make them level; level from the start, there is no order to lose."""
    votes = pd.DataFrame([("a", "b", "model_a")] * 70 + [("a", "b", "model_b")] * 31, columns=["model_a", "model_b", "winner"])
    analysis, level = analyse(read(votes)), analyse(read(votes.assign(winner="tie")))
    on, nothing = (seen(one, Reference(one.names, one.fit.strengths, is_truth=False)) for one in (analysis, level))
    for change, n_first, n_order in (("drop", 40, 39), ("flip", 20, 20), ("add", 40, 39)):
        assert found("votes to lose first place", on, change=change) == (n_first, "'b' passes 'a'")
        assert found("votes to lose the order", on, change=change, kendall_tau=1.0) == (n_order, "it is below 1")
        with pytest.raises(OptionError, match="all ratings are equal, so there is no order to keep"):
            found("votes to lose the order", nothing, change=change, kendall_tau=1.0)


def test_votes_to_lose_are_votes_whatever_the_clusters():
    """One voter has all wins of the first, and is no single vote."""
    votes = pd.DataFrame(
        [("a", "b", "model_a", "v")] * 70 + [("a", "b", "model_b", w) for w in "wxyz" * 8][:31], columns=["model_a", "model_b", "winner", "voter"]
    )
    analysis = analyse(read(votes), clusters="voter")
    on = seen(analysis, Reference(analysis.names, analysis.fit.strengths, is_truth=False))
    for change, n in (("drop", 40), ("flip", 20), ("add", 40)):
        assert found("votes to lose first place", on, change=change).value == n


def test_worst_cases_of_an_audit_are_of_votes_whatever_the_clusters(tmp_path):
    write_logs(tmp_path)
    plan = (
        'audit = true\nseeds = 2\n[specification]\nclusters = "voter"\n[[outcome]]\nname = "first place kept"\n[[outcome]]\nname = "interval width"\n'
    )
    (tmp_path / "plan.toml").write_text(plan)
    log = read(tmp_path / "log.csv")
    findings = run_study(read_plan(tmp_path / "plan.toml"), log).findings.frame.set_index("against")
    for change, against in (("drop", "votes chosen and left out"), ("flip", "votes chosen and turned round")):
        n = analyse(log).influence(WhatIsConcluded(change=change)).found.n_changed
        assert findings.loc[against, "says"].startswith(f"{n} of {log.counts.n_votes} ")
