"""Numbers with marks in columns of logs: scores, margins, results of matches, covariates; read as programs write them, or refused."""

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.data.marks_of_numbers import Marks
from recount.engine.errors import InputError, LabelError
from recount.engine.votes import Factor

RNG = np.random.default_rng(52)
POINTS = RNG.integers(700, 1400, (60, 2))
SCORES = Columns(outcome="sa,sb")
MAY_BE = r"which may be 1\d{3} or 1\.\d{3}; write decimals with a point, and nothing between thousands"


def matches(write, names=("model_a", "model_b", "sa", "sb")):
    """Matches whose points are written by a function."""
    rows = [("x", "y", write(a), write(b)) for a, b in POINTS.tolist()]
    return pd.DataFrame(rows, columns=list(names))


def by_thousands(mark):
    return lambda number: f"{number:,}".replace(",", mark)


def won(source, **columns):
    return read_counts(source, columns=Columns(**columns))[0].counts.sum(axis=0).tolist()


def test_scores_with_marks_between_thousands(tmp_path):
    """1.164 against 887 would turn the row round; the same scores without marks give what they say."""
    right = [int((POINTS[:, 0] > POINTS[:, 1]).sum()), int((POINTS[:, 0] < POINTS[:, 1]).sum())]
    assert won(matches(str), outcome="sa,sb")[:2] == right
    assert won(matches(lambda n: f"{n}.0"), outcome="sa,sb")[:2] == right
    # As a program that prints three decimals writes them.
    assert won(matches(lambda n: f"{n / 1000:.3f}"), outcome="sa,sb")[:2] == right
    matches(by_thousands(".")).to_csv(tmp_path / "log.csv", sep=";", index=False)
    for source in (matches(by_thousands(".")), tmp_path / "log.csv"):
        for read in (read_counts, read_votes):
            with pytest.raises(InputError, match=MAY_BE):
                read(source, columns=SCORES)
    with pytest.raises(InputError, match=r"'sa,sb' has '1,\d{3}'|'sa,sb' has '\d{3}', and '1,\d{3}', which may be"):
        read_counts(matches(by_thousands(",")), columns=SCORES)


def test_decimal_commas(tmp_path):
    """The remedy is one that can be followed, and not a meaning for every pair of scores."""
    table = matches(lambda n: f"{n / 1000:.2f}".replace(".", ","))
    table.to_csv(tmp_path / "log.csv", sep=";", index=False)
    for source in (table, tmp_path / "log.csv"):
        with pytest.raises(InputError, match=r"'sa,sb' has '\d,\d\d'; write decimals with a point, and nothing between thousands$"):
            read_counts(source, columns=SCORES)
    margins = pd.DataFrame({"model_a": "x", "model_b": "y", "winner": ["1,5", "-2", "0,25"]})
    with pytest.raises(InputError, match="'winner' has '1,5'; write decimals with a point"):
        read_counts(margins, columns=Columns(outcomes="margins"))
    # A label that was given a meaning is no number.
    halves = margins.assign(winner=["1", "0,5", "0"])
    assert won(halves, outcomes='"0,5"=tie,1=first,0=second') == [1, 1, 1, 0]


def test_results_of_matches():
    table = pd.DataFrame({"x": ["1.164", "900"], "y": ["887", "1.020"], "z": ["950", "870"]})
    for layout in ("scores", "ranks"):
        with pytest.raises(InputError, match=r"has '(887|900|950|870)', and '1\.164', which may be 1164 or 1\.164"):
            read_counts(table, columns=Columns(layout=f"{layout}:x,y,z"))
    with pytest.raises(InputError, match=r"a number of votes is '1\.000', which may be 1000 or 1\.000"):
        read_counts(pd.DataFrame({"name": ["x", "y"], "x": ["0", "950"], "y": ["1.000", "0"]}), columns=Columns(layout="wins"))
    pairs = pd.DataFrame({"model_a": ["x", "y"], "model_b": ["y", "z"], "wa": ["1.000", "950"], "wb": ["800", "2.000"]})
    with pytest.raises(InputError, match=r"a number of votes is '(1|2)\.000'"):
        read_counts(pairs, columns=Columns(layout="outcomes:wa,wb"))


