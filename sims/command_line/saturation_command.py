"""`recount saturation`."""

from pathlib import Path

from recount.sims.benchmark_scores.saturation_choices import OfSaturation
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import Shown
from recount.sims.specification.flat import to_flat

FILE = "scores"
ON_VOTES = False
EXAMPLES = (
    "recount simulate benchmark --sized-as MMLU -o mmlu.parquet",
    "recount saturation mmlu.scores.parquet --size-exponent 1 --best-of models -o saturation.csv",
)
OPTIONS = {**chosen(OfSaturation), **chosen(Shown)}


def run(given: Given) -> None:
    """Whether the best models on each benchmark can still be told apart: the saturation index.

    SCORES is a file or folder of benchmark scores, as recount check knows them.
    """
    from recount.sims.benchmark_scores.saturated_benchmarks import saturation_of
    from recount.sims.command_line.scores_option import scores_asked
    from recount.sims.command_line.work import Work

    path = Path(given[FILE])
    with Work({**given, FILE: path}, OPTIONS) as work:
        choices = work.choices(OfSaturation)
        work.record(**to_flat(choices))
        work.finish(saturation_of(scores_asked(work, path), choices))
