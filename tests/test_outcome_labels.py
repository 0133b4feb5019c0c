"""Labels of outcomes that could mean two things, or nothing: a tally and the option that says what they mean, never a guess."""

import itertools
import json
import re

import numpy as np
import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.data.choices import Reading, as_label, meanings_of
from recount.data.count_columns import column_of_counts
from recount.engine.errors import InputError, LabelError, OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from tests.logs import HEADER, in_bytes
from tests.test_counts_and_labels import KINDS, case, tally_of

SIDES = {"first": 0, "second": 1, "tie": 2, "both_bad": 3}


def sums(source, **columns):
    return read_counts(source, columns=Columns(**columns))[0].counts.sum(axis=0).tolist()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "labels", [[0, 1], [1], [0, 1, 2], [-1, 0, 1], [1, 2, 1.5], [0, 1, 3], [0.0, 0.25, 0.5, 1.0], ["tie", 1, 0], [0, 1, "model_a"]], ids=str
)
def test_numbers_that_need_not_be_scores(write, kind, labels):
    """Without a half, or with other numbers, 0 may be a tie, the first's number, or one of two columns; however many rows may be left out."""
    log = write(f"log{kind}", in_bytes(kind, [("a", "b", str(label) if kind == ".parquet" else label) for label in labels * 30], HEADER))
    for reader in (read_counts, read_votes):
        with pytest.raises(LabelError, match=r"^the labels in column 'winner' are .* 30.*: the numbers .*--outcomes") as raised:
            reader(log, max_rejected=1)
        assert {as_label(label.strip("'")) for label in raised.value.n_of_label} == set(map(as_label, labels))
        assert set(raised.value.n_of_label.values()) == {30}
        assert "max_rejected" not in str(raised.value)
    every = itertools.cycle(SIDES)
    meant = {label: next(every) for label in labels if label not in ("tie", "model_a")}
    given = ",".join(f"{label}={meaning}" for label, meaning in meant.items())
    expected = [0, 0, 0, 0]
    for label in labels:
        expected[SIDES[meant.get(label) or {"tie": "tie", "model_a": "first"}[label]]] += 30
    assert sums(log, outcomes=given) == expected


def test_numbers_that_are_scores():
    assert sums(tally_of(["1", "0.5", "0", "0"])) == [1, 2, 1, 0]
    assert sums(tally_of([1, 0, 0]), outcomes="scores") == [1, 2, 0, 0]
    with pytest.raises(LabelError, match="not all of them are outcomes"):
        sums(tally_of([1, 0, 2]), outcomes="scores")
    assert sums(tally_of([1, 0, 2]), outcomes="scores,2=skip") == [1, 1, 0, 0]
    # One of several columns of which one is 1.
    with pytest.raises(LabelError, match="give --outcomes scores if they are scores, or 0=MEANING,1=MEANING"):
        sums(case("outcomes/train.csv"), outcome="winner_model_a")


def test_a_number_of_few_rows_is_no_less_doubtful():
    """Among many words a 1 is few rows, and would be a win."""
    with pytest.raises(LabelError, match="'tie' 500, '1' 1"):
        sums(tally_of(["tie"] * 500 + ["1"]))
    assert sums(tally_of(["tie"] * 500 + ["7"])) == [0, 0, 500, 0]


def test_whether_a_word_is_a_name_does_not_depend_on_its_case():
    log = pd.DataFrame([("Left", "Right", "left"), ("Right", "Left", "left"), ("x", "Left", "tie")], columns=list(HEADER))
    with pytest.raises(LabelError, match="'left' may be the side that won or the competitor of that name"):
        read_counts(log)
    assert sums(log, outcomes="left=first") == [2, 0, 1, 0]


def test_words_for_sides_are_none_where_the_winner_is_named():
    """Of B and C, A did not win, nor is it the first."""
    log = pd.DataFrame([("A", "B", "A"), ("B", "C", "A"), ("C", "A", "tie")], columns=list(HEADER))
    with pytest.raises(LabelError, match="some name a competitor that was not in the row; repair the log"):
        read_counts(log, columns=Columns(outcomes="names"))
    assert read_counts(log, columns=Columns(outcomes="names"), max_rejected=0.5)[0].n_votes == 2


