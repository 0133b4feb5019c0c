"""What `docs/studies.md` says can be done is done, and its table of outcomes is that of the code."""

import re
from pathlib import Path

from recount import read_plan, run_study
from recount.sims.studies.block_reading import FIELDS
from recount.sims.studies.finding_rows import MOST, wilson
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.plan_files import TABLES
from recount.sims.studies.sources import PARTS

PAGE = (Path(__file__).parents[1] / "docs" / "studies.md").read_text(encoding="utf-8")


def test_the_plan_runs(write):
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
    results = run_study(read_plan(write("plan.toml", text), seeds=2))
    assert list(results.summary.frame["outcome"].unique()) == ["kendall tau", "top k overlap (k=5)"]
    assert results.summary.frame["setting"].nunique() > 4 + 5
    assert (results.summary.frame["n_failed"] == 0).sum() > 8


def test_every_outcome_and_field_is_there():
    lines = [f"| `{name}` | {measure.means.splitlines()[0].rstrip('.')} | {measure.unit} |" for name, measure in OUTCOMES.items()]
    assert [line for line in lines if line not in PAGE] == []
    assert [name for name in (*FIELDS, *TABLES, *PARTS) if f"`{name}`" not in PAGE and f"`[{name}]`" not in PAGE and f"`{name} = " not in PAGE] == []


def test_what_it_says_of_few_runs():
    enough = min(n for n in range(1, 100) if wilson(n, n)[0] >= MOST)
    assert f"{enough} runs that all keep it are the fewest that suffice" in PAGE
