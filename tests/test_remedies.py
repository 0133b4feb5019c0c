"""What an error proposes helps: what it says to give is accepted, and it names the words, the value and the cause as they are."""

import shlex

import pandas as pd
import pyarrow as pa
import pytest

import recount
from recount.data import Columns, read_counts
from recount.data.choices import as_written, meanings_of
from recount.engine.errors import InputError, OptionError
from tests.commands import outside
from tests.logs import in_bytes, some_votes

VOTES = some_votes(60)


def error_of(folder, *arguments):
    """The one line of a command that is refused."""
    done = outside(*arguments, folder=folder)
    assert done.returncode == 2, (done.stdout, done.stderr)
    (line,) = (line for line in done.stderr.splitlines() if line.startswith("error: "))
    return line


@pytest.mark.parametrize("label", ['"model_a"', 'say "a"', "a,b", ' "tie"', '"', '""', "a=b", "=", "plain"])
def test_labels_as_they_are_proposed(tmp_path, label):
    """With quotation marks, commas and equals signs; as proposed they are read."""
    frame = pd.DataFrame([("x", "y", label), ("y", "x", "tie"), ("x", "y", "model_b")] * 5, columns=["model_a", "model_b", "winner"])
    with pytest.raises(InputError) as error:
        read_counts(frame)
    proposed = shlex.split(str(error.value).partition("--outcomes ")[2].partition(", each MEANING")[0])[0]
    counts = read_counts(frame, columns=Columns(outcomes=proposed.replace("MEANING", "first")))[0]
    assert counts.counts.sum(axis=0).tolist() == [5, 5, 5, 0]
    assert meanings_of(f"{as_written(label.strip())}=tie").of_label == {label.strip(): ("tie", 1.0)}


def test_meanings_are_not_options(tmp_path):
    """Words of the user, and meanings that are called as options are."""
    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", VOTES))
    for weight in ("0", "-1", "nan", "1e300"):
        line = error_of(tmp_path, "rate", "log.csv", "--outcomes", f"win=first:3,loss=second:{weight}")
        assert "'tie', 'both_bad', 'skip', all but 'skip' also with a weight above 0 and up to 1e+06 as in 'first:3'" in line
    (tmp_path / "half.csv").write_bytes(in_bytes(".csv", VOTES) + b'delta,beta,model_b,"u3,2024-03-14 10:53:13\n' * 3)
    (tmp_path / "half.csv").write_bytes((tmp_path / "half.csv").read_bytes() + b"delta,beta,model_b\n" * 20)
    assert '--model-b,"u3' not in error_of(tmp_path, "rate", "half.csv")


def test_columns_of_the_vote_are_no_labels(tmp_path):
    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", VOTES))
    for option in ("--where winner=tie", "--where model_a=gpt-4", "--by winner", "--cluster model_b", "--distinct model_a"):
        line = error_of(tmp_path, "rate", "log.csv", *option.split())
        assert "which is the vote and no label beside it; name another, or" in line, option
    assert "--where is 'language'; give COLUMN=LABEL" in error_of(tmp_path, "rate", "log.csv", "--where", "language")


def test_parts_of_choices_in_python(tmp_path):
    frame = pd.DataFrame(VOTES, columns=["model_a", "model_b", "winner"]).assign(day="2024-01-01", prompt=1)
    for name, belongs in (("since", "window=Window(since="), ("time_column", "window=Window(column="), ("n_replicates", "intervals=Resampling(")):
        with pytest.raises(OptionError, match="is part of the choice") as error:
            recount.analyse(frame, **{name: "2024-01-01"})
        assert belongs in str(error.value)
    # A column of whole numbers has whole numbers.
    assert recount.Where("prompt", 1) == recount.Where("prompt", "1")
    log = recount.read(frame)
    assert recount.analyse(log, where=(recount.Where("prompt", 1),)).log.counts.n_votes == log.counts.n_votes
    for wrong in (None, 1.5, ["1"]):
        with pytest.raises(OptionError, match="give text, a whole number, True or False"):
            recount.Where("prompt", wrong)


def test_what_is_wrong_with_a_whole_log(tmp_path):
    """The remedy is not to rate what is left of a log that is read wrongly."""
    cases = {
        "as UTF-8": pd.DataFrame([(b"\xe4lpha", "b", "tie")] * 9 + [("a", "b", "tie")], columns=["model_a", "model_b", "winner"]),
        "repair the log": pd.DataFrame([("a", "a", "tie")] * 9, columns=["model_a", "model_b", "winner"]),
        "named as winner.x": pa.table({"model_a": ["a"], "model_b": ["b"], "winner": [{"x": "tie"}]}),
        "named as model_a[0]": pa.table({"model_a": [["a"]], "model_b": ["b"], "winner": ["tie"]}),
    }
    for remedy, source in cases.items():
        with pytest.raises(InputError) as error:
            read_counts(source)
        assert remedy in str(error.value)
        assert "max_rejected" not in str(error.value)


def test_counts_of_a_layout_are_counts(tmp_path):
    with pytest.raises(OptionError, match="count is 'none', which has no effect with layout='wins'"):
        Columns(layout="wins", count="none")
