"""One rule for names, labels and counts, whatever the format and whoever wrote the file."""

import itertools
import json
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.data.labels import as_text, is_missing, number_in
from recount.engine.choices import Weights
from recount.engine.errors import InputError, LabelError, OptionError
from recount.engine.votes import labels_of
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from recount.sims.specification import Specification
from tests.logs import HEADER

VOTES = pd.DataFrame([("a", "b", "model_a"), ("b", "c", "model_b"), ("c", "a", "tie"), ("a", "c", "model_a")] * 3, columns=list(HEADER))
KINDS = ("frame", "arrow", "csv", "parquet", "jsonl", "by line")


def in_kind(frame, kind, folder, name="log"):
    """A frame as a file or a table."""
    if kind == "frame":
        return frame
    if kind == "arrow":
        return pa.Table.from_pandas(frame)
    path = folder / f"{name}.{'jsonl' if kind == 'by line' else kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    elif kind == "parquet":
        frame.to_parquet(path)
    else:
        # A line that is no vote makes the others be read one by one.
        rows = (json.dumps(row, default=float) for row in frame.astype(object).where(frame.notna(), None).to_dict("records"))
        path.write_text("\n".join(rows) + ("\n[]\n" if kind == "by line" else "\n"))
    return path


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(KINDS, 2)))
@pytest.mark.parametrize("others", [[], ["x"], [None], [2.5]], ids=str)
def test_whole_numbers_are_one_label_in_two_files(tmp_path, one, other, others):
    """Whole numbers in one, floats in the other, alone or beside other labels: as many voters as there are, and as many for clusters."""
    whole, floats = [1, 2, 3, *others] * 12, [1.0, 2.0, 3.0, *others] * 12
    sources = [
        in_kind(VOTES.assign(voter=pd.Series(voters[:12], dtype=None if "x" not in others else "str")), kind, tmp_path, name)
        for kind, voters, name in ((one, whole, "one"), (other, floats, "other"))
    ]
    votes, _ = read_votes(*sources, keep=["voter"], max_rejected=0.2)
    codes, n_labels, n_alone = labels_of(votes, "voter")
    assert n_labels - n_alone == 3 + len([label for label in others if label is not None])
    assert codes[:3].tolist() == codes[12:15].tolist()


@pytest.mark.parametrize("column", ["by", "clusters"])
def test_categories_and_clusters_of_two_files(tmp_path, column):
    """Ratings are those of one file in which every label is written alike."""
    choices = {"by": "voter"} if column == "by" else {"clusters": ("voter",)}
    choices["existence"] = "prior"
    voter = np.arange(12) % 3 + 1
    sources = [in_kind(VOTES.assign(voter=voter), "csv", tmp_path), in_kind(VOTES.assign(voter=voter + 0.0), "csv", tmp_path, "other")]
    found = analyse(read(*sources), Specification(**choices)).leaderboard().to_frame()
    expected = analyse(read(pd.concat([VOTES, VOTES]).assign(voter=[*voter, *voter])), Specification(**choices)).leaderboard().to_frame()
    pd.testing.assert_frame_equal(found, expected)


