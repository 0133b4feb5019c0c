"""The bundled plans, as a table."""

import pandas as pd

from recount.sims.presentation import Table
from recount.sims.studies.bundled import bundled_plans
from recount.sims.studies.plan_files import read_plan


def plan_list() -> Table:
    """List the bundled plans: name, question, what they run on (votes or a board that are given, or a simulated arena), number of outcomes."""
    plans = [(name, read_plan(name)) for name in bundled_plans()]
    rows = [
        {"name": name, "question": plan.extent.question, "runs_on": "a simulated arena" if plan.arena is not None else "votes or a board"}
        for name, plan in plans
    ]
    return Table("plans", pd.DataFrame(rows), title="Bundled plans")
