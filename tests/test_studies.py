"""What studies measure, against the slow and obvious; what they say of it; boards, arenas, findings."""

import json
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.stats

from recount import analyse, read_board, read_catalogue
from recount.engine import ELO
from recount.engine.errors import OptionError
from recount.sims.analysis.log import read
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.simulation import simulate
from recount.sims.perturbations import perturb
from recount.sims.presentation.findings_page import as_page
from recount.sims.specification import Specification, WhatIsConcluded
from recount.sims.studies.bundled import bundled_plans
from recount.sims.studies.finding_rows import NOT, ROBUST, UNDECIDED, wilson
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.results import run_study
from recount.sims.studies.run_tables import summed_up
from recount.sims.studies.seen import Reference
from tests.commands import one_line
from tests.logs import some_votes, table
from tests.option_logs import write_logs
from tests.small_studies import found, seen, write_study


@pytest.fixture(scope="module")
def arena():
    """Votes of a known truth, and what is said of them."""
    simulated = simulate(Arena(n_competitors=12, n_votes=4000, pairs=Arena().pairs.uniform(), outcomes=Arena().outcomes.davidson(0.0)), seed=3)
    from recount.sims.arenas.log_files import arrays_of

    truth = simulated.parameters
    analysis = analyse(read(pa.table(arrays_of(simulated.votes))))
    return analysis, Reference(truth.names, truth.strengths, is_truth=True)


def test_orders_against_scipy_and_by_hand(arena):
    analysis, reference = arena
    on, n = seen(*arena), len(reference.names)
    ours = dict(zip(analysis.names, analysis.fit.strengths, strict=True))
    theirs = dict(zip(reference.names, reference.strengths, strict=True))
    mine, truth = (np.array([one[name] for name in reference.names]) for one in (ours, theirs))
    assert found("kendall tau", on).value == pytest.approx(scipy.stats.kendalltau(mine, truth).statistic, abs=1e-12)
    tops = [sorted(one, key=one.get, reverse=True) for one in (ours, theirs)]
    for k in (1, 3, 7):
        assert found("top k overlap", on, k=k).value == len({*tops[0][:k]} & {*tops[1][:k]}) / k
        assert found("top k kept", on, k=k).value == ({*tops[0][:k]} == {*tops[1][:k]})
    assert found("first place kept", on) == (tops[0][0] == tops[1][0], repr(tops[0][0]))
    moves = {name: tops[1].index(name) - tops[0].index(name) for name in ours}
    assert found("largest move", on).value == max(map(abs, moves.values()))
    name = tops[0][4]
    assert found("places gained", on, competitor=name).value == moves[name]
    away = {name: ELO * (ours[name] - theirs[name]) for name in ours}
    assert found("rating change", on, competitor=name).value == pytest.approx(away[name] - np.mean([away[one] for one in away if one != name]))
    centred = np.array(list(away.values())) - np.mean(list(away.values()))
    assert found("rating error", on).value == pytest.approx(math.sqrt((centred**2).mean()))
    assert found("competitors rated", on).value == n
    lower, upper = analysis.uncertainty.interval(0.95)
    assert found("interval width", on).value == pytest.approx(ELO * np.mean(upper - lower))
    inside = [low <= theirs[name] - np.mean(truth) <= high for name, low, high in zip(analysis.names, lower, upper, strict=True)]
    assert found("coverage", on).value == np.mean(inside)
    too_high = away[tops[0][0]] - np.mean([away[one] for one in away if one != tops[0][0]])
    assert found("first too high", on) == (pytest.approx(too_high), repr(tops[0][0]))
    board = analysis.leaderboard().frame.set_index("competitor")
    hold = all(board.loc[name, "rank_best"] <= 1 + tops[1].index(name) <= board.loc[name, "rank_worst"] for name in ours)
    assert found("rank sets hold", on).value == hold