# As typed values; text of a file or a column stays as it is written.
NAMES = {
    "whole": ([1, 2, 3], ("1", "2", "3")),
    "floats": ([1.0, 2.0, 3.0], ("1", "2", "3")),
    "text of floats": (["1.0", "2.0", "3.00"], ("1.0", "2.0", "3.00")),
    "versions": ([1.5, 2.0, 3.5], ("1.5", "2", "3.5")),
    "versions as text": (["1.10", "1.1", "2.0.0"], ("1.1", "1.10", "2.0.0")),
    "truth": ([True, False, 2], ("2", "False", "True")),
    "zeros in front": (["007", "7", "7.0.0"], ("007", "7", "7.0.0")),
    "decimals": ([Decimal("1.00"), Decimal("2.50"), Decimal("3.00")], ("1", "2.50", "3")),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("case", NAMES)
def test_names_from_every_format(tmp_path, kind, case):
    values, expected = NAMES[case]
    if case == "truth" and kind in ("arrow", "parquet"):
        values = [True, False, True]
        expected = ("False", "True")
    if case == "decimals" and "l" in kind:
        pytest.skip("JSON has no decimals")
    if kind == "csv":
        expected = tuple(sorted(map(str, values)))
    rows = [(values[i], values[(i + 1) % 3], "tie") for i in (0, 1, 0, 1, 0, 1)]
    counts, quarantine = read_counts(in_kind(pd.DataFrame(rows, columns=list(HEADER)), kind, tmp_path), max_rejected=0.2)
    assert counts.names == expected
    assert quarantine.n_rejected == (kind == "by line")
    votes, _ = read_votes(in_kind(pd.DataFrame(rows, columns=list(HEADER)), kind, tmp_path), max_rejected=0.2)
    assert sorted(votes.names) == sorted(expected)


def test_numbers_of_32_bits_are_names_as_they_print():
    rows = pd.DataFrame({"model_a": np.array([3.1, 4.1], np.float32), "model_b": ["x", "y"], "winner": ["tie", "tie"]})
    assert read_counts(rows)[0].names == ("3.1", "4.1", "x", "y")
    assert read_counts(pa.Table.from_pandas(rows))[0].names == ("3.1", "4.1", "x", "y")


COUNTS = {
    "5": 5,
    " 5 ": 5,
    "+5": 5,
    "5.0": 5,
    "5e0": 5,
    "1e3": 1000,
    "1E+3": 1000,
    "1_0": None,
    "\N{ARABIC-INDIC DIGIT FIVE}": None,
    "\N{FULLWIDTH DIGIT FIVE}": None,
    "5.5": None,
    "-5": None,
    "0x10": None,
    "inf": None,
    "nan": None,
    "9007199254740993": None,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", COUNTS)
def test_counts_as_text(tmp_path, kind, text):
    """Digits 0 to 9, a point and a power of ten, wherever they stand; nothing else, and what is none is counted."""
    frame = pd.concat([VOTES[:4].assign(count=text), VOTES[:4].assign(count="7")])
    counts, quarantine = read_counts(in_kind(frame, kind, tmp_path), max_rejected=1)
    assert counts.n_votes == 28 + 4 * (COUNTS[text] or 0)
    assert quarantine.n_of_reason.get("count is not a whole number, 0 or more", 0) == (0 if COUNTS[text] else 4)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", ["1,000", "1.000", "12.345", "1.234.567"])
def test_counts_with_marks_between_thousands(tmp_path, kind, text):
    """They are refused whatever share may be left out: the largest counts would be lost, or be a thousandth."""
    frame = pd.concat([VOTES[:4].assign(count=text), VOTES[:4].assign(count="950")])
    with pytest.raises(InputError, match=f"a number of votes is '{text}'"):
        read_counts(in_kind(frame, kind, tmp_path), max_rejected=1)
    # Programs write whole numbers with a point and zeros.
    if not text.strip("1.0"):
        frame = pd.concat([VOTES[:4].assign(count=text), VOTES[:4].assign(count="950.0")])
        assert read_counts(in_kind(frame, kind, tmp_path), max_rejected=1)[0].n_votes == 4 * 951


@pytest.mark.parametrize(
    "count",
    [
        pa.array([Decimal("5")] * 4),
        pa.array([Decimal("5.00")] * 4, pa.decimal128(38, 2)),
        pa.array([Decimal("5")] * 4, pa.decimal256(70, 3)),
        pa.array([5.0] * 4, pa.float32()),
        pa.array([5.0] * 4, pa.float16()),
        pa.array([5] * 4, pa.uint64()),
        pa.array([5] * 4, pa.int8()).dictionary_encode(),
        pa.array(["5"] * 4, pa.string_view()),
    ],
    ids=lambda array: str(array.type).replace(" ", ""),
)
def test_counts_of_every_type(tmp_path, count):
    table = pa.Table.from_pandas(VOTES[:4]).append_column("count", count)
    assert read_counts(table)[0].n_votes == 20
    assert read_counts(in_kind(table.to_pandas(), "frame", tmp_path))[0].n_votes == 20


@pytest.mark.parametrize("value", [True, Decimal("5.5"), Decimal("NaN"), 5.5])
def test_what_is_no_count(value):
    assert read_counts(VOTES[:4].assign(count=pd.Series([value] * 4, dtype=object)), max_rejected=1)[0].n_votes == 0


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("word", ["nan", "NaN", "None", "null", "NULL", "<NA>", "NaT", "", " "])
def test_words_for_nothing_are_missing_everywhere(tmp_path, kind, word):
    """In names, outcomes and labels alike."""
    frame = VOTES.assign(voter=["v", word, "w"] * 4)
    frame.loc[0, "model_a"], frame.loc[1, "winner"] = word, word
    votes, quarantine = read_votes(in_kind(frame, kind, tmp_path), keep=["voter"], max_rejected=1)
    assert (quarantine.n_of_reason["missing name"], quarantine.n_of_reason["missing outcome"]) == (1, 1)
    assert labels_of(votes, "voter")[1:] == (2 + 3, 3)
    assert read_votes(in_kind(frame, kind, tmp_path), columns=Columns(outcomes="=tie"), max_rejected=1)[0].n_votes == 11


@pytest.mark.parametrize("word", ["NA", "N/A", "none", "n/a", "nil"])
def test_other_words_are_told(word):
    """They may be labels, as none is one of tools, and NA of countries."""
    frame = VOTES.assign(voter=["v", word, "w"] * 4)
    notes = list(analyse(read(frame), Specification(clusters=("voter",), existence="prior")).notes())
    assert any(f"labels of 'voter' that some programs write for a missing value, taken as they are: {word!r}" in note for note in notes)
    frame.loc[0, "model_a"] = word
    _, quarantine = read_counts(frame)
    assert quarantine.words_for_missing == (word,)


@pytest.mark.parametrize(
    ("outcomes", "part", "why"),
    [
        ("foo=first", "foo", "no row has that label"),
        ("model_a=first,foo=tie", "foo", "no row has that label"),
        ("=tie", "", "no row has that label"),
        ("names=first", "names", "no row has that label"),
        ("sides", "sides", "no side has the name of a competitor"),
        ("scores", "scores", "no label is 1, 0.5 or 0"),
        ("scores,model_a=first", "scores", "no label is 1, 0.5 or 0"),
        ("names,model_a=first,model_b=second", "names", "no label names a competitor of its row"),
    ],
)
def test_meanings_without_effect_are_refused(outcomes, part, why):
    for reader in (read_counts, read_votes):
        with pytest.raises(OptionError, match=f"outcomes is .*, where {part!r} has no effect, because {why}; .* 'model_a' 6, 'model_b' 3, 'tie' 3"):
            reader(VOTES, columns=Columns(outcomes=outcomes))


def test_meanings_that_later_rows_need(tmp_path):
    """Of the second file, or of a category that is in a dictionary and in a row."""
    later = VOTES.assign(winner="won")
    assert read_counts(VOTES, later, columns=Columns(outcomes="won=first"))[0].n_votes == 24
    unused = VOTES.assign(winner=pd.Categorical(VOTES["winner"], ["model_a", "model_b", "tie", "won"]))
    with pytest.raises(OptionError, match="'won' has no effect"):
        read_counts(unused, columns=Columns(outcomes="won=first"))


def test_nearly_a_name_is_none():
    """What a label names is decided by equal text, and nearly equal text is told as such."""
    log = pd.DataFrame([("x", "y", "X"), ("y", "x", "x"), ("x", "y", "y ")], columns=list(HEADER))
    with pytest.raises(LabelError, match="'X' is the name of a competitor but for case or space; write both alike"):
        read_counts(log, columns=Columns(outcomes="names"))
    assert read_counts(log, columns=Columns(outcomes="names"), max_rejected=1)[0].n_votes == 1


def test_names_of_competitors_stay_the_type_they_are_in_a_dictionary():
    with pytest.raises(InputError, match=r"holds date32.*names of competitors are text or numbers"):
        read_counts(pa.table({"model_a": pa.array([1, 2], pa.date32()), "model_b": ["a", "b"], "winner": ["tie", "tie"]}))


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        (1, "1", 1.0),
        (1.0, "1", 1.0),
        ("1.", "1", 1.0),
        (-0.0, "0", 0.0),
        ("0.0", "0", 0.0),
        ("10.00", "10", 10.0),
        ("1.50", "1.50", 1.5),
        (1e15, "1000000000000000", 1e15),
        (True, "True", None),
        ("00.0", "00.0", 0.0),
        (Decimal("3.000"), "3", 3.0),
        (10**400, str(10**400), None),
        (["a"], ["a"], None),
        (None, None, None),
    ],
)
def test_one_value(value, text, number):
    assert as_text(value) == text
    found = number_in(value)
    assert found == number or (number is None and np.isnan(found))
    assert is_missing(value) == (value is None)


