"""Counts that stand beside matches of many, verdicts of judges, or outcomes that were grouped by what is left out; and numbers that are reversed."""

import itertools
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine.errors import CountsError, InputError
from recount.engine.voters.even_counts import chance_of_none_above
from tests.logs import HEADER, cells_of, some_votes

LAYOUTS = {"order": "order:1st,2nd,3rd", "in lists": "order:1st", "ranks": "ranks:x,y,z", "scores": "scores:x,y,z", "judges": "judges:ann,ben"}


def matches(which, n=900, seed=1):
    """Single matches, each by itself, in a layout."""
    rng = np.random.default_rng(seed)
    if which == "judges":
        pairs = list(itertools.permutations("xyz", 2))
        verdicts = rng.choice(["model_a", "model_b", "tie"], (n, 2), p=[0.5, 0.3, 0.2])
        rows = [(*pairs[k], *both) for k, both in zip(rng.integers(0, len(pairs), n), verdicts.tolist(), strict=True)]
        return pd.DataFrame(rows, columns=["model_a", "model_b", "ann", "ben"])
    places = np.argsort(-rng.gumbel([1.0, 0.5, 0.0], size=(n, 3)), axis=1)
    if which in ("order", "in lists"):
        return pd.DataFrame(np.array(list("xyz"))[places], columns=["1st", "2nd", "3rd"])
    if which == "scores":
        return pd.DataFrame(rng.integers(0, 3, (n, 3)), columns=list("xyz"))
    return pd.DataFrame(np.argsort(places, axis=1) + 1, columns=list("xyz"))


def votes_by_hand(which, rows):
    """The votes of matches, by the definition of their layout."""
    found = Counter()
    for row in rows.to_dict("records"):
        if which == "judges":
            found.update((row["model_a"], row["model_b"], row[judge]) for judge in ("ann", "ben"))
            continue
        sign = -1 if which == "ranks" else 1
        numbers = {row[place]: -k for k, place in enumerate(["1st", "2nd", "3rd"])} if which in ("order", "in lists") else row
        for one, two in itertools.combinations(numbers, 2):
            ahead = sign * (numbers[one] - numbers[two])
            found[one, two, "tie" if ahead == 0 else "model_a" if ahead > 0 else "model_b"] += 1
    return found


def decided_alike(votes):
    """The votes by pair in one order, whichever stood first."""
    turned = {"model_a": "model_b", "model_b": "model_a"}
    found = Counter()
    for (one, two, outcome), n in votes.items():
        found[(one, two, outcome) if one < two else (two, one, turned.get(outcome, outcome))] += n
    return found


@pytest.mark.parametrize("which", LAYOUTS)
def test_counts_of_matches(which):
    """Grouped matches under a name that nobody knows stop the run, and what it names counts each as often as it was."""
    single = matches(which)
    grouped = single.groupby(list(single)).size().rename("voorkeur").reset_index().sample(frac=1, random_state=2)
    if which == "in lists":
        grouped["1st"] = grouped[["1st", "2nd", "3rd"]].to_numpy().tolist()
        grouped = grouped[["1st", "voorkeur"]]
    layout = Columns(layout=LAYOUTS[which])
    for read in (read_counts, read_votes):
        with pytest.raises(CountsError, match=r"no row repeats competitors and outcome of another, and 'voorkeur' holds .*--count voorkeur"):
            read(grouped, columns=layout)
    counted = read_counts(grouped, columns=Columns(layout=LAYOUTS[which], count="voorkeur"))[0]
    assert decided_alike(cells_of(counted)) == decided_alike(votes_by_hand(which, single))
    alone = read_counts(grouped, columns=Columns(layout=LAYOUTS[which], count="none"))[0]
    assert alone.n_votes == len(grouped) * (2 if which == "judges" else 3)
    with pytest.raises(InputError, match="name the column with --count votes, or give --count none if every row"):
        read_counts(grouped.rename(columns={"voorkeur": "votes"}), columns=layout)