def test_equal_strengths_hold_every_rank():
    analysis = analyse(read(table(some_votes(400))))
    equal = Reference(analysis.names, np.zeros(len(analysis.names)), is_truth=True)
    n = len(analysis.names)
    board = analysis.leaderboard().frame
    hold = all(set(range(1, n + 1)) & set(range(best, worst + 1)) for best, worst in zip(board["rank_best"], board["rank_worst"], strict=True))
    # All share rank 1, and all are ranks 1 to n: a set that leaves any out does not hold.
    whole = ((board["rank_best"] == 1) & (board["rank_worst"] == n)).all()
    assert hold
    assert found("rank sets hold", seen(analysis, equal)).value == whole


def test_a_conclusion_about_somebody_who_is_not_rated_is_not_kept_by_chance():
    analysis = analyse(read(table(some_votes(400))))
    rated = analysis.fit
    _, first = max(zip(rated.strengths, rated.names, strict=True))
    on = seen(analysis.under(Specification(without=(first,))), Reference(rated.names, rated.strengths, is_truth=False))
    for name in ("first place kept", "top k kept"):
        with pytest.raises(Exception, match="is not rated, and is at the top of the reference"):
            found(name, on, **({"k": 2} if name == "top k kept" else {}))
    assert found("top k overlap", on, k=2).value == 1.0
    with pytest.raises(OptionError, match="k is 9, and 7 competitors are rated"):
        found("top k kept", on, k=9)


def test_countries_as_countries_are_ranked(arena_counts):
    from recount.sims.studies.sources import facts_about

    analysis = analyse()
    catalogue = read_catalogue()
    on = seen(analysis, Reference(analysis.names, analysis.fit.strengths, is_truth=False), facts=facts_about(analysis.source, catalogue))
    spec = Specification(groups=("open weights",), metrics=("best",))
    ranked = analysis.under(spec).countries().frame.set_index("country")
    assert found("p leads", on, group="open weights", country="CN").value == pytest.approx(ranked.loc["CN", "p_leads"], abs=0.02)
    lead = found("country lead kept", on, group="open weights")
    assert (lead.value, lead.says) == (1.0, ranked.index[0])
    board = analysis.leaderboard().frame.set_index("competitor")["rating"]
    facts = on.facts.frame
    is_open = ~facts["licence_class"].isin(["", "proprietary"])
    best = board[is_open[is_open].index].groupby(facts["country"]).max()
    gap = found("country gap", on, group="open weights", country="CN", against="US").value
    assert gap == pytest.approx(best["CN"] - best["US"], abs=1e-6)
    assert found("country gap", on, group="open weights", country="US").value == pytest.approx(best["US"] - best.drop("US").max(), abs=1e-6)
    for country, said in (("JP", "country is 'JP', of which no model is ranked"),):
        with pytest.raises(Exception, match=said):
            found("country gap", on, country=country)


def test_a_mean_and_its_error():
    values = np.array([1.0, 2.0, 4.0])
    told = summed_up(values, is_kept=False, is_drawn=True)
    assert told["mc_error"] == pytest.approx(scipy.stats.sem(values))
    assert (told["mean"], told["least"], told["most"]) == (pytest.approx(7 / 3), 1.0, 4.0)
    # All alike: another run may differ.
    assert summed_up(np.ones(20), is_kept=True, is_drawn=True)["mc_error"] == pytest.approx(math.sqrt(22 / 24 * 2 / 24 / 24))
    assert math.isnan(summed_up(values, is_kept=False, is_drawn=False)["mc_error"])
    assert math.isnan(summed_up(values[:1], is_kept=False, is_drawn=True)["mc_error"])
    assert math.isnan(summed_up(values[:0], is_kept=False, is_drawn=True)["mean"])


@pytest.mark.parametrize(("x", "n"), [(0, 10), (7, 10), (10, 10), (38, 40), (40, 40)])
def test_intervals_of_shares_against_scipy(x, n):
    theirs = scipy.stats.binomtest(x, n).proportion_ci(0.95, "wilson")
    assert wilson(x, n) == (pytest.approx(theirs.low), pytest.approx(theirs.high))


