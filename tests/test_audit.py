"""The audit finds what is planted, finds nothing in clean logs, and says what it could not look at."""

import numpy as np
import pandas as pd
import pytest

import recount
from benchmarks.defects import CLEAN, DEFECTS, SITTINGS, careless, clean, drawn, one_sided
from benchmarks.planted_defects import OWNERS, Job, audited, facts, log_of, of_clean, of_matrix, of_sizes
from recount import read as recount_read
from recount.data.recognition.surroundings import called
from recount.engine.choices import Style, Window
from recount.engine.errors import OptionError
from recount.sims.analysis.checking import check
from recount.sims.arenas import Voters
from recount.sims.auditing.auditing import audit, holm
from recount.sims.auditing.probes import PROBES
from recount.sims.filtering.found_columns import column_of_times
from recount.sims.specification import Specification
from tests.logs import frame_of

NAMES = [probe.name for probe in PROBES]


def looked(frame, **choices):
    return audit(recount.read(frame), **choices).frame.set_index("probe")


@pytest.fixture(scope="module")
def usual():
    return frame_of(clean("usual", 3))


def test_every_probe_has_a_defect():
    assert {defect.probe for defect in DEFECTS} == set(NAMES)
    assert len(DEFECTS) == len(NAMES) >= 12


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.probe)
def test_a_planted_defect_is_found_by_its_own_probe(defect):
    """Of few logs; `docs/audit.md` has 200 of each."""
    for seed in (1, 2):
        found = audit(log_of(defect.plant(seed, defect.size))).frame.set_index("probe")
        assert found["finding"][defect.probe] == "found", found["says"][defect.probe]


@pytest.mark.parametrize("kind", [*CLEAN, SITTINGS])
def test_nothing_is_found_in_a_clean_log(kind):
    votes = clean(kind, 1)
    found = audit(log_of(votes)).frame.set_index("probe")
    truly = facts(votes)
    assert {name for name in NAMES if found["finding"][name] == "found"} == {name for name, there in truly.items() if there}
    assert (found["finding"] != "not tested").sum() >= 12


def test_the_study_tells_alarms_and_misses(monkeypatch):
    """A study of two logs that are made up: one in which all is found, one in which nothing is."""
    kinds, name = [*CLEAN, SITTINGS], next(iter(OWNERS))
    all_found = {"finding": ["found"] * 13, "p_value": [0.001] * 13, "truly": {}}
    none_found = {"finding": ["not found"] * 13, "p_value": [0.5] * 13, "truly": {"undefeated": True}}
    rows = [{"kind": kind, "size": 0.0, **seen} for kind in kinds for seen in (all_found, none_found)]
    said = of_clean(rows)
    assert "In 50.0 % of the clean logs any test found" in said
    assert "| drift | 22 | 50.0 ± 10.7 | 50.0 | 50 (usual) |" in said
    assert "truly there in 11 logs, of which 11 were missed | 50.0 |" in said
    planted = [{"kind": name, "size": OWNERS[name].size, **all_found}, {"kind": name, "size": OWNERS[name].size, **none_found}]
    assert f"{OWNERS[name].size:g} | 2 | **50** | 50 |" in of_matrix(planted)
    assert f"{OWNERS[name].size:g}: 50 | - |" in of_sizes(planted)


def test_a_log_of_the_study_is_the_same_each_time():
    job = Job(next(iter(OWNERS)), 0.02, 1)
    assert audited(job) == audited(job)


def test_facts_name_competitors():
    """By hand: `d` and `e` meet only each other, `c` never loses."""
    rows = [("a", "b", "model_a"), ("b", "a", "model_a"), ("c", "a", "model_a"), ("a", "b", "tie"), ("d", "e", "model_b"), ("e", "d", "model_b")]
    found = looked(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]))
    assert found["finding"][["disconnected", "undefeated"]].tolist() == ["found", "found"]
    assert found["says"]["disconnected"] == "no votes join the largest group of 3 competitors to 'd', 'e'"
    assert found["says"]["undefeated"].endswith(": 'c'")
    assert found["size"][["disconnected", "undefeated"]].tolist() == [2.0, 1.0]