@pytest.mark.parametrize("which", ["order", "ranks", "scores", "judges"])
def test_single_matches_beside_numbers(which):
    """They are read, whatever number stands beside them; 20 logs of each."""
    rng = np.random.default_rng(3)
    for seed in range(20):
        n = int(rng.choice([5, 12, 60]))
        log = matches(which, n, seed).assign(effort=rng.gamma(2, 20, n).astype(int), who=rng.integers(0, 9, n))
        assert read_votes(log, columns=Columns(layout=LAYOUTS[which]))[0].n_votes == n * (2 if which == "judges" else 3)


@pytest.mark.parametrize("n_groups", [2, 4, 9])
def test_counts_by_what_was_left_out(n_groups):
    """Each pair has each outcome once a group, but where that had none; so hardly ever single votes."""
    rng = np.random.default_rng(50)
    votes = pd.DataFrame(some_votes(4000, seed=5), columns=list(HEADER)).assign(group=rng.integers(0, n_groups, 4000))
    counts = votes.groupby([*HEADER, "group"]).size().rename("voorkeur").reset_index().drop(columns="group")
    with pytest.raises(CountsError, match=rf"have each outcome in about {n_groups} rows and never in more, .*--count voorkeur"):
        read_counts(counts)
    assert read_counts(counts, columns=Columns(count="voorkeur"))[0].n_votes == 4000


def test_the_chance_that_no_outcome_is_above():
    """By all that can happen."""
    for size, n_outcomes, most in [(5, 3, 2), (6, 2, 3), (7, 3, 3), (4, 4, 2), (3, 2, 1)]:
        drawn = itertools.product(range(n_outcomes), repeat=size)
        expected = np.mean([max(np.bincount(one)) <= most for one in drawn])
        assert chance_of_none_above(np.array([size]), n_outcomes, most) == pytest.approx(expected, rel=1e-12)


def test_sums_whose_label_was_left_out():
    """Counts by language and of all languages together, without the language."""
    rng = np.random.default_rng(60)
    votes = pd.DataFrame(some_votes(3000, seed=6), columns=list(HEADER)).assign(language=rng.choice(["de", "fr"], 3000))
    each = votes.groupby([*HEADER, "language"]).size().rename("count").reset_index().drop(columns="language")
    whole = votes.groupby(list(HEADER)).size().rename("count").reset_index()
    (doubt,) = read_counts(pd.concat([whole, each]))[1].doubts
    assert "of the rows of each pair and outcome that has several, one holds the sum of the others, 3,000 votes again" in doubt
    assert read_counts(each)[1].doubts == ()


def test_rows_twice_in_a_log():
    """Copies of rows that have a time are told by whatever reads the log; honest votes of one day are not, nor is one who always wins."""
    rng = np.random.default_rng(70)
    log = pd.DataFrame(some_votes(400, seed=7), columns=list(HEADER)).assign(tstamp=1.7e9 + np.sort(rng.integers(0, 1e6, 400)))
    twice = pd.concat([log, log[:200]]).sample(frac=1, random_state=1)
    for read in (read_counts, read_votes):
        (doubt,) = read(twice)[1].doubts
        assert "200 rows stand there again, alike in 'tstamp', competitors and outcome" in doubt
        assert read(log)[1].doubts == ()
        assert read(log.assign(tstamp=1.7e9))[1].doubts == ()
    always = log.assign(model_a="p", model_b="q", winner="model_a", tstamp=1.7e9)
    assert read_counts(always)[1].doubts == ()


def test_ranks_that_are_points_and_scores_that_are_ranks():
    ranks = matches("ranks", 40)
    points = ranks.replace({1: 10, 2: 6, 3: 1})
    (doubt,) = read_counts(points, columns=Columns(layout="ranks:x,y,z"))[1].doubts
    assert "every row has the ranks 1, 6, 10, as points are, and the lowest wins; give --layout scores:x,y,z if the highest should" in doubt
    (doubt,) = read_counts(ranks, columns=Columns(layout="scores:x,y,z"))[1].doubts
    assert "every row has the scores 1, 2, 3, as ranks are, and the highest wins; give --layout ranks:x,y,z if the lowest should" in doubt
    for log, layout in ((ranks, "ranks:x,y,z"), (points, "scores:x,y,z"), (matches("scores", 40), "scores:x,y,z")):
        assert read_counts(log, columns=Columns(layout=layout))[1].doubts == ()


