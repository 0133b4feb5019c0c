"""`recount check`."""

from recount.engine.choices import TieRule
from recount.sims.command_line.options import (
    BothBadOption,
    FirstOption,
    MaxRejectedOption,
    MinimumVotesOption,
    OutcomeOption,
    OutputOption,
    SecondOption,
    TiesOption,
    VotesArgument,
)
from recount.sims.command_line.work import Work
from recount.sims.log_check import log_summary
from recount.sims.specification import Specification


def check(
    votes: VotesArgument = None,
    model_a: FirstOption = "model_a",
    model_b: SecondOption = "model_b",
    winner: OutcomeOption = "winner",
    max_rejected: MaxRejectedOption = 1.0,
    minimum_votes: MinimumVotesOption = 0,
    ties: TiesOption = TieRule.HALF,
    both_bad: BothBadOption = "tie",
    output: OutputOption = None,
) -> None:
    """What the log holds, what was rejected, what can be rated."""
    work = Work(output)
    specification = Specification(ties=ties, both_bad=both_bad, minimum_votes=minimum_votes)
    counts, _, quarantine = work.read(votes, model_a, model_b, winner, max_rejected)
    work.specification = specification.as_dict()
    work.finish(log_summary(counts, quarantine, specification), "Log")