def test_a_chain_of_wins_gives_nobody_a_rating():
    """One beats another, who beats a third: the one between has wins and losses, and no rating either."""
    rows = [("x", "y", "model_a"), ("x", "y", "model_a"), ("y", "z", "model_a")]
    found = looked(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]))
    assert found["says"]["undefeated"].endswith(": 'x', 'y', 'z'")
    assert "without a win" not in found["says"]["undefeated"]
    assert found["size"]["undefeated"] == 3
    both_ways = looked(pd.DataFrame([*rows, ("z", "x", "model_a")], columns=["model_a", "model_b", "winner"]))
    assert both_ways["finding"]["undefeated"] == "not found"


def test_what_the_log_does_not_tell_is_not_tested(usual):
    """Never that it passes."""
    bare = looked(usual[["model_a", "model_b", "winner"]])
    for probe, why in {"rigging": "no voters", "careless voters": "no voters", "drift": "no times", "style": "no two columns"}.items():
        assert bare["finding"][probe] == "not tested"
        assert why in bare["says"][probe]
    assert bare["p_value"][["rigging", "careless voters", "drift", "best of many", "survivorship", "style"]].isna().all()
    assert (bare["finding"][["repeated votes", "position", "intransitivity", "order of names"]] == "not found").all()


def test_counts_are_looked_at_as_far_as_they_tell():
    found = audit(recount.read()).frame.set_index("probe")
    assert found["finding"]["order of names"] == "found"
    assert found["says"]["order of names"].endswith("first in the alphabet, so that the log does not say who was shown first")
    assert "first in the alphabet, so that being shown first cannot be told from strength" in found["says"]["position"]
    assert "no single votes" in found["says"]["repeated votes"]
    assert found["finding"]["intransitivity"] == "found"
    assert (found["finding"][["disconnected", "undefeated", "near-empty pairs"]] == "not found").all()


def test_usual_names_of_columns_are_known_in_any_case(usual):
    """Voters and times are found as `Voter` and `TStamp`, too."""
    told = usual.rename(columns={"voter": "Voter", "tstamp": "TStamp"})
    assert looked(told)["finding"].tolist() == looked(usual)["finding"].tolist()
    assert column_of_times(recount.read(told)) == "TStamp"
    assert called(("time", "day"), ["Day", "other", "TIME"]) == ["TIME", "Day"]


def test_times_that_stand_for_none_are_not_taken_for_times(usual):
    for times, why in (
        (np.where(np.arange(len(usual)) < 50, np.nan, usual["tstamp"]), "50 votes have no time"),
        (np.where(np.arange(len(usual)) < 50, 8e8, usual["tstamp"]), "50 votes have a time in 'tstamp' far from the others"),
        (np.full(len(usual), 1.7e9), "all votes have one time"),
    ):
        found = looked(usual.assign(tstamp=times))
        assert (found["finding"][["drift", "best of many", "survivorship"]] == "not tested").all()
        assert why in found["says"]["drift"]


def test_the_order_of_the_log_is_not_taken_for_time(usual):
    """A log that is sorted by its winner would seem to drift."""
    winner = np.where(usual["winner"] == "model_b", usual["model_b"], usual["model_a"])
    found = looked(usual.iloc[np.argsort(winner, kind="stable")].drop(columns="tstamp"))
    assert found["finding"]["drift"] == "not tested"


def test_a_column_that_says_who_won_is_no_style(usual):
    won = usual["winner"].map({"model_a": 1.0, "model_b": -1.0}).fillna(0.0)
    scored = usual.drop(columns=["length_a", "length_b"]).assign(score_a=5 + won, score_b=5 - won)
    assert looked(scored)["finding"]["style"] == "not tested"
    asked = looked(scored, specification=Specification(styles=(Style("score_a", "score_b"),)))
    assert asked["finding"]["style"] == "found"


@pytest.mark.parametrize("names", [("tokens_a", "tokens_b"), ("answer_1_length", "answer_2_length"), ("meta.a.words", "meta.b.words")])
def test_columns_of_style_are_known_by_their_names(usual, names):
    renamed = usual.rename(columns=dict(zip(("length_a", "length_b"), names, strict=True)))
    found = looked(renamed)
    assert found["finding"]["style"] == "not found"
    assert f"({names[0]} - {names[1]})" in found["says"]["style"]


def test_one_judge_leaves_votes_independent():
    """With one voter no signs could speak against chance, and all would pass."""
    frame = frame_of(one_sided(4, 20.0)).assign(voter="gpt-4")
    table = audit(recount.read(frame))
    found = table.frame.set_index("probe")
    assert found["finding"]["position"] == "found"
    assert any("fewer than 20 voters: their votes are taken as independent" in note for note in table.notes)
    assert found["finding"]["careless voters"] == "not tested"