def test_runs_are_what_each_is_alone(tmp_path):
    """Every run of a study, made again by hand."""
    plan, log = write_study(tmp_path, seeds=3)
    results = run_study(plan, log)
    usual = analyse(log, existence="largest")
    for row in results.runs.frame[results.runs.frame["outcome"] == "kendall tau"].itertuples():
        setting = results.summary.frame[results.summary.frame["setting"] == row.setting].iloc[0]
        choices = {"existence": "largest", "ties": setting["specification.ties"]}
        if row.perturbation == "subsample":
            source = perturb(log, "subsample", share=setting["perturbation.share"], seed=row.seed)
        else:
            source = perturb(log, "leave_model", model=setting["perturbation.model"])
        alone = analyse(source, Specification.from_dict(choices))
        both = [name for name in alone.names if name in usual.names]
        orders = [[dict(zip(one.names, one.fit.strengths, strict=True))[name] for name in both] for one in (alone, usual)]
        assert row.value == pytest.approx(scipy.stats.kendalltau(*orders).statistic, abs=1e-12)


def test_means_are_those_of_the_runs(tmp_path):
    plan, log = write_study(tmp_path, seeds=5)
    results = run_study(plan, log)
    runs = results.runs.frame[results.runs.frame["error"] == ""]
    means = runs.groupby(["setting", "outcome"])["value"].mean()
    for row in results.summary.frame.itertuples():
        if row.n_failed < row.n_runs:
            assert row.mean == pytest.approx(means[row.setting, row.outcome], abs=1e-15)
    assert len(results.summary.frame) == 3 * 11
    assert results.summary.headline.startswith("27 runs in 11 settings. Kendall tau: from ")
    assert "; without a result in 1 of 27 runs ('" in results.summary.headline
    assert results.runs.headline == "27 runs, 1 without one of some outcome."


def test_an_arena_has_its_own_truth(tmp_path):
    """Intervals of 95 % hold about 95 % of the truth; careless voters move ratings away from it; the best of many is too high."""
    (tmp_path / "plan.toml").write_text("""
question = "q?"
seeds = 40
[arena]
n_competitors = 8
n_votes = 4000
pairs = "uniform"
[specification]
ties = "davidson"
[[outcome]]
name = "coverage"
[[outcome]]
name = "rating error"
[[outcome]]
name = "first too high"
[[vary]]
[[vary]]
arena = {careless = 0.3}
[[vary]]
arena = {spread = 0}
""")
    plan = read_plan(tmp_path / "plan.toml")
    results = run_study(plan)
    means = results.summary.frame.set_index(["setting", "outcome"])[["mean", "mc_error"]]
    honest, careless, equal = ((means.loc[i, "coverage"], means.loc[i, "rating error"], means.loc[i, "first too high"]) for i in range(3))
    assert abs(honest[0]["mean"] - 0.95) < 4 * honest[0]["mc_error"]
    assert careless[0]["mean"] < 0.8
    assert careless[1]["mean"] > honest[1]["mean"] + 4 * careless[1]["mc_error"]
    assert equal[2]["mean"] > 6 * equal[2]["mc_error"]
    assert not any("another scale" in note for note in results.runs.notes)
    (tmp_path / "plan.toml").write_text((tmp_path / "plan.toml").read_text().replace('ties = "davidson"', 'ties = "half"').replace("40", "2"))
    assert any(
        "give ties = 'davidson' in [specification], or tie_share = 0" in note for note in run_study(read_plan(tmp_path / "plan.toml")).runs.notes
    )
    with pytest.raises(OptionError, match="plan 'plan' simulates what it is about; leave out those that are given"):
        run_study(plan, read())


def test_a_plan_that_names_its_votes(tmp_path, recount):
    """Its files stand beside it, wherever it is run from."""
    write_study(tmp_path, seeds=2)
    (tmp_path / "far").mkdir()
    (tmp_path / "plan.toml").rename(tmp_path / "far" / "plan.toml")
    (tmp_path / "log.csv").rename(tmp_path / "far" / "log.csv")
    text = (tmp_path / "far" / "plan.toml").read_text()
    (tmp_path / "far" / "plan.toml").write_text(text.replace("[specification]", '[source]\nvotes = "log.csv"\n[specification]'))
    assert recount("study", "far/plan.toml", "-o", "x").code == 0
    assert pd.read_parquet(tmp_path / "x" / "runs.parquet")["run"].nunique() == 15
    said = recount("study", "far/plan.toml", "far/log.csv", "-o", "x")
    assert (said.code, "votes is far/log.csv, which has no effect on plan 'plan', which names its votes" in one_line(said.err)) == (2, True)


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """The standard audit of a small log, and of a board, but for what takes long: each voter, and the grid."""
    folder = tmp_path_factory.mktemp("audited")
    write_logs(folder)
    blocks = bundled_plans()["standard"].read_text().split("[[vary]]\n")
    (folder / "plan.toml").write_text("[[vary]]\n".join(block for block in blocks if "grid" not in block and "leave_voters" not in block))
    plan = read_plan(folder / "plan.toml", seeds=10)
    assert len(plan.blocks) == len(blocks) - 3
    return {"log": run_study(plan, read(folder / "log.csv")), "board": run_study(plan, read_board(folder / "published.csv"))}


