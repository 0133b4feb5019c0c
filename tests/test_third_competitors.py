"""A list of competitors with a third one is no vote between two of them, whatever holds it."""

import json

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recount.data import Columns, read_counts
from recount.engine import InputError
from recount.sims.analysis.checking import check
from recount.sims.analysis.log import read
from tests.logs import cells_of

MODELS = [["a", "b"], ["b", "a", "c"], ["b", "a", None], None, ["c", "a"], ["a", "b", "a"]]
VOTES = {("a", "b", "tie"): 1, ("b", "a", "tie"): 1, ("c", "a", "tie"): 1}
REJECTS = [(2, "more competitors than two"), (4, "missing name"), (6, "more competitors than two")]


def rows_with(models):
    """The same lists plain, within an object, and of objects; with two verdicts and counts."""
    of = None if models is None else [{"name": name} for name in models]
    return {"models": models, "pair": {"models": models}, "sides": of, "winner": "tie", "ann": "tie", "w": 0, "l": 0, "t": 1}


KINDS = {
    ".jsonl": lambda path, rows: path.write_text("".join(json.dumps(row) + "\n" for row in rows)),
    ".json": lambda path, rows: path.write_text(json.dumps(rows)),
    ".parquet": lambda path, rows: pq.write_table(pa.Table.from_pylist(rows), path),
    "frame": lambda path, rows: pd.DataFrame(rows),
    "table": lambda path, rows: pa.Table.from_pylist(rows),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("path", ["models[{}]", "pair.models[{}]", "sides[{}].name"])
def test_a_third_competitor(tmp_path, kind, path):
    file = tmp_path / f"log{kind}"
    made = KINDS[kind](file, list(map(rows_with, MODELS)))
    source = file if kind.startswith(".") else made
    first, second = path.format(0), path.format(1)
    for further in ({}, {"layout": "judges:ann"}, {"layout": "outcomes:w,l,t"}):
        counts, quarantine = read_counts(source, columns=Columns(first, second, **further), max_rejected=1)
        assert cells_of(counts) == VOTES
        found = dict.fromkeys(zip(quarantine.rejects["row"], quarantine.rejects["reason"], strict=True))
        assert list(found) == REJECTS
    # The same places the other way round.
    assert {(b, a, o) for a, b, o in VOTES} == set(cells_of(read_counts(source, columns=Columns(second, first), max_rejected=1)[0]))
    with pytest.raises(InputError, match="a vote between more is none between two; leave such rows out"):
        read_counts(source, columns=Columns(first, second))


def test_fixed_lists_and_columns_with_such_a_name():
    three = pa.array([["a", "b", None], ["b", "a", "c"]], pa.list_(pa.string(), 3))
    counts, quarantine = read_counts(pa.table({"models": three, "winner": ["tie"] * 2}), columns=Columns("models[0]", "models[1]"), max_rejected=1)
    assert (counts.n_votes, quarantine.rejects["value"].tolist()) == (1, ["models=['b', 'a', 'c']"])
    plain = pd.DataFrame({"models[0]": ["a", "b"], "models[1]": ["b", "a"], "models[2]": ["c", "c"], "winner": ["tie"] * 2})
    assert read_counts(plain, columns=Columns("models[0]", "models[1]"))[0].n_votes == 2


def test_a_check_says_what_keeps_the_log_from_being_read(write):
    lines = "".join(
        json.dumps({"models": models, "winner": "model_a"}) + "\n" for models in [["a", "b"], ["b", "c"], ["c", "a", "b"], ["a", "c"]] * 20
    )
    told = check(read(write("log.jsonl", lines))).frame
    proposal = told[told["topic"] == "proposal"]
    assert "--model-a 'models[0]' --model-b 'models[1]'" in proposal["value"].iloc[0]
    assert proposal["item"].tolist() == ["would read the log, were it not for what follows", "what follows"]
    assert "20 of 80 rows are no votes (more competitors than two: 20" in proposal["value"].iloc[1]