@pytest.mark.parametrize(
    ("outcomes", "of_label"),
    [
        ("A>>B=first:3,A>B=first,A=B=tie", {"a>>b": ("first", 3.0), "a>b": ("first", 1.0), "a=b": ("tie", 1.0)}),
        ('"tie, both bad"=both_bad,=skip', {"tie, both bad": ("both_bad", 1.0), "": ("skip", 1.0)}),
        ('"say ""hi"""=tie, x = second : 0.5 ', {'say "hi"': ("tie", 1.0), "x": ("second", 0.5)}),
        ("a=b=c=first", {"a=b=c": ("first", 1.0)}),
    ],
)
def test_how_meanings_are_written(outcomes, of_label):
    assert meanings_of(outcomes).of_label == of_label
    assert meanings_of(f"scores,{outcomes}").words == {"scores"}


@pytest.mark.parametrize(
    "outcomes", ["x=first:0", "x=first:-1", "x=first:nan", "x=skip:2", "x=first:", "x=first:3:3", "x", ",", "x=first,,y=tie", "x=FIRST"]
)
def test_meanings_that_are_not_written_so(outcomes):
    with pytest.raises(OptionError, match="is no LABEL=MEANING"):
        Columns(outcomes=outcomes)


def test_a_check_shows_labels_and_what_to_do(write):
    rows = [("a", "b", "model_a")] * 60 + [("b", "a", "tie(all bad)")] * 20 + [("a", "b", "?")]
    found = check(read(write("log.csv", in_bytes(".csv", rows)), reading=Reading(max_rejected=1.0))).to_frame()
    ((_, item, value),) = found[found["topic"] == "labels"].itertuples(index=False, name=None)
    assert item == "without a meaning"
    assert "'model_a' 60, 'tie(all bad)' 20, '?' 1" in value
    assert "--outcomes 'tie(all bad)=MEANING,?=MEANING'" in value
    numbers = check(read(write("numbers.csv", in_bytes(".csv", [("a", "b", i % 3) for i in range(99)])), reading=Reading(max_rejected=1.0)))
    assert numbers.to_frame()[["item", "value"]].to_numpy()[:3].tolist() == [["'0'", "33 rows"], ["'1'", "33 rows"], ["'2'", "33 rows"]]


def test_a_check_of_many_rejects_is_short(write):
    rows = [("a", "b", "tie")] + [("a", "", "tie")] * 500 + [("a", "b", f"x{i}") for i in range(700)]
    frame = check(read(write("log.csv", in_bytes(".csv", rows)), reading=Reading(max_rejected=1.0))).to_frame()
    rejects = frame[frame["topic"] == "reject"]
    assert len(rejects) == 22
    assert rejects["item"].iloc[-1].endswith("row 2 and 499 more")
    assert rejects[["item", "value"]].iloc[-2].tolist() == ["680 more", "unknown outcome: other values"]


NAMES = {
    "count": ["Count", "counts", "COUNT", "# count"],
    "may be": [
        "Votes",
        "n votes",
        "num_votes",
        "N",
        "vote count",
        "votes_count",
        "number of battles",
        "COUNT(*)",
        "count(1)",
        "Freq",
        "total_votes",
        "0",
        "size",
        "Stimmen",
        "nb_voix",
        "票数",
        "n_samples",
    ],
    "is not": [
        "nombre",
        "annotations",
        "count_of_tokens",
        "turn",
        "n_tokens",
        "voter",
        "winner",
        "country",
        "discount",
        "account",
        "vote",
        "name",
        "00",
        "tstamp",
        "length",
        "len",
    ],
}


@pytest.mark.parametrize(("which", "name"), [(which, name) for which, names in NAMES.items() for name in names])
def test_names_of_counts(which, name):
    def found():
        return column_of_counts([*HEADER[:2], "outcome", "judge", name], Columns(outcome="outcome"), ())

    if which == "may be":
        with pytest.raises(InputError, match="may say how many votes a row stands for"):
            found()
    else:
        assert found() == (name if which == "count" else None)


@pytest.mark.parametrize("key", ["count", "Votes", "N", "n_votes", "number of battles", "# count"])
def test_counts_that_only_some_lines_have(write, key):
    """Where a line is like the first but for the name of one key, too."""
    plain = '{"model_a": "a", "model_b": "b", "winner": "tie", "note": "x"}\n'
    log = write("log.jsonl", plain * 9 + plain.replace("note", key).replace('"x"', "7"))
    if key in ("count", "Votes", "N", "n_votes"):
        with pytest.raises(InputError, match=r"not a whole number|may say how many votes|later ones have"):
            read_counts(log)
    with pytest.raises(InputError, match=r"not a whole number|may say how many votes|later ones have"):
        read_counts(write("other.jsonl", plain.replace(', "note": "x"', "") * 9 + plain.replace("note", key).replace('"x"', "7")))