def test_competitors_that_are_called_as_scores_are():
    log = pd.DataFrame([("0", "1", "0"), ("1", "0", "1"), ("0", "1", "0.5")] * 5, columns=list(HEADER))
    with pytest.raises(InputError, match=r"give --outcomes scores if they are scores, or names,0\.5=tie if they name the winner"):
        read_counts(log)
    by_name = read_counts(log, columns=Columns(outcomes="names,0.5=tie"))[0]
    assert decided_alike(cells_of(by_name)) == {("0", "1", "model_a"): 5, ("0", "1", "model_b"): 5, ("0", "1", "tie"): 5}
    by_score = read_counts(log, columns=Columns(outcomes="scores"))[0]
    assert decided_alike(cells_of(by_score)) == {("0", "1", "model_b"): 10, ("0", "1", "tie"): 5}


@pytest.mark.parametrize(
    ("text", "columns", "remedy"),
    [
        (r'p,q,model_a,"he said \"hi, you\" ok"', Columns(), r'write a quotation mark within quotation marks twice, as "" in place of \\"'),
        ("p,q,60%,50%", Columns(outcome="winner,note"), "numbers with a sign of percent; write them without it"),
    ],
)
def test_remedies_of_how_a_cell_is_written(tmp_path, text, columns, remedy):
    (tmp_path / "log.csv").write_text("model_a,model_b,winner,note\n" + f"{text}\n" * 20)
    with pytest.raises(InputError, match=remedy):
        read_counts(tmp_path / "log.csv", columns=columns)


@pytest.mark.parametrize("name", ["b_over_a", "score_b_minus_score_a", "scoreB-scoreA"])
def test_margins_of_the_second_over_the_first(name):
    """They say the opposite of what margins mean; with the competitors exchanged, as is said, they are read."""
    log = pd.DataFrame([("p", "q", -2), ("q", "p", 1), ("p", "q", 1)] * 4, columns=["model_a", "model_b", name])
    with pytest.raises(InputError, match=r"is called as the margin of 'model_b' over 'model_a', .*; name 'model_b' as the column of the first"):
        read_counts(log, columns=Columns(outcome=name, outcomes="margins"))
    exchanged = read_counts(log, columns=Columns(first="model_b", second="model_a", outcome=name, outcomes="margins"))[0]
    assert cells_of(exchanged) == {("q", "p", "model_b"): 4, ("p", "q", "model_a"): 4, ("q", "p", "model_a"): 4}
    turned = log.rename(columns={name: "a_over_b"})
    assert read_counts(turned, columns=Columns(outcome="a_over_b", outcomes="margins"))[0].n_votes == 12


def test_scores_of_columns_that_are_called_chosen_and_rejected():
    log = pd.DataFrame([("p", "q", 3, 1), ("q", "p", 2, 1)], columns=["chosen", "rejected", "score_chosen", "score_rejected"])
    columns = Columns(first="chosen", second="rejected", outcome="score_chosen,score_rejected")
    assert cells_of(read_counts(log, columns=columns)[0]) == {("p", "q", "model_a"): 1, ("q", "p", "model_a"): 1}


def test_verdicts_on_swapped_sides_are_told():
    log = matches("judges", 40).rename(columns={"ben": "verdict_swapped"})
    (doubt,) = read_counts(log, columns=Columns(layout="judges:ann,verdict_swapped"))[1].doubts
    assert "'verdict_swapped' is called as the verdict on swapped sides, and is read as given" in doubt


@pytest.mark.parametrize("name", ["loser", "Verlierer", "perdant", "敗者"])
def test_the_column_of_who_lost(name):
    log = pd.DataFrame([("p", "q", "q"), ("q", "p", "p")], columns=["model_a", "model_b", name])
    with pytest.raises(InputError, match="is called as the column of who lost"):
        read_counts(log, columns=Columns(outcome=name, outcomes="names"))


