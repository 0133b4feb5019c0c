"""The catalogue of models: complete, possible, sourced; and catalogues that are not."""

import re

import pytest

from data import ARENA_VOTES, read_catalogue, read_counts
from data.catalogue import COLUMNS, LICENCE_CLASSES
from engine import InputError

SOURCE_OF = {
    "organisation": "source_organisation",
    "country": "source_country",
    "licence": "source_licence",
    "licence_class": "source_licence",
    "total_parameters_b": "source_parameters",
    "active_parameters_b": "source_parameters",
    "release_date": "source_release_date",
}


@pytest.fixture(scope="module")
def catalogue():
    return read_catalogue()


def test_one_row_a_model_of_the_bundled_votes(catalogue):
    assert sorted(catalogue.index) == sorted(read_counts(ARENA_VOTES)[0].names)
    assert len(catalogue) == 129


@pytest.mark.parametrize(("fact", "source"), SOURCE_OF.items())
def test_every_fact_has_a_source_and_every_source_a_fact(catalogue, fact, source):
    known = catalogue[fact].notna() & (catalogue[fact].astype(str) != "")
    assert catalogue.index[known != (catalogue[source] != "")].tolist() == []


def test_facts_are_possible(catalogue):
    assert catalogue["country"].str.fullmatch("([A-Z]{2})?").all()
    assert catalogue["licence_class"].isin(LICENCE_CLASSES).all()
    assert catalogue["release_date"].str.fullmatch(r"(20\d\d-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?").all()
    # The votes end on that day.
    assert (catalogue["release_date"] <= "2024-08-14").all()
    sized = catalogue.dropna(subset="total_parameters_b")
    assert (sized["active_parameters_b"] <= sized["total_parameters_b"]).all()
    assert (catalogue["total_parameters_b"].isna() == catalogue["active_parameters_b"].isna()).all()


def test_names_that_say_the_size_agree_with_it(catalogue):
    """`llama-2-70b-chat` has 70 billion parameters; names round (Gemma 7B has 8.5), and mixtures of experts (`8x7b`) are named otherwise."""
    for key, total in catalogue["total_parameters_b"].dropna().items():
        if named := re.search(r"(?<![\dx.])(\d+(?:\.\d+)?)b(?![a-z])", key.lower()):
            assert total == pytest.approx(float(named[1]), rel=0.25, abs=1), key


def test_one_organisation_has_one_country(catalogue):
    assert catalogue.groupby("organisation")["country"].nunique().max() == 1


HEADER = ",".join(COLUMNS) + "\n"
BAD = {
    "empty": (b"", "cannot be read"),
    "no column": (b"key,organisation,country\na,x,US\n", "no column 'licence_class'"),
    "key twice": (HEADER.encode() + b"a,x,US,proprietary,\na,y,FR,proprietary,\n", "the key 'a' twice"),
    "licence class": (HEADER.encode() + b"a,x,US,libre,\n", "licence class 'libre'; allowed are"),
    "size is text": (HEADER.encode() + b"a,x,US,proprietary,many\n", "total_parameters_b holds a value that is no number"),
    "size 0": (HEADER.encode() + b"a,x,US,proprietary,0\n", "total_parameters_b holds a value that is not positive"),
    "ragged": (HEADER.encode() + b"a,x,US,proprietary,1,2,3,4,5,6\nb\n", "licence class|cannot be read"),
    "latin 1": (HEADER.encode() + "a,é,FR,proprietary,\n".encode("latin1"), "cannot be read"),
    "utf 16": (HEADER.encode("utf-16"), "cannot be read"),
    "binary": (bytes(range(256)) * 40, "cannot be read|no column"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_catalogues(tmp_path, case):
    path = tmp_path / "catalogue.csv"
    path.write_bytes(BAD[case][0])
    with pytest.raises(InputError, match=BAD[case][1]) as caught:
        read_catalogue(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_catalogue(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read_catalogue(path)


def test_unknown_is_missing(tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_text(HEADER + "NA,None,NA,,\n", encoding="utf-8")
    row = read_catalogue(path).loc["NA"]
    # Namibia, and nobody's missing value.
    assert (row["organisation"], row["country"], row["licence_class"]) == ("None", "NA", "")
    assert row["total_parameters_b"] != row["total_parameters_b"]