def test_a_rank_below_none():
    """-1 says that one did not take part, as an empty cell does."""
    rows = [(1, 2, -1), (2, 1, -1), (-1, 1, 2), (1, -1, 2), (2, -1, 1), (-1, 2, 1)]
    table = pd.DataFrame(rows, columns=["x", "y", "z"])
    columns = Columns(layout="ranks:x,y,z")
    counts, quarantine = read_counts(table, columns=columns, max_rejected=1)
    assert (counts.n_votes, quarantine.n_rejected) == (6, 6)
    assert counts.n_votes == read_counts(table.where(table > 0), columns=columns)[0].n_votes
    with pytest.raises(InputError, match="6 of 12 rows are no votes"):
        read_counts(table, columns=columns)


def test_scores_that_are_given_as_margins():
    """The second would never win."""
    log = pd.DataFrame({"model_a": "x", "model_b": "y", "winner": [1, 0.5, 0, 0]})
    with pytest.raises(LabelError, match=r"no margin is below 0, so that the second never won.*give --outcomes scores"):
        read_counts(log, columns=Columns(outcomes="margins"))
    assert won(log, outcomes="scores") == [1, 2, 1, 0]
    assert won(log.assign(winner=[1, 0.5, 0, -1]), outcomes="margins") == [2, 1, 1, 0]


def test_a_covariate_with_marks_between_thousands(tmp_path):
    """It stays labels, which style refuses; other numbers are read as before."""
    log = matches(by_thousands("."), ("model_a", "model_b", "tokens", "others")).assign(winner="tie", others="1.50")
    log.to_csv(tmp_path / "log.csv", index=False)
    votes, _ = read_votes(tmp_path / "log.csv", keep=["tokens", "others"])
    assert isinstance(votes.columns["tokens"], Factor)
    assert votes.columns["others"].tolist() == [1.5] * len(log)


def test_counts_that_number_the_rows_or_are_all_none():
    log = pd.DataFrame({"model_a": "x", "model_b": "y", "winner": ["model_a", "tie", "model_b"] * 4, "count": range(12)})
    with pytest.raises(InputError, match=r"numbers the rows, 0, 1, 2, \.\.\.; give --count none"):
        read_counts(log)
    assert read_counts(log, columns=Columns(count="none"))[0].n_votes == 12
    assert read_counts(log, columns=Columns(count="count"))[0].n_votes == 66
    with pytest.raises(InputError, match="no row stands for a vote: every count is 0"):
        read_counts(log.assign(count=0))


def test_a_column_of_counts_beside_another():
    log = pd.DataFrame({"model_a": "x", "model_b": "y", "winner": ["model_a", "tie", "model_b"], "count": [3, 1, 2], "n": [4, 7, 5]})
    with pytest.raises(InputError, match="'count', which may say how many votes a row stands for, as 'n' may; name the column with --count count,"):
        read_counts(log)
    assert [read_counts(log, columns=Columns(count=name))[0].n_votes for name in ("count", "n", "none")] == [6, 16, 3]
    # What holds the vote holds no counts.
    nested = pd.DataFrame({"model_a": ["x", "y"], "model_b": ["y", "x"], "votes": [[{"winner": "tie"}], [{"winner": "model_a"}]]})
    assert won(nested, outcome="votes[0].winner") == [1, 0, 1, 0]


@pytest.mark.parametrize(
    ("values", "proofs", "doubtful", "unread"),
    [
        (["1.000", "950"], {}, "1.000", ""),
        (["1.000", "950.5"], {".": "950.5"}, "1.000", ""),
        (["0.512", "950"], {".": "0.512"}, "", ""),
        (["1234.567"], {".": "1234.567"}, "", ""),
        (["1.234.567"], {",": "1.234.567"}, "", "1.234.567"),
        (["1.234,5", "x", "-", 3, None], {",": "1.234,5"}, "", "1.234,5"),
        (["1,234"], {}, "1,234", "1,234"),
    ],
)
def test_what_marks_prove(values, proofs, doubtful, unread):
    """In one go, or in parts that are put together."""
    whole, parts = Marks(), Marks()
    whole.add(values)
    for value in values:
        part = Marks()
        part.add([value])
        parts.add_all(part)
    for marks in (whole, parts):
        assert (marks.proofs, marks.doubtful, marks.unread) == (proofs, doubtful, unread)
