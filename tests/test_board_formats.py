"""Published boards in every format that logs have, and with numbers as people write them."""

import gzip
import io
import json

import numpy as np
import pandas as pd
import pyarrow.feather
import pytest

from recount.data.boards.published import looks_like_board, read_board, read_history
from recount.engine.errors import InputError, OptionError
from tests.commands import one_line

BOARD = pd.DataFrame(
    {"model": ["x", "y, z"], "rating": [1287.5, 1190.25], "lower": [1280.5, 1180.25], "upper": [1294.5, 1200.25], "votes": [12345, 678]}
)


def text(separator, decimal=".", thousands=""):
    """The board as text."""

    def number(value):
        whole, _, decimals = f"{value:,}".partition(".")
        return whole.replace(",", thousands) + (decimal + decimals if decimals else "")

    sink = io.StringIO()
    written = BOARD.assign(**{name: BOARD[name].map(number) for name in ("rating", "lower", "upper", "votes")})
    written.to_csv(sink, sep=separator, index=False)
    return sink.getvalue()


FORMS = {
    "board.csv": text(",").encode(),
    "semicolons.csv": text(";").encode(),
    "commas.csv": text(";", ",").encode(),
    "points between thousands.csv": text(";", ",", ".").encode(),
    "commas between thousands.csv": text(",", ".", ",").encode(),
    "said.csv": ("sep=;\r\n" + text(";", ",")).encode(),
    "commented.csv": ("# copied by hand\n" + text(",")).encode(),
    "board.tsv": text("\t", ",").encode(),
    "board.txt": text("|").encode(),
    "utf-16.csv": text("\t").encode("utf-16"),
    "board.csv.gz": gzip.compress(text(",").encode()),
    "board.jsonl": "".join(f"{json.dumps(row)}\n" for row in BOARD.to_dict("records")).encode(),
    "board.json": json.dumps({"models": BOARD.to_dict("records")}).encode(),
    "board.json.gz": gzip.compress(json.dumps(BOARD.to_dict("records")).encode()),
}


def is_read(path):
    board = read_board(path)
    assert board.names == tuple(BOARD["model"])
    assert board.ratings.tolist() == BOARD["rating"].tolist()
    assert board.variances.tolist() == pytest.approx([(7 / 1.96) ** 2, (10 / 1.96) ** 2])
    assert board.n_votes.tolist() == BOARD["votes"].tolist()


@pytest.mark.parametrize("name", FORMS)
def test_every_format(tmp_path, name):
    (tmp_path / name).write_bytes(FORMS[name])
    assert looks_like_board(tmp_path / name)
    is_read(tmp_path / name)
    assert [board.names for board in read_history(tmp_path)] == [tuple(BOARD["model"])]


@pytest.mark.parametrize("ending", [".parquet", ".feather", ".unknown"])
def test_tables_of_arrow(tmp_path, ending):
    """By what they hold, whatever their names."""
    path = tmp_path / f"board{ending}"
    if ending == ".feather":
        pyarrow.feather.write_feather(BOARD, path)
    else:
        BOARD.to_parquet(path)
    is_read(path)