def test_voters_of_one_vote_tell_nothing(usual):
    found = looked(usual.assign(voter=[f"v{k}" for k in range(len(usual))]))
    assert "has cast 10 votes" in found["says"]["rigging"]
    assert "two decided votes" in found["says"]["careless voters"]


def test_questions_put_to_several_voters_in_one_order_are_not_repeated_votes():
    """Three voters answer the same questions in the same order, and agree in 60 to 80 % of votes, as people do."""
    rng = np.random.default_rng(8)
    first = rng.integers(0, 8, 200)
    second = (first + rng.integers(1, 8, 200)) % 8
    usual = rng.integers(0, 2, 200)
    names = np.array([f"m{k}" for k in range(8)])
    parts = []
    for voter, care in (("u", 0.9), ("v", 0.8), ("w", 0.8)):
        said = np.where(rng.random(200) < care, usual, 1 - usual)
        winner = np.array(["model_a", "model_b"])[said]
        parts.append(pd.DataFrame({"model_a": names[first], "model_b": names[second], "winner": winner, "voter": voter}))
    found = looked(pd.concat(parts))
    assert found["finding"]["repeated votes"] == "not found"
    assert "votes stand in runs" in found["says"]["repeated votes"]
    copied = looked(pd.concat([*parts[:2], parts[1].assign(voter="x")]))
    assert copied["finding"]["repeated votes"] == "found"


@pytest.mark.parametrize("p", [0.53, 0.5])
def test_a_sentence_follows_the_finding_of_its_row(p):
    """Of an order whose p-value is small, and not as small as a check wants it: the audit finds it, and says so."""
    rng = np.random.default_rng(5)
    low, high = np.sort(np.array([(a, (a + step) % 6) for a, step in zip(rng.integers(0, 6, 2000), rng.integers(1, 6, 2000), strict=True)]), axis=1).T
    turned, names = rng.random(2000) >= p, np.array([f"m{k}" for k in range(6)])
    winner = np.array(["model_a", "model_b"])[rng.integers(0, 2, 2000)]
    frame = pd.DataFrame({"model_a": names[np.where(turned, high, low)], "model_b": names[np.where(turned, low, high)], "winner": winner})
    row = looked(frame).loc["order of names"]
    said = dict(check(recount.read(frame), Specification()).frame[["item", "value"]].to_numpy().tolist())["who is shown first"]
    assert row["p_value"] > 0.001
    assert (row["finding"] == "found") == (p > 0.5)
    if p > 0.5:
        assert row["says"].startswith("who is shown first is not drawn by chance for each vote")
        assert said.startswith("who is shown first may be chance, though so uneven an order is rare")
    else:
        assert row["says"].startswith("nothing speaks against chance")
        assert said == row["says"]


def test_no_sentence_accuses_where_nothing_is_found(monkeypatch):
    """Sentences of one log, with all findings turned to the other side by the level of the audit."""
    log = recount.read(frame_of(careless(1, 0.3)))
    accusing = {
        "careless voters": ("voters differ in how far they follow the strengths, as if", "voters differ no more than by chance"),
        "order of names": ("who is shown first is not drawn by chance", "nothing speaks against chance"),
    }
    for level, place in ((1.0, 0), (-1.0, 1)):
        monkeypatch.setattr("recount.sims.auditing.auditing.FALSE_ALARMS", level)
        said = audit(log).frame.set_index("probe")["says"]
        for probe, sentences in accusing.items():
            assert said[probe].startswith(sentences[place]), said[probe]


def test_a_log_that_is_there_twice_has_repeated_votes(usual):
    twice = looked(pd.concat([usual[:2000], usual[:2000]]))
    assert twice["finding"]["repeated votes"] == "found"
    assert twice["size"]["repeated votes"] == 2000


def test_filters_and_rules_of_ties_have_their_say(usual):
    whole = looked(usual)
    s = Specification(minimum_votes=1500)
    few = audit(recount.read(usual), s)
    assert "of 30 competitors" in audit(recount.read(usual)).notes[0]
    assert "of 30 competitors" not in few.notes[0]
    early = looked(usual, specification=Specification(window=Window(until="2024-01-31")))
    assert early["p_value"]["intransitivity"] != whole["p_value"]["intransitivity"]
    assert looked(usual, specification=Specification(ties="drop"))["p_value"]["position"] != whole["p_value"]["position"]
    weighted = audit(recount.read(usual), Specification(position=True))
    assert any("no part in an audit" in note for note in weighted.notes)