@pytest.mark.parametrize("other", ["V", "v ", "v\u200b", "\N{FULLWIDTH LATIN SMALL LETTER V}"], ids=ascii)
@pytest.mark.parametrize(
    "choices", [{"clusters": ("voter",)}, {"by": "voter"}, {"weights": Weights.voters("voter")}, {"category_effects": ("voter",)}], ids=str
)
def test_labels_that_look_alike_are_told(other, choices):
    """Of clusters, weights, categories and covariates as of names; they are kept apart."""
    frame = pd.concat([VOTES] * 4).assign(voter=["v", other, "w", "w"] * 12)
    if "category_effects" in choices:
        choices = {**choices, "ridge": 1.0}
    notes = analyse(read(frame), Specification(existence="prior", **choices)).leaderboard().notes
    assert any(note.startswith("labels of 'voter' that look alike (space, case, hidden") and "kept apart" in note for note in notes)


def test_very_many_labels_that_look_alike():
    frame = pd.concat([VOTES] * 4).assign(voter=[f"{'vV'[i % 2]}{i // 2}" for i in range(48)])
    notes = [note for note in analyse(read(frame), Specification(clusters=("voter",), existence="prior")).notes() if "look alike" in note]
    assert len(notes) == 6
    assert notes[-1] == "labels of 'voter' that look alike: 19 groups more"


