"""Small studies for tests, and what has to hold of any: a fault in a plan names its line; a study that was cut off ends as if it had not been."""

from concurrent.futures import ProcessPoolExecutor

import pytest

from recount import read_catalogue
from recount.engine import InputError
from recount.sims.analysis.log import read
from recount.sims.presentation.files import write_table
from recount.sims.studies.journal import NAME
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.results import run_study
from recount.sims.studies.seen import SeenAnalysis
from tests.logs import in_bytes, some_votes

TAU = '[[outcome]]\nname = "kendall tau"\n'
PLAN = """\
question = "What do so few votes say?"
seeds = {seeds}
[specification]
existence = "largest"
[[outcome]]
name = "kendall tau"
[[outcome]]
name = "first place kept"
[[outcome]]
name = "top k overlap"
k = 2
[[vary]]
perturbation = {{name = "subsample", share = [0.2, 0.5]}}
specification = {{ties = ["half", "drop"]}}
[[vary]]
each = {{name = "leave_model"}}
"""


def write_study(folder, seeds=10):
    """Write plan and log into a folder; return what `run_study` takes: 400 votes, half of them drawn again and again, ties treated in two ways."""
    (folder / "plan.toml").write_text(PLAN.format(seeds=seeds))
    (folder / "log.csv").write_bytes(in_bytes(".csv", some_votes(400)))
    return read_plan(folder / "plan.toml"), read(folder / "log.csv")


def n_runs(seeds):
    """Four settings in which something is drawn, and seven models."""
    return 4 * seeds + 7


def of_faults(cases):
    """Have a test take plans that cannot be: the text, the line that is wrong, what is said of it."""
    return pytest.mark.parametrize(("text", "line", "said"), cases, ids=[f"{i} {said}" for i, (_, _, said) in enumerate(cases)])


def check_fault(open_plan, path, line, said):
    """A plan cannot be opened, and one line says of which file and line, and why."""
    with pytest.raises(InputError) as error:
        open_plan(path)
    message = str(error.value)
    assert message.startswith((f"{path}, line {line}: ", f"{path.name}, line {line}: "))
    assert said in message
    assert "\n" not in message


def check_goes_on(plan, source, folder, n_runs):
    """A study of which five runs of `n_runs` are kept ends as one undisturbed, to the byte, and so does one in two processes; return its results."""
    whole = run_study(plan, source, folder=folder)
    journal = folder / NAME
    journal.write_bytes(b"".join(journal.read_bytes().splitlines(keepends=True)[:6]))
    again = run_study(plan, source, folder=folder)
    assert f"5 of {n_runs} runs had finished before, and were not run again" in again.runs.notes
    with ProcessPoolExecutor(2) as processes:
        other = run_study(plan, source, executor=processes)
    for one in (again, other):
        assert in_bytes_of(one, folder) == in_bytes_of(whole, folder)
    return whole


def in_bytes_of(results, folder):
    """Runs and summary as files have them."""
    kept = []
    for name in ("runs", "summary"):
        path = folder / f"{name}.parquet"
        write_table(getattr(results, name).frame, path)
        kept.append(path.read_bytes())
        path.unlink()
    return kept


def seen(analysis, reference, **more):
    """What a run has to show, against a reference."""
    facts = more.pop("facts", "none are known")
    return SeenAnalysis(analysis.fit, reference, analysis, read_catalogue(), facts, **more)


def found(name, on, **fields):
    """What an outcome is of what a run has to show."""
    return OUTCOMES[name].find(Outcome(name=name, **fields), on)