def test_who_cannot_be_rated_is_named_and_the_others_are_tested(usual):
    new = usual[:4].assign(model_a="new", winner="model_a")
    table = audit(recount.read(pd.concat([usual, new])))
    assert any("without 'new'" in note for note in table.notes)
    assert table.frame.set_index("probe")["finding"][["position", "drift", "intransitivity"]].tolist() == ["not found"] * 3


def test_all_ties_and_two_competitors_are_no_defect():
    ties = pd.DataFrame({"model_a": ["a", "b", "c"] * 30, "model_b": ["b", "c", "a"] * 30, "winner": "tie", "voter": ["u", "v"] * 45})
    found = looked(ties)
    assert "found" not in set(found["finding"][["position", "intransitivity", "rigging", "careless voters"]])
    two = pd.DataFrame({"model_a": ["a", "b"] * 20, "model_b": ["b", "a"] * 20, "winner": ["model_a", "model_a", "model_b", "model_b"] * 10})
    assert set(looked(two)["finding"]) <= {"not found", "not tested"}


def test_holm():
    """By hand, Holm (1979): 0.01 x 3, 0.02 x 2, 0.04 x 1, each at least the one before."""
    assert holm(np.array([0.04, 0.01, np.nan, 0.02])) == pytest.approx([0.04, 0.03, np.nan, 0.04], nan_ok=True)
    assert holm(np.array([0.9, 0.6])).tolist() == [1.0, 1.0]
    assert holm(np.array([np.nan])).size == 1


def test_the_command_and_what_is_refused(recount, tmp_path, usual):
    usual.to_csv(tmp_path / "log.csv", index=False)
    said = recount("audit", "log.csv", "-o", "audit.csv")
    assert said.code == 0
    frame = pd.read_csv(tmp_path / "audit.csv")
    assert frame["probe"].tolist() == NAMES
    assert "10 tests, adjusted for their number by Holm" in said.err
    assert audit(recount_read(tmp_path / "log.csv")).headline == "No defect is found; 13 were looked for and not found."
    assert "nothing.csv" in recount("audit", "nothing.csv").err
    wrong = recount("audit", "log.csv", "--voter-column", "who")
    assert wrong.code == 2
    assert "'who'" in wrong.err
    with pytest.raises(OptionError, match="log is"):
        audit("log.csv")


def test_tastes_and_sittings_are_no_drift():
    """Few voters with strong tastes, each in one sitting: halves of the log are of different voters."""
    p_values = []
    for seed in range(12):
        votes = drawn(seed, n_votes=4000, voters=Voters(60, tastes=200.0)).votes
        codes = votes.columns["voter"].codes
        order = np.argsort(np.random.default_rng(seed).permutation(60)[codes], kind="stable")
        moved = frame_of(votes).iloc[order].assign(tstamp=votes.columns["tstamp"])
        p_values.append(looked(moved)["p_value"]["drift"])
    assert np.mean(np.array(p_values) <= 0.05) <= 0.25
    assert np.median(p_values) > 0.2


def test_who_has_no_rating_in_a_half_is_no_example_of_drift():
    """It wins every vote of the second half, whatever its rating: the sentence names another, or nobody."""
    rng = np.random.default_rng(3)
    first, second = rng.integers(0, 4, 400), rng.integers(1, 4, 400)
    pairs = np.column_stack([first, (first + second) % 4])
    winner = np.where(rng.random(400) < 0.5, "model_a", "model_b")
    late = np.arange(400) >= 200
    winner = np.where(late & (pairs[:, 0] == 0), "model_a", np.where(late & (pairs[:, 1] == 0), "model_b", winner))
    names = np.array(list("wxyz"))
    times = 1_700_000_000 + 60 * np.arange(400)
    frame = pd.DataFrame({"model_a": names[pairs[:, 0]], "model_b": names[pairs[:, 1]], "winner": winner, "tstamp": times})
    said = looked(frame)["says"]["drift"]
    assert "'w'" not in said
    assert "any number" not in said