@pytest.mark.parametrize("name", ["log", "board"])
def test_findings_of_the_standard_audit(audited, name):
    findings = audited[name].findings
    page = as_page(findings.frame, findings.title, findings.notes)
    assert max(map(len, page.splitlines())) <= 80
    assert len(page.splitlines()) < 120
    assert "nan" not in page.lower().replace("finance", "")
    assert set(findings.frame["finding"]) <= {"robust", "mostly robust", "not robust", "undecided", "not tested", "number", "found", "not found"}
    # What was not tested says why.
    assert (findings.frame.loc[findings.frame["finding"] == "not tested", "says"].str.len() > 10).all()
    assert findings.headline.endswith(".")
    assert str(findings)


def test_findings_agree_with_the_runs(audited, tmp_path):
    results = audited["log"]
    findings, runs = results.findings.frame, results.runs.frame
    half = findings[(findings["against"] == "half of the votes drawn at random") & (findings["about"].str.endswith("is first"))].iloc[0]
    own = runs[(runs["perturbation"] == "subsample") & (runs["outcome"] == "first place kept")]
    assert half["share"] == own["value"].mean()
    assert half["finding"] == (ROBUST if wilson(int(own["value"].sum()), len(own))[0] >= 0.9 else half["finding"])
    write_logs(tmp_path)
    audited_analysis = analyse(tmp_path / "log.csv", existence="largest")
    # Ten runs that all keep it are too few to be sure.
    assert wilson(10, 10)[0] < 0.9
    assert UNDECIDED in set(findings["finding"])
    worst = findings[findings["against"].str.startswith("votes chosen") & (findings["about"].str.endswith("is first"))].set_index("against")
    for name, change in (("votes chosen and left out", "drop"), ("votes chosen and turned round", "flip"), ("votes chosen and added", "add")):
        summary = audited_analysis.influence(WhatIsConcluded(change=change)).summary.frame.iloc[0]
        n, n_all = summary["n_changed"], summary["n_units"]
        assert worst.loc[name, "says"].startswith(f"{n} {'added to' if change == 'add' else 'of'} {n_all:,.0f} votes (")
        assert (worst.loc[name, "finding"] == ROBUST) == (n >= max(0.01 * n_all, (1 if change == "flip" else 2) * n_all**0.5))
        assert worst.loc[name, "share"] == summary["share"]


def test_a_board_is_tested_by_what_boards_have(audited):
    findings = audited["board"].findings.frame
    half = findings[findings["against"] == "half of the votes drawn at random"]
    assert set(half["finding"]) == {"not tested"}
    assert half["says"].str.contains("changes votes, and a board has none").any()
    # That somebody is left out moves nothing on a board, and shows nothing of its order.
    each = findings[findings["against"] == "each model left out"].set_index("about")["finding"]
    assert set(each[each.index.str.contains("is first|first 3")]) == {"not tested"}
    assert (each[each.index.str.contains("leads")] != "not tested").all()
    drawn = findings[findings["against"] == "ratings drawn anew within their stated errors"].set_index("about")
    assert len(drawn) == 4
    assert (drawn["n_runs"] == 200).all()


