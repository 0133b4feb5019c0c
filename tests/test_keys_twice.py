"""A line of JSON that says the same thing twice may mean either: it is rejected and counted, on the quick path and line by line."""

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine.errors import InputError

GOOD = '{"model_a": "a", "model_b": "b", "winner": "model_a", "voter": "v", "note": "winner"}\n'
TWICE = {
    "winner": '{"model_a": "a", "model_b": "b", "winner": "model_a", "winner": "model_b"}\n',
    "the same": '{"model_a": "a", "model_b": "b", "winner": "model_a", "winner": "model_a"}\n',
    "null": '{"model_a": "a", "model_b": "b", "winner": null, "winner": "model_a"}\n',
    "names": '{"model_a": "a", "model_b": "b", "winner": "model_a", "model_a": "c"}\n',
    "another spelling": '{"model_a": "a", "model_b": "b", "winner": "model_a", "w\\u0069nner": "tie"}\n',
    "voter": '{"model_a": "a", "model_b": "b", "winner": "model_a", "voter": 1, "voter": 2}\n',
}
HARMLESS = {
    "keys that are not read": '{"model_a": "a", "model_b": "b", "winner": "model_a", "note": 1, "note": 2}\n',
    "inside": '{"model_a": "a", "model_b": "b", "winner": "model_a", "talk": {"winner": 1, "winner": 2}}\n',
    "in text": '{"model_a": "a", "model_b": "b", "winner": "model_a", "talk": "\\"winner\\": 1, \\"winner\\": 2"}\n',
    "at two levels": '{"model_a": "a", "model_b": "b", "winner": "model_a", "talk": [{"winner": 1}, {"winner": 2}]}\n',
}


@pytest.mark.parametrize("others", [GOOD * 40, "no line\n" + GOOD * 40], ids=["at once", "by line"])
@pytest.mark.parametrize("case", TWICE)
def test_such_a_line_is_rejected_and_counted(write, case, others):
    n_broken = others.count("no line")
    votes, quarantine = read_votes(write("log.jsonl", others + TWICE[case] * 2 + GOOD), keep=["voter"], max_rejected=1)
    assert (votes.n_votes, quarantine.n_of_reason) == (41, {"unparsable line": 2 + n_broken})
    assert "stands twice in " in quarantine.rejects["value"].iloc[-1]
    assert quarantine.rejects["row"].tolist()[-2:] == [41 + n_broken, 42 + n_broken]


@pytest.mark.parametrize("others", [GOOD * 40, "no line\n" + GOOD * 40], ids=["at once", "by line"])
@pytest.mark.parametrize("case", HARMLESS)
def test_what_is_not_read_may_be_anything(write, case, others):
    log = write("log.jsonl", others + HARMLESS[case] * 2)
    assert read_votes(log, keep=["voter"], max_rejected=1)[0].n_votes == 42
    assert read_counts(log, max_rejected=1)[0].n_votes == 42


def test_counts_and_layouts(write):
    log = write("log.jsonl", '{"model_a": "a", "model_b": "b", "winner": "tie", "count": 3, "count": 4}\n' + GOOD.replace("}", ', "count": 5}'))
    assert read_counts(log, max_rejected=1)[0].n_votes == 5
    game = json.dumps({"model": "m", "games": [{"score": "A>B"}, {"score": "B>A"}]})
    twice = game.replace('{"score": "A>B"}', '{"score": "A>B", "score": "B>A"}')
    votes, quarantine = read_votes(write("games.jsonl", f"{game}\n{twice}\n"), columns=Columns(layout="arena-hard:gpt"), max_rejected=1)
    assert (votes.n_votes, quarantine.rejects["row"].tolist()) == (2, [2])
    assert "score stands twice in " in quarantine.rejects["value"].iloc[0]


def test_json_documents(write):
    good = GOOD.strip()
    log = write("log.json", f"[{good}, {TWICE['winner'].strip()}, {good}]")
    votes, quarantine = read_votes(log, max_rejected=1)
    assert (votes.n_votes, quarantine.rejects["row"].tolist()) == (2, [2])
    assert "winner stands twice in " in quarantine.rejects["value"].iloc[0]
    for text in ('{"model_a": ["a"], "model_b": ["b"], "winner": ["tie"], "model_a": ["c"]}', f'{{"votes": [{good}, {TWICE["winner"].strip()}]}}'):
        with pytest.raises(InputError, match=r"is JSON in which '\w+' stands twice in one object"):
            read_counts(write("whole.json", text))


@pytest.mark.parametrize("others", ["", "no line\n"], ids=["at once", "by line"])
def test_fields_within(write, others):
    good = '{"talk": {"a": "x", "b": "y"}, "models": ["x", "y"], "winner": "tie"}\n'
    columns = Columns("talk.a", "talk.b")
    assert read_votes(write("log.jsonl", good * 9 + others), columns=columns, max_rejected=1)[0].n_votes == 9
    bad = good.replace('"a": "x"', '"a": "x", "a": "z"')
    votes, quarantine = read_votes(write("log.jsonl", good * 9 + others + bad), columns=columns, max_rejected=1)
    assert (votes.n_votes, len(quarantine.rejects)) == (9, 1 + bool(others))


def test_a_column_and_a_value_within_another_of_one_name(tmp_path):
    rows = {"model_a": ["x", "y"], "model_b": ["y", "x"], "winner": ["model_a", "tie"], "meta.lang": ["en", "fr"], "meta": [{"lang": "de"}] * 2}
    pq.write_table(pa.table(rows), tmp_path / "log.parquet")
    with pytest.raises(InputError, match=r"'meta\.lang' is a column and also a value within another; rename one of both"):
        read_counts(tmp_path / "log.parquet")