def test_nothing_is_said_of_labels_that_all_mean_something():
    log = pd.DataFrame([("x", "y", "x"), ("y", "x", "x"), ("x", "y", "y")], columns=list(HEADER))
    assert read_counts(log, columns=Columns(outcomes="names"))[1].without_meaning is None


def test_records_without_a_key_are_no_shape(tmp_path):
    """What begins with an empty object is told in a line."""
    (tmp_path / "log.jsonl").write_text("{}\n{}\n")
    with pytest.raises(InputError, match="no line has a value of 'model_a'"):
        check(read(tmp_path / "log.jsonl"))


@pytest.mark.parametrize("kind", KINDS)
def test_versions_are_two_names(tmp_path, kind):
    """2 and 2.0 as text are two competitors, told to look alike; a winner who is named is found in either form."""
    rows = [("2", "2.0", "2"), ("2.0", "x", "2.0"), ("x", "2", "x"), ("2", "2.0", "2.0")] * 3
    counts, quarantine = read_counts(
        in_kind(pd.DataFrame(rows, columns=list(HEADER)), kind, tmp_path), max_rejected=0.1, columns=Columns(outcomes="names")
    )
    assert sorted(counts.names) == ["2", "2.0", "x"]
    assert ("2", "2.0") in quarantine.lookalikes
    assert counts.n_votes == 12
    floats = [("1", "2", "1.0"), ("2", "3", "2.0"), ("3", "1", "3.0"), ("1", "3", "3.0")] * 3
    counts, _ = read_counts(
        in_kind(pd.DataFrame(floats, columns=list(HEADER)), kind, tmp_path, "other"), max_rejected=0.1, columns=Columns(outcomes="names")
    )
    assert (counts.names, counts.n_votes) == (("1", "2", "3"), 12)