def test_errors_that_a_board_states_decide(tmp_path):
    """A lead of a hundred standard errors, and one of none."""
    (tmp_path / "plan.toml").write_text("audit = true\n[[outcome]]\nname = 'first place kept'\n")
    plan = read_plan(tmp_path / "plan.toml")
    for gap, expected in ((100, "robust"), (0.1, "not robust")):
        half = 1.96 if gap > 1 else 50
        pd.DataFrame(
            {"model_name": ["a", "b", "c"], "rating": [1000 + gap, 1000, 900], "rating_lower": [1000 + gap - half, 1000 - half, 900 - half]}
        ).assign(rating_upper=[1000 + gap + half, 1000 + half, 900 + half]).to_csv(tmp_path / "board.csv", index=False)
        findings = run_study(plan, read_board(tmp_path / "board.csv")).findings.frame
        row = findings[findings["against"] == "ratings drawn anew within their stated errors"].iloc[0]
        assert row["finding"] == expected
        if gap == 0.1:
            assert row["share"] == pytest.approx(0.5, abs=0.13)


def test_dry_run_says_what_would_run_and_writes_nothing(recount, tmp_path):
    write_study(tmp_path, seeds=4)
    said = recount("study", "plan.toml", "log.csv", "--dry-run", "--format", "json")
    rows = pd.DataFrame(json.loads(said.out))
    assert rows["n_runs"].sum() == 4 * 4 + 7
    assert (rows["seconds"] > 0).all()
    assert {path.name for path in tmp_path.iterdir()} == {"plan.toml", "log.csv"}
    assert recount("study", "plan.toml", "log.csv", "-o", "x", "--quiet").err == ""
    assert recount("study", "plan.toml", "log.csv", "-o", "x", "--dry-run").out.count(",0,") >= 11


@pytest.mark.slow
def test_the_standard_audit_as_it_is_typed(recount, tmp_path):
    """On a log, one page of sentences, and the same as a table."""
    write_logs(tmp_path)
    said = recount("study", "standard", "log.csv", "--seeds", "3", "-o", "x")
    assert said.code == 0
    assert said.out.startswith("Which conclusions hold")
    assert "\nDefects of the log:\n" in said.out
    assert "every combination of reasonable choices" in " ".join(said.out.split())
    findings = pd.read_csv(tmp_path / "x" / "findings.csv")
    assert findings["about"].str.endswith("is first").sum() == 15
    again = recount("study", "standard", "log.csv", "--seeds", "3", "-o", "x")
    assert again.out.split("\nruns are")[0] == said.out.split("\nruns are")[0]


def test_the_list_of_plans(recount):
    said = recount("study", "list")
    assert "standard," in said.out
    refused = recount("study", "list", "--seeds", "3")
    assert (refused.code, "seeds is given, which has no effect on the list of plans" in one_line(refused.err)) == (2, True)


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_a_dask_cluster_gives_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    plan, log = write_study(tmp_path, seeds=3)
    ours = run_study(plan, log)
    arena = read_plan("rank-sets", seeds=2)
    of_arena = run_study(arena)
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL") as local,
        distributed.Client(local) as client,
        client.get_executor() as executor,
    ):
        theirs = run_study(plan, log, executor=executor, folder=tmp_path / "runs")
        of_theirs = run_study(arena, executor=executor)
    for mine, other in ((ours, theirs), (of_arena, of_theirs)):
        pd.testing.assert_frame_equal(mine.runs.frame, other.runs.frame, check_exact=True)
        pd.testing.assert_frame_equal(mine.summary.frame, other.summary.frame, check_exact=True)


def test_one_run_of_what_is_drawn_decides_nothing(recount, tmp_path):
    """However it came out; with other seeds it could be otherwise."""
    write_logs(tmp_path)
    assert recount("study", "standard", "log.csv", "--seeds", "1", "-o", "x").code == 0
    findings = pd.read_csv(tmp_path / "x" / "findings.csv")
    drawn = findings[findings["says"].str.match(r"kept in [01] of 1 run\b")]
    assert len(drawn) > 4
    assert set(drawn["finding"]) <= {UNDECIDED, NOT}
    # One run that does not keep it leaves a share of at most 79 %.
    assert (drawn.loc[drawn["finding"] == NOT, "share"] == 0).all()
    assert (drawn.loc[drawn["share"] == 1, "finding"] == UNDECIDED).all()