def test_the_cases(recount):
    log = case("outcomes/train.csv")
    columns = Columns(outcome="winner_model_a,winner_model_b,winner_tie")
    log = read(log, reading=Reading(columns))
    board = analyse(log).leaderboard().to_frame().set_index("competitor")["rating"]
    assert board.to_dict() == pytest.approx({"x": 1075.16, "y": 984.50, "z": 940.34}, abs=0.01)
    assert analyse(log, position=True).effects().to_frame()["estimate"].tolist() == pytest.approx([-0.379], abs=1e-3)
    said = recount("rate", case("elobench/battled_pairs.csv"), "--outcomes", "tie(all bad)=both_bad,=skip,invalid=skip")
    assert said.code == 0
    assert "7 of 200 rows left out (outcome to be skipped: 7)" in said.err


def test_competitors_and_winners_by_number(write):
    """1 is the first competitor's score, the number of a side, or who won."""
    rows = [(1, 2, 1), (2, 1, 1), (1, 3, 3), (3, 2, 2), (2, 3, "tie")]
    frame = pd.DataFrame(rows, columns=list(HEADER))
    floats = pd.DataFrame([*rows[:4], (1, 2, None)], columns=list(HEADER))
    text = write("log.csv", in_bytes(".csv", rows))
    for log in (frame, text, floats):
        with pytest.raises(LabelError, match=r"the numbers are not all scores.*give --outcomes names if they name the winner, or '?1\S*=MEANING"):
            read_counts(log, max_rejected=1)
        votes, _ = read_votes(log, columns=Columns(outcomes="names"), max_rejected=0.2)
        assert votes.outcome.tolist()[:4] == [0, 1, 1, 1]
    two = pd.DataFrame([(0, 1, 1), (1, 0, 1), (0, 1, 0)], columns=list(HEADER))
    with pytest.raises(LabelError, match=r"give --outcomes scores if they are scores, or names if they name the winner, or '?1=MEANING"):
        read_counts(two)
    assert read_votes(two, columns=Columns(outcomes="names"))[0].outcome.tolist() == [1, 0, 0]


def test_counts_of_a_series():
    log = tally_of(["model_a"] * 5 + ["tie"] * 3)
    assert sums(log.value_counts()) == [5, 0, 3, 0]
    with pytest.raises(InputError, match="has a column '0', which may say how many votes"):
        read_counts(log.groupby(list(HEADER)).size())
    assert sums(log.groupby(list(HEADER)).size(), count="0") == [5, 0, 3, 0]


def test_counts_that_are_no_numbers_have_another_remedy():
    with pytest.raises(
        InputError, match=r"write counts as whole numbers, or, where rows are single votes, name another column with --count, or none$"
    ):
        read_counts(tally_of(["tie"] * 9).assign(count="1,000"))


def test_a_usual_word_beside_labels_that_were_given_a_meaning():
    """Of H, D and A, as football writes them, A is the side away."""

    def tally(labels):
        return pd.DataFrame({"model_a": "p", "model_b": "q", "winner": labels})

    log = tally(["H", "D", "A", "A"])
    with pytest.raises(LabelError, match="'A' means first, unless it is given another"):
        sums(log)
    with pytest.raises(
        LabelError, match=r"'A' keeps its usual meaning, first, as 'H' has, and no label says that the other side won; .*H=first,D=tie,A="
    ):
        sums(log, outcomes="H=first,D=tie")
    assert sums(log, outcomes="H=first,D=tie,A=second") == [1, 2, 1, 0]
    # Said of all, it is what was said; and where both sides win, nothing is odd.
    assert sums(log, outcomes="H=first,D=tie,A=first") == [3, 0, 1, 0]
    assert sums(tally(["x", "a", "b"]), outcomes="x=tie") == [1, 1, 1, 0]
    assert sums(tally(["x", "a", "b"]), outcomes="x=first") == [2, 1, 0, 0]


def test_columns_of_counts_given_for_the_outcome():
    log = pd.DataFrame({"model_a": ["p", "p", "q"], "model_b": ["q", "r", "r"], "one": [12, 3, 8], "two": [4, 9, 2], "ties": [1, 0, 2]})
    with pytest.raises(LabelError, match="may count votes; give --layout outcomes:one,two,ties in place of --winner"):
        sums(log, outcome="one,two,ties")
    assert sums(log, layout="outcomes:one,two,ties") == [23, 15, 3, 0]


