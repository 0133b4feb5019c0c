"""What each model of ties says of a vote: the quantities that it models, under their names, and no other."""

import numpy as np
import pandas as pd
import pytest

from recount import analyse
from recount.data import read_replicates, write_replicates
from recount.engine import Position, Resampling, TieRule, bootstrap, count, covariance, fit, pair_table
from recount.engine.vote_law import QUANTITIES
from recount.sims.countries.facts import facts_of
from recount.sims.countries.ranking import rows_of
from tests.random_logs import counts_of, random_votes
from tests.reference import probabilities_by_definition

RULES = [rule.value for rule in TieRule]
SAYS = {"half": QUANTITIES[:1], "drop": QUANTITIES[3:]}
# What 1 / (1 + exp(-lead)) is.
ALONE = {
    "half": "expected_score",
    "drop": "decided_win_probability",
    "davidson": "decided_win_probability",
    "davidson-by-pair": "decided_win_probability",
}


def played(*rows):
    """Counts from the names of a pair and what its first won, lost, tied."""
    return counts_of([(first, second, *votes, 0) for first, second, *votes in rows])


def table_of(rows):
    return pd.DataFrame(rows, columns=["model_a", "model_b", "winner"])


def of_a_vote(frame):
    return [name for name in frame.columns if name in QUANTITIES]


@pytest.mark.parametrize("ties", RULES)
def test_sixty_twenty_and_a_hundred_and_twenty_ties(ties):
    """A pair alone is fitted exactly: 60 wins, 20 losses, 120 ties. The expected score is 0.6, the share of decided votes 0.75."""
    fitted = fit(played(("x", "y", 60, 20, 120)), ties=ties)
    frame = pair_table(covariance(fitted))
    right = {"expected_score": 0.6, "win_probability": 0.3, "tie_probability": 0.6, "decided_win_probability": 0.75}
    assert of_a_vote(frame) == list(SAYS.get(ties, QUANTITIES))
    for name in of_a_vote(frame):
        assert frame[name].iloc[0] == pytest.approx(right[name], abs=1e-9), name


@pytest.mark.parametrize("ties", RULES)
def test_every_pair_by_definition(ties):
    """The papers' probabilities at the fitted strengths; ends are those of the difference."""
    fitted = fit(count(random_votes(n=6)), ties=ties)
    uncertainty = covariance(fitted)
    frame = pair_table(uncertainty, confidence_level=0.9)
    place = {name: i for i, name in enumerate(fitted.names)}
    assert [name.removesuffix("_lower") for name in frame if name.endswith("_lower")] == ["difference", *([ALONE[ties]] if ties in ALONE else [])]
    own, ties_of = {}, fitted.law.of_pairs
    if ties_of is not None:
        own = dict(zip(zip(ties_of.first, ties_of.second, strict=True), ties_of.parameters, strict=True))
    for row in frame.to_dict("records"):
        i, j = place[row["competitor"]], place[row["other"]]
        lead, error = uncertainty.difference(i, j)
        ends = [lead - 1.6448536269514722 * error, lead + 1.6448536269514722 * error]
        assert np.array([row["difference_lower"], row["difference_upper"]]) * np.log(10) / 400 == pytest.approx(ends)
        if ties in ALONE:
            assert [row[f"{ALONE[ties]}_{end}"] for end in ("lower", "upper")] == pytest.approx(1 / (1 + np.exp(-np.array(ends))))
            assert row[ALONE[ties]] == pytest.approx(1 / (1 + np.exp(-lead)))
        if ties not in ("half", "drop"):
            parameter = own.get((min(i, j), max(i, j)), fitted.tie_parameter)
            win, loss, tie = probabilities_by_definition(ties.removesuffix("-by-pair"), lead, parameter)
            said = [row[name] for name in QUANTITIES]
            assert said == pytest.approx([win + tie / 2, win, tie, win / (win + loss)], abs=1e-12)


@pytest.mark.parametrize(("ties", "known"), [("davidson-by-pair", ["decided_win_probability"]), ("rao-kupper-by-pair", [])])
def test_pairs_that_never_met(ties, known):
    """A pair without votes has no parameter of its own; one that always tied has no decided vote."""
    counts = played(("x", "y", 6, 2, 12), ("y", "z", 5, 4, 0), ("w", "x", 3, 3, 3), ("w", "z", 0, 0, 7))
    frame = pair_table(covariance(fit(counts, ties=ties))).set_index(["competitor", "other"])
    rows = {frozenset(pair): row.dropna() for pair, row in frame.iterrows()}
    for pair in ({"x", "z"}, {"w", "y"}):
        assert [name for name in QUANTITIES if name in rows[frozenset(pair)]] == known
    assert rows[frozenset({"y", "z"})]["tie_probability"] == 0
    always = rows[frozenset({"w", "z"})]
    assert (always["win_probability"], always["tie_probability"], always["expected_score"]) == (0, 1, 0.5)
    assert ("decided_win_probability" in always) == bool(known)


