"""Votes that count again within one source: subtotals, and every vote from either side."""

import itertools
import math

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine.voters.votes_within import log_chance_alike
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from tests.logs import HEADER

SAID = "hold the votes of the others again"


def votes_of(n=200, seed=0):
    """Votes between four, by language and day."""
    rng = np.random.default_rng(seed)
    pairs = np.array(list(itertools.permutations("abcd", 2)))[rng.integers(0, 12, n)]
    frame = pd.DataFrame(pairs, columns=list(HEADER[:2])).assign(winner=rng.choice(["model_a", "model_b", "tie"], n))
    return frame.assign(lang=rng.choice(["en", "de", "zh"], n), day=rng.choice(["2024-01-01", "2024-01-02"], n))


def counted(frame, *by):
    return frame.groupby([*HEADER, *by], as_index=False).size().rename(columns={"size": "count"})


def doubts_of(source, **columns):
    return read_counts(source, columns=Columns(**columns))[1].doubts


VOTES = votes_of()
GROUPINGS = {
    "one column": [("lang",), ()],
    "rollup": [("lang", "day"), ("lang",), ()],
    "cube": [("lang", "day"), ("lang",), ("day",), ()],
}


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("word", [None, "", "all", "Overall", "Grand Total"])
@pytest.mark.parametrize("kind", [".csv", ".parquet", "frame", "table"])
def test_subtotals_are_told(tmp_path, grouping, word, kind):
    sets = GROUPINGS[grouping]
    columns = sets[0]
    frame = pd.concat([counted(VOTES, *some).assign(**{name: word for name in columns if name not in some}) for some in sets])[
        [*HEADER, *columns, "count"]
    ]
    path = tmp_path / f"counts{kind}"
    source = {
        ".csv": lambda: frame.to_csv(path, index=False) or path,
        ".parquet": lambda: frame.to_parquet(path) or path,
        "frame": lambda: frame,
        "table": lambda: pa.Table.from_pandas(frame),
    }[kind]()
    (told, *_) = doubts_of(source)
    assert SAID in told
    assert f"of {200 * len(sets)}; leave out which are sums" in told
    if kind == "frame" and word is None:
        assert any(SAID in note for note in analyse(read(source), existence="prior").notes())
        assert check(read(source)).frame["value"].str.contains(SAID).any()
    # Of any name.
    assert SAID in "".join(doubts_of(frame.rename(columns={"count": "n"}), count="n"))


def test_a_board_of_all_beside_categories_that_overlap():
    """As Arena's categories: each vote in "full", and in none or several others."""
    hard, code = VOTES[VOTES["lang"] != "en"], VOTES[VOTES["day"] == "2024-01-01"]
    frame = pd.concat([counted(some).assign(category=name) for name, some in {"full": VOTES, "hard": hard, "code": code}.items()])
    assert f"rows with 'full' in 'category' {SAID}, 200 of" in doubts_of(frame)[0]


def test_other_tables_of_counts_are_not():
    for frame in (
        counted(VOTES),
        counted(VOTES, "lang"),
        counted(VOTES, "lang", "day"),
        # A label that is missing for some votes, or means what it says.
        counted(VOTES.assign(lang=VOTES["lang"].replace("en", "")), "lang"),
        counted(VOTES.assign(lang=VOTES["lang"].replace("en", "all")), "lang"),
        # Few votes are equal by chance.
        pd.DataFrame([("a", "b", "tie", None, 1), ("a", "b", "tie", "en", 1)], columns=[*HEADER, "lang", "count"]),
    ):
        assert doubts_of(frame) == ()


def exchanged(frame):
    other = {"model_a": "model_b", "model_b": "model_a"}
    return frame.rename(columns=other).assign(winner=frame["winner"].replace(other))[list(frame.columns)]


@pytest.mark.parametrize("reader", [read_counts, read_votes])
def test_votes_from_either_side_are_told(reader):
    both = pd.concat([VOTES, exchanged(VOTES)])
    told = "the 400 votes may be 200 that stand there from either side"
    assert told in reader(both)[1].doubts[0]
    assert told in reader(both.sample(frac=1, random_state=0))[1].doubts[0]
    assert told in read_counts(counted(both))[1].doubts[0]
    assert told in reader(VOTES, exchanged(VOTES))[1].doubts[0]
    assert any(told in note for note in analyse(read(both)).notes())
    # Of some that lack theirs a vote of others is the other side.
    for n_missing in (1, 10):
        (doubt,) = reader(pd.concat([VOTES, exchanged(VOTES[n_missing:])]))[1].doubts
        assert f" of {400 - n_missing} votes may be 19" in doubt
        assert "both ways round are, but for " in doubt
    for frame in (VOTES, pd.concat([VOTES, exchanged(VOTES[100:])]), pd.concat([VOTES, exchanged(votes_of(seed=1))])):
        assert reader(frame)[1].doubts == ()
    # By chance, with as few.
    few = pd.DataFrame([("a", "b", "tie"), ("b", "a", "tie"), ("a", "b", "model_a"), ("b", "a", "model_b")], columns=list(HEADER))
    assert reader(few)[1].doubts == ()


