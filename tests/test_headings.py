"""Where the names of columns stand: below comments, empty lines and what spreadsheets write, and not where a vote stands."""

import io

import pandas as pd
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine import InputError
from tests.commands import one_line
from tests.logs import HEADER, cells, cells_of, in_bytes, rows_of, some_votes

VOTES = some_votes(40)
LOG = in_bytes(".csv", VOTES).decode()


def put(tmp_path, text, name="log.csv"):
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


@pytest.mark.parametrize(
    "above",
    [
        "# exported 2024\n",
        "# by us, in haste, 2024\n",
        "# a\n\n# b, c\n",
        "\n\n",
        "\r\n# a\r\n",
        "sep=,\n",
        '"sep=,"\n# and a comment\n',
        "#\n" * 300,
    ],
)
def test_lines_above_the_names(tmp_path, above):
    """They are no votes, and rows are numbered as without them."""
    path = put(tmp_path, above + LOG + "a,b\nx,x,tie\n")
    votes, quarantine = read_votes(path, max_rejected=1.0)
    assert cells_of(read_counts(path, max_rejected=1.0)[0]) == cells(VOTES)
    assert len(rows_of(votes)) == 40
    assert quarantine.n_rows == 42
    assert sorted(quarantine.rejects["row"]) == [41, 42]


def test_a_separator_that_a_spreadsheet_says(tmp_path):
    votes = LOG.replace("a,b", "a;b")
    plain = io.StringIO()
    pd.DataFrame(VOTES, columns=HEADER).to_csv(plain, sep=";", index=False)
    path = put(tmp_path, "sep=;\r\n" + plain.getvalue())
    assert cells_of(read_counts(path)[0]) == cells(VOTES)
    assert cells_of(read_counts(path, columns=Columns(separator="semicolon"))[0]) == cells(VOTES)
    with pytest.raises(InputError, match="says 'sep=;' in its first line, and not --separator comma; leave one of them out"):
        read_counts(path, columns=Columns(separator="comma"))
    with pytest.raises(InputError, match="says 'sep=:' in its first line; fields are separated by comma, semicolon, tab, bar"):
        read_counts(put(tmp_path, "sep=:\n" + votes))


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("#,model_a,model_b,winner\n1,a,b,tie\n", Columns()),
        ("#left,right,won\na,b,tie\n", Columns("#left", "right", "won")),
        ("## made by us\n#left,right,won\na,b,tie\n", Columns("#left", "right", "won")),
    ],
)
def test_names_that_begin_as_a_comment(tmp_path, text, columns):
    assert cells_of(read_counts(put(tmp_path, text), columns=columns)[0]) == {("a", "b", "tie"): 1}


def test_a_title_above_the_names(recount, tmp_path):
    """Which line holds them is said; nothing is taken for them."""
    for command in ("check", "rate"):
        said = recount(command, put(tmp_path, "Votes of our arena\nExport,2024-01-01\n" + LOG))
        assert said.code == 2
        assert one_line(said.err).endswith("has its names of columns in line 3, not in line 1, 'Votes of our arena'; remove what is above them")


def test_a_log_without_names(recount, tmp_path):
    """Its first line is a vote, which would be lost; also of a table in memory, and however the columns are named."""
    path = put(tmp_path, LOG.partition("\n")[2])
    first, second, winner = VOTES[0]
    said = recount("check", path)
    assert said.code == 2
    assert "has no line of names: " in one_line(said.err)
    assert "write the names of the columns above" in said.err
    columns = Columns(first, second, winner)
    for source in (path, pd.read_csv(path)):
        for read in (read_counts, read_votes):
            with pytest.raises(InputError, match="the first line is a vote; write names above it"):
                read(source, columns=columns)
    # Competitors may be called as columns are.
    assert read_counts(put(tmp_path, "model_a,model_b,winner\nmodel_a,model_b,tie\n"))[0].n_votes == 1


def test_spaces_around_names(recount, tmp_path):
    """As people write them; what reads them is proposed, and reads them."""
    path = put(tmp_path, LOG.replace("model_a,model_b,winner", "model_a, model_b, winner", 1))
    frame = recount("check", path).frame("item")
    assert frame.loc["reads the log", "value"].endswith("--model-b ' model_b' --winner ' winner'")
    assert cells_of(read_counts(path, columns=Columns("model_a", " model_b", " winner"))[0]) == cells(VOTES)
