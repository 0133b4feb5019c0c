"""Loops over the votes of each voter."""

from typing import Any

from recount.engine.kernels.accelerate import kernel


@kernel
def expected_meetings(starts: Any, blocks: Any, cell_starts: Any, competitors: Any, shares: Any, out: Any) -> None:
    """Add up how often each competitor that a voter met is expected in that voter's votes.

    starts (n_voters + 1,): first vote of each voter. blocks (n_votes,): block of each vote. cell_starts (n_voters + 1,), competitors (n_cells,):
    those met. shares (n_blocks, n_competitors): of votes in which each stands. out (n_cells,): sums.
    """
    for voter in range(starts.size - 1):
        for cell in range(cell_starts[voter], cell_starts[voter + 1]):
            out[cell] = 0.0
        for vote in range(starts[voter], starts[voter + 1]):
            for cell in range(cell_starts[voter], cell_starts[voter + 1]):
                out[cell] += shares[blocks[vote], competitors[cell]]


@kernel
def most_at_once(starts: Any, seconds: Any, span: Any, out: Any) -> None:
    """Count the most votes of each voter within a span of time.

    starts (n_voters + 1,): first vote of each voter. seconds (n_votes,): times, in order for each voter. out (n_voters,).
    """
    for voter in range(starts.size - 1):
        most, first = 0, starts[voter]
        for vote in range(starts[voter], starts[voter + 1]):
            while seconds[vote] - seconds[first] >= span:
                first += 1
            most = max(most, vote - first + 1)
        out[voter] = most