@pytest.mark.parametrize("ties", ["davidson", "rao-kupper"])
def test_without_ties_every_vote_is_decided(ties):
    frame = pair_table(covariance(fit(played(("x", "y", 30, 10, 0)), ties=ties)))
    assert frame[list(QUANTITIES)].iloc[0].tolist() == pytest.approx([0.75, 0.75, 0, 0.75])


def test_leads_far_apart():
    """No overflow: 2,000 log-odds are beyond any rating."""
    for ties in RULES[:4]:
        law = fit(count(random_votes(n=3)), ties=ties).law
        for said in law.of_leads(np.array([-2000.0, 0.0, 2000.0])).values():
            assert np.isfinite(said).all()
            assert said[0] == pytest.approx(0, abs=1e-300)


@pytest.mark.parametrize("ties", ["half", "davidson", "rao-kupper", "davidson-by-pair"])
def test_replicates_keep_the_law(ties, tmp_path):
    """Also in a file, but for the parameters of pairs."""
    fitted = fit(count(random_votes(n=4)), ties=ties)
    replicates = bootstrap(fitted, Resampling(n_replicates=50))
    write_replicates(replicates, tmp_path / "r.parquet")
    here, saved = pair_table(replicates), pair_table(read_replicates(tmp_path / "r.parquet"))
    known = [name for name in QUANTITIES if name in saved and saved[name].notna().all()]
    assert known == (["decided_win_probability"] if ties == "davidson-by-pair" else list(SAYS.get(ties, QUANTITIES)))
    assert saved[known].equals(here[known])


def test_one_pair_in_either_direction():
    rows = (
        [("x", "y", "model_a")] * 12
        + [("x", "y", "model_b")] * 5
        + [("y", "x", "tie")] * 9
        + [("z", "y", "model_a")] * 3
        + [("z", "x", "model_b")] * 4
    )
    analysis = analyse(table_of(rows + [("z", "y", "model_b")] * 2 + [("z", "x", "model_a")]), ties="davidson")
    one, other = (analysis.pair(*pair).frame.iloc[0] for pair in (("x", "y"), ("y", "x")))
    assert one["difference"] == -other["difference"]
    assert (one["difference_lower"], one["difference_upper"]) == (-other["difference_upper"], -other["difference_lower"])
    assert one["p_better"] + other["p_better"] == pytest.approx(1)
    assert one["tie_probability"] == pytest.approx(other["tie_probability"])
    assert one["win_probability"] + other["win_probability"] + one["tie_probability"] == pytest.approx(1)
    assert one["shown_better"] == other["shown_better"]
    alike = analysis.pairs().frame.set_index(["competitor", "other"]).loc[("x", "y")]
    assert alike.to_dict() == one.drop(["competitor", "other", "shown_better"]).to_dict()


def test_effects_say_what_the_model_does():
    """Of who is shown first against an equal."""
    rng = np.random.default_rng(3)
    votes = random_votes(n=5)
    for ties, known in SAYS.items():
        law = fit(votes, covariates=(Position(),), ties=ties).law
        assert list(law.of_leads(rng.normal(size=3))) == list(known)
    analysis = analyse(table_of([(a, b, w) for a, b in ("xy", "yz", "zx", "yx", "zy", "xz") for w in ("model_a", "model_a", "model_b", "tie")]))
    frame = analysis.under(analysis.specification.but(position=True, ties="rao-kupper")).effects().frame
    fitted = analysis.under(analysis.specification.but(position=True, ties="rao-kupper")).fit
    win, loss, tie = probabilities_by_definition("rao-kupper", frame["estimate"].iloc[0], fitted.tie_parameter)
    assert frame[list(QUANTITIES)].iloc[0].tolist() == pytest.approx([win + tie / 2, win, tie, win / (win + loss)])


@pytest.mark.parametrize("ties", RULES)
def test_gaps_of_countries(ties):
    """A gap says of a vote what a lead as large does; metrics that are no ratings say nothing."""
    names = ["gpt-4-0613", "claude-1", "mistral-large-2407", "yi-large"]
    rng = np.random.default_rng(7)
    rows = [(*rng.choice(names, 2, replace=False), rng.choice(["model_a", "model_b", "tie"])) for _ in range(400)]
    analysis = analyse(table_of(rows), ties=ties, n_draws=60)
    facts = facts_of(analysis.names, None)
    for row in (rows_of(analysis, facts, "all", metric)[0] for metric in ("best", "share of top")):
        said = analysis.fit.law.of_leads(np.array([row["gap"] * np.log(10) / 400]))
        assert [name for name in QUANTITIES if name in row] == list(said)
        for name, value in said.items():
            assert row[name] == pytest.approx(value[0] if row["metric"] == "best" else np.nan, nan_ok=True)
            assert (f"{name}_lower" in row) == (name == ALONE.get(ties))