def test_the_command_reads_what_spreadsheets_write(recount, tmp_path):
    (tmp_path / "board.csv").write_text(text(";", ",", "."))
    assert "no competitor has a country" in one_line(recount("countries", "--board", tmp_path / "board.csv").err)
    assert "Board of 2 models; 'x' leads with 1287.5" in recount("check", tmp_path / "board.csv").out


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("x;1,200\ny;1,100\n", "has '1,200', which may be 1200 or 1.200; write decimals with a point, and nothing between thousands"),
        ("x;1.234\ny;1.180\n", "has '1.234', which may be 1234 or 1.234; write decimals with a point, and nothing between thousands"),
        ("x;1.234\ny;987\n", "has '1.234', which may be 1234 or 1.234"),
        ("x;1200,5\ny;1100.5\n", "has '1100.5' and '1200,5', whose marks mean different things"),
        ("x;1.200,5\ny;1,100.5\n", "whose marks mean different things"),
        ("x;1_200\ny;1100\n", "'rating' is '1_200' in row 1, which is no finite number; write it as 1234.5"),
        ("x;1200\ny;١١٠٠\n", "in row 2, which is no finite number"),
        ("x;1200 ± 5\ny;1100\n", "'rating' is '1200 ± 5' in row 1, which is no finite number"),
        ("x;72.1%\ny;61%\n", "'rating' is '72.1%' in row 1"),
        ("x;1,2,3\ny;1100\n", "'rating' is '1,2,3' in row 1"),
        ("x;1.20.0,5\ny;1100\n", "'rating' is '1.20.0,5' in row 1"),
        ("x\ny;1100\n", "has more or fewer fields than the header in row 1"),
        ("x;1200\ny;1100;3\n", "has more or fewer fields than the header in row 2"),
    ],
)
def test_numbers_that_may_mean_two_things(tmp_path, rows, said):
    path = tmp_path / "board.csv"
    path.write_text("model;rating\n" + rows, encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_board(path)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_numbers_that_prove_what_others_mean(tmp_path):
    """Votes have no decimals, and one number with decimals says what the marks of all mean."""
    for rows, ratings in (
        ("x;1,287;12,345\ny;1,100;7,000\n", [1287, 1100]),
        ("x;1.287;5\ny;1100,5;7\n", [1287, 1100.5]),
        ("x;1,287,000;5\ny;1,100;7\n", [1_287_000, 1100]),
        ("x;1.287;5\ny;1.1;7\n", [1.287, 1.1]),
        ("x;1.287;5\ny;0.512;7\n", [1.287, 0.512]),
        ("x;1.287;12.345\ny;1.100;9.876\n", [1287, 1100]),
        ("x;1287.512;12000.000\ny;1100.101;9.000\n", [1287.512, 1100.101]),
    ):
        (tmp_path / "board.csv").write_text("model;rating;votes\n" + rows)
        assert read_board(tmp_path / "board.csv").ratings.tolist() == ratings
    (tmp_path / "board.csv").write_text("model;arena_score;95_pct_ci\nx;1287,5;+5,5/-4,5\n")
    assert read_board(tmp_path / "board.csv").variances == pytest.approx((5 / 1.96) ** 2)


def test_votes_that_are_not_whole(tmp_path):
    """Numbers of votes between thousands, which a spreadsheet made decimals of."""
    for text in ('[{"model": "x", "rating": 1200, "votes": 12.345}]', '[{"model": "x", "rating": 1200, "votes": -3}]'):
        (tmp_path / "board.json").write_text(text)
        with pytest.raises(InputError, match=r"'votes' is .* in row 1, which is no number of votes; write a whole number"):
            read_board(tmp_path / "board.json")


def test_a_separator_that_is_not_certain(tmp_path):
    """Names of columns say which it is; logs' own option is not spoken of."""
    (tmp_path / "board.csv").write_text("a,b;c,d\nx,1;2,3\ny,4;5,6\n")
    with pytest.raises(InputError, match="comma and semicolon; name its columns with board_columns, or save it with one of them"):
        read_board(tmp_path / "board.csv")
    assert read_board(tmp_path / "board.csv", columns="name=a,rating=d").ratings.tolist() == [3, 6]


def test_text_that_is_not_utf_8(recount, tmp_path):
    (tmp_path / "board.csv").write_bytes("model,rating\nü,1200\nx,1100\n".encode("latin-1"))
    assert "holds text that is not UTF-8; save it as UTF-8" in one_line(recount("countries", "--board", tmp_path / "board.csv").err)


def test_a_rating_outside_of_its_interval(tmp_path):
    """By more than rounding; within it, the remark says where the ends are."""
    (tmp_path / "board.csv").write_text("name,rating,lower,upper\nx,1200,1201,1210\ny,1100,1090,1110\n")
    with pytest.raises(InputError, match="interval of 'x', 1201 to 1210, does not hold its rating, 1200"):
        read_board(tmp_path / "board.csv")
    (tmp_path / "board.csv").write_text("name,rating,lower,upper\nx,1200,1200.4,1210\ny,1100,1090,1110\n")
    board = read_board(tmp_path / "board.csv")
    assert any(remark.endswith("('x': stated +10 and +0.4)") for remark in board.remarks)
    assert np.isfinite(board.variances).all()


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ("name=m,rating=r,error=e,variance=v", "variance and error, which say in several ways"),
        ("name=m,rating=r,error=v,variance=v", "variance and error, which say in several ways"),
        ("name=m,rating=r,lower=e", "one end of the interval"),
        ("name=m,rating=r,votes=r", "names a column twice"),
    ],
)
def test_columns_that_contradict(tmp_path, columns, said):
    (tmp_path / "board.csv").write_text("m,r,e,v\na,1300,5,400\nb,1200,4,400\n")
    with pytest.raises(OptionError, match=said):
        read_board(tmp_path / "board.csv", columns=columns)


def test_dates_are_days(tmp_path):
    """As every form of ISO 8601 has them, and as pages write them; a board without a date has none to ask for."""
    for written in ("2024-02-01", "20240201", "2024-02-01T10:00:00Z", "Feb 1, 2024"):
        pd.DataFrame({"name": ["a", "b"], "rating": [1300, 1200], "date": written}).to_csv(tmp_path / "board.csv", index=False)
        assert read_board(tmp_path / "board.csv", date="2024-02-01").date == "2024-02-01"
    (tmp_path / "undated.csv").write_text("name,rating\na,1300\nb,1200\n")
    with pytest.raises(OptionError, match="says no date; leave it out"):
        read_board(tmp_path / "undated.csv", date="2024-02-01")
