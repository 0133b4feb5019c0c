"""A small study for tests: a log of 400 votes, half of them drawn again and again, one model after the other left out, ties treated in two ways."""

from recount.sims.analysis.log import read
from recount.sims.studies.plan_files import read_plan
from tests.logs import in_bytes, some_votes

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
    """Write plan and log into a folder; return what `run_study` takes."""
    (folder / "plan.toml").write_text(PLAN.format(seeds=seeds))
    (folder / "log.csv").write_bytes(in_bytes(".csv", some_votes(400)))
    return read_plan(folder / "plan.toml"), read(folder / "log.csv")


def n_runs(seeds):
    """Four settings in which something is drawn, and seven models."""
    return 4 * seeds + 7