def test_rows_without_an_outcome_beside_numbers():
    """A tie may be written as nothing; what to do about it is said, and not to leave more rows out."""
    log = tally_of([1, 0, None, None])
    with pytest.raises(LabelError, match=r"\(empty\) 2.*: the numbers may be scores .*=MEANING,=MEANING, each MEANING one of"):
        sums(log)
    with pytest.raises(LabelError, match=r"--outcomes 1=first,0=second,=MEANING, each MEANING one of"):
        sums(log, outcomes="1=first,0=second")
    assert sums(log, outcomes="1=first,0=second,=tie") == [1, 1, 2, 0]


def test_what_a_message_proposes_is_taken():
    """Labels that differ in case are one; and counts that are saved have no labels of which one could be named."""
    log = tally_of(["m", "M", "n", "n"])
    with pytest.raises(LabelError, match=r"--outcomes n=MEANING,[mM]=MEANING, each") as raised:
        read_counts(log)
    assert "=MEANING,m=MEANING,M" not in str(raised.value)
    assert sums(log, outcomes="n=second,M=first") == [2, 2, 0, 0]


def margins_of(log, **columns):
    return read_counts(log, columns=Columns(outcome="winner", outcomes="margins", **columns))[0].n_votes


@pytest.mark.parametrize("scale", [range(1, 6), range(5), range(100), [0.0, 0.15, 0.5, 0.85, 0.95], [-4, -3, -1, 0]], ids=str)
def test_a_scale_is_no_margin(scale):
    """One side would never win; what is proposed for a short one is taken, and margins where the winner stands first, or of few rows."""
    log = tally_of([label for label in scale for _ in range(20)])
    with pytest.raises(
        LabelError, match=r"no margin is (below|above) 0, so that the (first|second) never won, .*; write by how much the first is better"
    ):
        margins_of(log)
    assert margins_of(log.assign(winner=log["winner"] - (min(scale) + max(scale)) / 2)) == len(log)
    assert margins_of(log.rename(columns={"model_a": "winner_name", "winner": "by"}).rename(columns={"by": "winner"}), first="winner_name") == len(
        log
    )
    assert margins_of(log[:: 20 * len(scale)]) == 1


def test_margins_that_are_sorted():
    """Of more labels than are counted, the last ones are the others' wins."""
    margins = np.round(np.linspace(30, -30, 5001), 4)
    assert margins_of(tally_of(margins)) == 5001
    with pytest.raises(LabelError, match="no margin is below 0"):
        margins_of(tally_of(margins + 31))


def test_a_scale_by_its_labels():
    log = tally_of([1, 2, 3, 4, 5] * 20)
    with pytest.raises(LabelError, match="or give --outcomes 1=MEANING,2=MEANING,3=MEANING,4=MEANING,5=MEANING, each"):
        margins_of(log)
    assert sum(sums(log, outcomes="1=first,2=first,3=tie,4=second,5=second")) == 100


@pytest.mark.parametrize(("code", "meaning"), [(-9, "second"), (99, "first"), (-99, "second"), (888, "first"), (9, "first")])
def test_codes_for_none_are_no_margins(code, meaning):
    log = tally_of([*[-3, -2, -1, 0, 1, 2, 3] * 20, *[code] * 15])
    with pytest.raises(
        LabelError, match=f"'?{code}'? is far from the others .*; give --outcomes margins,{code}=skip if it does, or {code}={meaning}"
    ):
        margins_of(log)
    assert sum(sums(log, outcomes=f"margins,{code}={meaning}")) == 155
    # Large wins beside large ones are wins.
    assert margins_of(tally_of([*range(-8, 9), 9] * 5)) == 90


@pytest.mark.parametrize(
    ("value", "path"),
    [({"$numberInt": "3"}, "count.$numberInt"), ({"value": 3}, "count.value"), ([3], "count[0]"), ({"$numberLong": "3"}, "count.$numberLong")],
)
@pytest.mark.parametrize("ending", ["jsonl", "json"])
def test_a_count_within_an_object(tmp_path, value, path, ending):
    """As MongoDB writes numbers: never ignored, and the path that is proposed is taken."""
    rows = [{"model_a": "a", "model_b": "b", "winner": label, "count": value} for label in ("model_a", "model_b", "tie")]
    (tmp_path / f"log.{ending}").write_text("\n".join(map(json.dumps, rows)) if ending == "jsonl" else json.dumps(rows))
    with pytest.raises(InputError, match=f"has a column '{re.escape(path)}', which may say how many votes a row stands for"):
        read_counts(tmp_path / f"log.{ending}")
    assert sums(tmp_path / f"log.{ending}", count=path) == [3, 3, 3, 0]
    assert sums(tmp_path / f"log.{ending}", count="none") == [1, 1, 1, 0]
