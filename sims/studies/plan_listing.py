"""The bundled plans, as a table."""

from types import NoneType

import pandas as pd

from recount.sims.arenas.arena import Arena
from recount.sims.presentation import Table
from recount.sims.simulated_benchmarks.benchmark_kind import BenchmarkKind
from recount.sims.studies.bundled import bundled_plans
from recount.sims.studies.plan_files import read_plan

RUNS_ON = {Arena: "a simulated arena", BenchmarkKind: "a simulated benchmark", NoneType: "votes or a board"}


def plan_list() -> Table:
    """List the bundled plans: name, question, what they run on (votes or a board that are given, or a simulation)."""
    plans = [(name, read_plan(name)) for name in bundled_plans()]
    rows = [{"name": name, "question": plan.extent.question, "runs_on": RUNS_ON[type(plan.simulated)]} for name, plan in plans]
    return Table("plans", pd.DataFrame(rows), title="Bundled plans")