def test_many_votes_of_few_pairs_are_alike_from_either_side_by_chance():
    """The more votes of a pair, the smaller the share by which its two orders differ; it is none the less chance."""
    rng = np.random.default_rng(5)
    for n, n_votes in ((3, 3_000), (6, 5_000), (12, 20_000)):
        first = rng.integers(0, n, n_votes)
        second = (first + rng.integers(1, n, n_votes)) % n
        draw, p = rng.random(n_votes), 1 / (1 + np.exp(0.2 * (first - second)))
        winner = np.select([draw < 0.15, draw < 0.15 + 0.85 * p], ["tie", "model_a"], "model_b")
        frame = pd.DataFrame({"model_a": [f"m{i}" for i in first], "model_b": [f"m{i}" for i in second], "winner": winner})
        assert doubts_of(frame) == ()
        assert any("that stand there from either side" in doubt for doubt in doubts_of(pd.concat([frame, exchanged(frame)])))


def test_the_bound_of_chance_is_one():
    """Never below the probability, by enumeration; equal to it where nothing differs."""
    for together in ([2] * 6, [4, 3, 1, 2], [6, 6, 1]):
        sums = np.array(together)
        chance = {0: 1.0}
        for n in together:
            step = {abs(2 * k - n): math.comb(n, k) / 2**n * (2 if 2 * k != n else 1) for k in range(n // 2 + 1)}
            chance = {d: sum(p * step.get(d - e, 0) for e, p in chance.items()) for d in range(sums.sum() + 1)}
        for more in range(len(together)):
            one = sums // 2 + (np.arange(sums.size) < more)
            distance = int(np.abs(2 * one - sums).sum())
            exact = sum(p for d, p in chance.items() if d <= distance)
            assert log_chance_alike(one, sums - one) >= math.log(exact) - 1e-9
    alike = np.full(40, 3)
    assert log_chance_alike(alike, alike) == pytest.approx(40 * math.log(math.comb(6, 3) / 2**6))


def test_games_from_either_side_but_for_a_few_are_told():
    """A season with a row a team and game, without the rows of a team that has no page."""
    rng = np.random.default_rng(3)
    games = pd.DataFrame([(f"t{i}", f"t{j}") for i in range(12) for j in range(12) if i != j], columns=["model_a", "model_b"])
    games["winner"] = rng.choice(["model_a", "model_b", "tie"], len(games))
    turned = games.rename(columns={"model_a": "model_b", "model_b": "model_a"}).replace({"winner": {"model_a": "model_b", "model_b": "model_a"}})
    rows = pd.concat([games, turned])
    assert any("the 264 votes may be 132 that stand there from either side" in doubt for doubt in doubts_of(rows))
    without = rows[rows["model_a"] != "t0"]
    assert any("220 of 242 votes may be 110 that stand there from either side" in doubt for doubt in doubts_of(without))
    assert not [doubt for doubt in doubts_of(games) if "either side" in doubt]


def test_the_chance_that_votes_are_as_near_others():
    """No larger than the bound in honest logs of any size; and that of exact copies is exact."""
    rng = np.random.default_rng(9)
    for size in (2, 20, 200, 2000):
        honest = []
        for _ in range(300):
            together = rng.poisson(size, 30) + 1
            part = rng.binomial(together, 0.5)
            honest.append(log_chance_alike(part, together - part))
        for level in (0.01, 0.05, 0.2):
            assert np.mean(np.array(honest) <= np.log(level)) <= level
    one = rng.poisson(5, 30)
    exact = sum(math.log(math.comb(2 * n, n)) - 2 * n * math.log(2) for n in one.tolist())
    assert log_chance_alike(one, one) == pytest.approx(exact, rel=1e-6)
    assert log_chance_alike(one[:0], one[:0]) == 0


def test_an_ordinary_log_of_many_votes_is_not_taken_for_both_sides():
    for seed in range(10):
        rng = np.random.default_rng(seed)
        first = rng.integers(0, 3, 5000)
        second = (first + rng.integers(1, 3, 5000)) % 3
        log = pd.DataFrame({"model_a": first, "model_b": second, "winner": rng.choice(["model_a", "model_b"], 5000)})
        assert read_counts(log)[1].doubts == ()


@pytest.mark.parametrize("name", ["All", "total", "Overall"])
@pytest.mark.parametrize("of", ["first", "either"])
def test_a_competitor_that_is_the_sum_of_the_others(name, of):
    """As tables with margins have it."""
    counts = counted(VOTES)
    sides = [VOTES] if of == "first" else [VOTES, exchanged(VOTES)]
    sums = counted(pd.concat(sides).assign(model_b=name))
    (doubt,) = read_counts(pd.concat([counts, sums]))[1].doubts
    assert doubt == f"{name!r} is taken for a competitor, and its votes are the sums of those of the others; leave such rows out"
    assert read_counts(pd.concat([counts, sums.assign(count=sums["count"] + 1)]))[1].doubts == ()


def test_counts_that_are_the_same_in_all_rows_of_a_pair():
    """The number of all votes of the pair, which counts each as often as the pair has outcomes."""
    rng = np.random.default_rng(11)
    counts = counted(VOTES).assign(count=lambda frame: rng.integers(5, 60, len(frame)))
    whole = counts.assign(count=counts.groupby(["model_a", "model_b"])["count"].transform("sum"))
    assert any("'count' is the same in all rows of a pair, as the number of all its votes is" in doubt for doubt in read_counts(whole)[1].doubts)
    assert read_counts(counts)[1].doubts == ()