def test_a_part_beside_a_copy(tmp_path):
    """Both are told."""
    rng = np.random.default_rng(8)
    log = pd.DataFrame(some_votes(400, seed=8), columns=list(HEADER)).assign(tstamp=1.7e9 + np.sort(rng.integers(0, 1e6, 400)))
    for name, rows in {"votes.csv": log, "copy.csv": log, "part.csv": log[:200]}.items():
        rows.to_csv(tmp_path / name, index=False)
    quarantine = read_counts(*sorted(tmp_path.iterdir()))[1]
    assert [one for one, _ in quarantine.copies]
    assert any("stand in" in doubt and "part.csv" in doubt for doubt in quarantine.doubts)


def test_places_of_two_with_ties_are_told_and_can_be_said_to_be_scores():
    rng = np.random.default_rng(12)
    places = np.array([(1, 2), (2, 1), (1.5, 1.5)])[rng.integers(0, 3, 40)]
    log = pd.DataFrame({"model_a": "p", "model_b": "q", "x": places[:, 0], "y": places[:, 1]})
    (doubt,) = read_counts(log, columns=Columns(outcome="x,y"))[1].doubts
    assert "every row has the scores 1, 2, or shares places, as ranks are, and the highest wins; give --winner y,x --outcomes scores if" in doubt
    counts, quarantine = read_counts(log, columns=Columns(outcome="y,x", outcomes="scores"))
    assert quarantine.doubts == ()
    assert cells_of(counts)["p", "q", "model_a"] == (places[:, 0] == 1).sum()


@pytest.mark.parametrize(
    ("asked", "in_order"),
    [
        ("H,D,A", "H,A,D"),
        ("1,X,2", "1,2,X"),
        ("winner_tie,winner_a,winner_b", "winner_a,winner_b,winner_tie"),
        ("p_a,p_draw,p_b", "p_a,p_b,p_draw"),
    ],
)
def test_a_column_of_ties_in_the_place_of_wins(asked, in_order):
    log = pd.DataFrame([("p", "q", 1, 0, 0), ("q", "p", 0, 0, 1)] * 5, columns=["model_a", "model_b", *in_order.split(",")])
    for columns, option in ((Columns(outcome=asked), f"--winner {in_order}"), (Columns(layout=f"outcomes:{asked}"), f"outcomes:{in_order}")):
        with pytest.raises(InputError, match=f"is called as ties are, .*{option}"):
            read_counts(log, columns=columns)
    assert read_counts(log, columns=Columns(outcome=in_order))[0].n_votes == 10


def test_losses_in_the_place_of_wins():
    with pytest.raises(InputError, match=r"'losses' is called as losses are, .*; give --layout outcomes:wins,losses,ties"):
        read_counts(pd.DataFrame(columns=["model_a"]), columns=Columns(layout="outcomes:losses,wins,ties"))
    with pytest.raises(InputError, match="'b_better' is called as of the side of 'model_b', and scores are of the first"):
        read_counts(pd.DataFrame(columns=["model_a"]), columns=Columns(outcome="b_better", outcomes="scores"))


def test_votes_that_a_join_has_multiplied_and_rows_appended_twice():
    """By a column that numbers votes, whatever its name, beside one that differs; and by their order alone."""
    log = pd.DataFrame(some_votes(300, seed=13), columns=list(HEADER))
    joined = log.assign(nr=[f"x{i}" for i in range(300)]).merge(pd.DataFrame({"turn": [0, 1]}), how="cross")
    (doubt,) = read_counts(joined)[1].doubts
    assert "300 rows stand there again, alike in 'nr', competitors and outcome" in doubt
    (doubt,) = read_votes(pd.concat([log, log[:200]]))[1].doubts
    assert "200 rows stand there again, in the same order as before" in doubt
    assert read_counts(log.assign(turn=np.arange(300) % 3))[1].doubts == ()


def test_one_question_put_to_several_judges_is_no_copy():
    """Who agree in nine of ten."""
    rng = np.random.default_rng(14)
    log = pd.DataFrame(some_votes(200, seed=14), columns=list(HEADER)).assign(question_id=range(200))
    other = log.assign(winner=np.where(rng.random(200) < 0.9, log["winner"], "tie"))
    both = pd.concat([log.assign(judge="x"), other.assign(judge="y")]).sample(frac=1, random_state=1)
    assert read_counts(both)[1].doubts == ()
