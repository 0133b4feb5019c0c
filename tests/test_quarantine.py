"""Why a row is no vote, how many may be, and which names look alike."""

import numpy as np
import pytest

from recount.data.choices import Columns
from recount.data.outcomes import OutcomeCodes
from recount.data.quarantine import UNPARSABLE, Quarantine, check_share, describe, name_fault, shown
from recount.data.rejects import N_KEPT, Rejects, UnparsableLines
from recount.engine import InputError, OptionError

COLUMNS = Columns("left", "right", "vote")
NAMES = ["a", "gpt-4", "名前", "a😀", "👩‍💻", 'say "hi"', "<b>x</b>", "=1+1", "a,b", "O'Neil", "-", "x" * 1000, "a b", "null-1", "é", "é"]
NO_NAMES = {
    "missing name": [None, float("nan"), "", " ", "\t", "NaN", "nan", "None", "null", "<NA>"],
    "name of the wrong type": [1, 1.5, True, ["a"], {"a": 1}],
    "name is not UTF-8": [b"\xe9", "\ud800", "a\ufffd"],
    "name of more than 1000 characters": ["x" * 1001],
    "name with a line break or control character": ["a\nb", "a\rb", "\x1b[31mred", "a\0", "a\x7f", "a\u2028b", "a\x9bb"],
}


def described(first, second, outcome, n_of_row=1):
    return describe(first, second, outcome, n_of_row, outcome_code=OutcomeCodes(COLUMNS).code(outcome), columns=COLUMNS)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_are_taken_as_they_are(name):
    assert name_fault(name) is None


@pytest.mark.parametrize(("reason", "name"), [(reason, name) for reason, names in NO_NAMES.items() for name in names], ids=ascii)
def test_what_is_no_name(reason, name):
    assert name_fault(name) == reason
    assert described(name, "b", "tie") == (reason, f"left={shown(name)}")
    assert described("b", name, "tie") == (reason, f"right={shown(name)}")


@pytest.mark.parametrize(
    ("row", "reason", "value"),
    [
        (("a", "b", None), "missing outcome", "vote=None"),
        (("a", "b", " "), "missing outcome", "vote=' '"),
        (("a", "b", "NaN"), "missing outcome", "vote='NaN'"),
        (("a", "b", float("nan")), "missing outcome", "vote=nan"),
        (("a", "b", "win"), "unknown outcome", "vote='win'"),
        (("a", "b", 3), "unknown outcome", "vote=3"),
        (("a", "b", "a\x1b[31m\n"), "unknown outcome", r"vote='a\x1b[31m\n'"),
        (("a", "a", "tie"), "competitor against itself", "left=right='a'"),
        (("a", "b", "tie", "x"), "count is not a whole number, 0 or more", "count='x'"),
    ],
)
def test_reasons(row, reason, value):
    assert described(*row) == (reason, value)


def test_shown_is_one_short_harmless_line():
    for value in ("x" * 10_000, "\x1b]0;title\x07\n", b"\xff" * 1000, ["\n"] * 1000):
        text = shown(value)
        assert len(text) <= 80
        assert text.isprintable()


def unparsable(rejects, source, *rows):
    lines = UnparsableLines()
    for row, text in rows:
        lines.add(row, text)
    rejects.add_unparsable(source, lines, UNPARSABLE, shown)


def quarantine(n_bad, n_rows):
    rejects = Rejects()
    unparsable(rejects, "log.csv", *((i + 1, "?") for i in range(n_bad)))
    return Quarantine(n_rows, rejects.n_of_reason, rejects.kept(), rejects.alike(), ())


def test_share_of_rejects():
    quarantine(0, 0).check(0.0)
    quarantine(0, 10).check(0.0)
    quarantine(1, 100).check(0.01)
    quarantine(100, 100).check(1.0)
    with pytest.raises(InputError, match=r"2 of 100 rows are no votes \(unparsable line: 2; first: log.csv row 1, '\?'\); more than 0.01"):
        quarantine(2, 100).check(0.01)
    with pytest.raises(InputError, match="1 of 100"):
        quarantine(1, 100).check(0.0)


@pytest.mark.parametrize("share", [-0.1, 1.1, float("nan"), float("inf")])
def test_impossible_shares(share):
    with pytest.raises(OptionError, match="max_rejected"):
        check_share(share)


def test_rejects_stand_by_source_and_row():
    rejects = Rejects()
    assert list(rejects.kept().columns) == ["source", "row", "reason", "value"]
    assert list(rejects.alike().columns) == ["source", "row", "reason", "value", "n"]
    unparsable(rejects, "b.csv", (7, "x"), (2, "y"))
    unparsable(rejects, "a.csv", (1, "z"))
    unparsable(rejects, "b.csv", (3, "w"))
    kept = rejects.kept()
    assert list(zip(kept["source"], kept["row"], strict=True)) == [("b.csv", 2), ("b.csv", 3), ("b.csv", 7), ("a.csv", 1)]
    assert quarantine(3, 5).by_reason().to_dict() == {"unparsable line": 3}


def test_all_are_counted_and_the_first_are_kept():
    """By reason; two reasons in turn, the values of the second all different."""
    rejects, n = Rejects(), 5 * N_KEPT
    for start in range(0, n, 500):
        kinds = [("one", "x"), *(("two", str(start + i)) for i in range(250))]
        kind_of_row = np.array([0 if i % 2 else 1 + i // 2 for i in range(500)])
        rejects.add("log.csv", kinds, kind_of_row, lambda places, start=start: places + start + 1)
    assert rejects.n_of_reason == {"one": n // 2, "two": n // 2}
    kept, alike = rejects.kept(), rejects.alike()
    assert kept["row"].tolist() == list(range(1, 2 * N_KEPT + 1))
    assert kept["reason"].tolist() == ["two", "one"] * N_KEPT
    assert alike[alike["reason"] == "one"][["row", "n"]].values.tolist() == [[2, n // 2]]
    assert alike[alike["reason"] == "two"]["n"].tolist() == [1] * N_KEPT
