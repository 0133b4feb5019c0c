"""Texts that were joined with their lines of names: these lines are told and left out, whatever else they could be taken for."""

import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine import InputError
from tests.logs import cells_of

VOTES = [("a", "b", "model_a"), ("b", "c", "tie"), ("c", "a", "model_b"), ("a", "c", "model_a")] * 40
RIGHT = {("a", "b", "model_a"): 40, ("b", "c", "tie"): 40, ("c", "a", "model_b"): 40, ("a", "c", "model_a"): 40}


def text_of(header, rows):
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("reader", [read_counts, read_votes])
def test_a_line_of_names_again_is_left_out_and_told(write, reader, mark):
    text = text_of("model_a,model_b,winner", VOTES[:80]) + mark + text_of("model_a,model_b,winner", VOTES[80:])
    found, quarantine = reader(write("log.csv", text))
    assert found.names == ("a", "b", "c")
    assert found.n_votes == 160
    assert quarantine.rejects[["row", "reason", "value"]].values.tolist() == [[81, "names of the columns again", f"model_a={mark + 'model_a'!r}"]]
    assert quarantine.without_meaning is None
    assert quarantine.n_rows == 161


def test_of_other_columns(write):
    """Scores, flags, counts, winners by name; and columns whose names are no words for an outcome."""
    usual = [(a, b, {"model_a": a, "model_b": b}.get(o, "tie")) for a, b, o in VOTES]
    for header, rows, columns in (
        ("x,y,sa,sb", [(a, b, *{"model_a": (3, 1), "tie": (2, 2), "model_b": (0, 5)}[o]) for a, b, o in VOTES], Columns("x", "y", "sa,sb")),
        ("x,y,f,s,t", [(a, b, *(int(o == one) for one in ("model_a", "model_b", "tie"))) for a, b, o in VOTES], Columns("x", "y", "f,s,t")),
        ("x,y,better", usual, Columns("x", "y", "better", outcomes="names")),
        ("x,y,better", VOTES, Columns("x", "y", "better")),
        ("left,right,result,votes", [(*row, 1) for row in VOTES], Columns("left", "right", "result", count="votes")),
    ):
        counts, quarantine = read_counts(write("log.csv", 2 * text_of(header, rows)), columns=columns)
        assert cells_of(counts) == {cell: 2 * n for cell, n in RIGHT.items()}
        assert quarantine.n_of_reason == {"names of the columns again": 1}


def test_many_such_lines_stop_the_run_with_what_to_do(write):
    with pytest.raises(InputError, match=r"names of the columns again: 19; .* remove these lines, which stand where files were joined"):
        read_counts(write("log.csv", text_of("model_a,model_b,winner", VOTES[:8]) * 20))


def test_other_doubts_stay(write):
    """A competitor that has votes under the name of a side, and labels without a meaning."""
    again = text_of("model_a,model_b,winner", VOTES)
    with pytest.raises(InputError, match="'model_a' may be the side that won or the competitor of that name"):
        read_counts(write("log.csv", again + again + "model_a,b,tie\n"))
    with pytest.raises(InputError, match="say what they mean with --outcomes unsure=MEANING"):
        read_counts(write("log.csv", again + again + "a,b,unsure\n" * 9))
    with pytest.raises(InputError, match="--outcomes winner=MEANING"):
        read_counts(write("log.csv", again + "a,b,winner\n" * 9))


@pytest.mark.parametrize("header", ["Model B,Model A,Winner", '"MODEL_B","MODEL_A","Winner"', "model.b,model.a,winner"])
def test_names_in_another_order_that_are_written_otherwise(write, header):
    usual = text_of("model_a,model_b,winner", VOTES)
    with pytest.raises(InputError, match=r"has its names of columns again in another order, .*; cut the file there, into two"):
        read_counts(write("log.csv", usual + text_of(header, VOTES)))
    # Labels of an outcome that are names of columns.
    swapped = text_of("model_a,model_b,winner,loser", [(a, b, o, {"model_a": "model_b", "model_b": "model_a"}.get(o, o)) for a, b, o in VOTES])
    assert cells_of(read_counts(write("log.csv", swapped))[0]) == RIGHT
