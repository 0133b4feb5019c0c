"""What a simulated arena may be, and its logs as files."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow.parquet as pq
import pytest

from recount.data import read_counts, read_votes
from recount.engine import OptionError, count
from recount.engine.times import seconds_of
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE
from recount.sims.analysis.log import read
from recount.sims.arenas import (
    Arena,
    BothBad,
    Newcomers,
    Outcomes,
    Pairs,
    Prompts,
    Strengths,
    Voters,
    draw_parameters,
    draw_votes,
    simulate,
    write_log,
)
from tests.test_arenas import EVERYTHING


@pytest.mark.parametrize("ending", [".parquet", ".csv"])
def test_a_log_reads_as_real_ones(tmp_path, ending):
    votes, path = simulate(replace(EVERYTHING, n_votes=3000), seed=1).votes, tmp_path / f"log{ending}"
    write_log(votes, path)
    back, quarantine = read_votes(path)
    assert quarantine.rejects.empty
    assert [back.names[k] for k in back.first] == [votes.names[k] for k in votes.first]
    assert np.array_equal(back.outcome, votes.outcome)
    assert {FIRST_WON, SECOND_WON, TIE, BOTH_BAD} == set(back.outcome)
    for column in ("voter", "prompt"):
        ours, theirs = votes.columns[column], back.columns[column]
        assert [theirs.levels[k] for k in theirs.codes] == [ours.levels[k] for k in ours.codes]
    assert back.columns["tstamp"] == pytest.approx(votes.columns["tstamp"])
    assert np.array_equal(read_counts(path)[0].counts, count(votes).counts)
    with pytest.raises(OptionError, match=r"ends in '.json'; logs are written as .parquet or .csv"):
        write_log(votes, tmp_path / "log.json")


def test_parquet_holds_text_as_dictionaries(tmp_path):
    path = tmp_path / "log.parquet"
    write_log(simulate(Arena(n_votes=20_000)).votes, path)
    held = pq.ParquetFile(path)
    assert [(field.name, str(field.type)) for field in held.schema_arrow] == [(n, "string") for n in ("model_a", "model_b", "winner", "voter")]
    group = held.metadata.row_group(0)
    assert all("RLE_DICTIONARY" in group.column(k).encodings and group.column(k).has_dictionary_page for k in range(4))


def test_days_spread_the_votes():
    votes = simulate(Arena(n_votes=1000, days=10)).votes
    assert np.diff(votes.columns["tstamp"]) == pytest.approx(864.0)
    assert "tstamp" not in simulate(Arena(n_votes=10)).votes.columns


@pytest.mark.parametrize("days", [1, 731, 1500, 13_149])
def test_days_are_days_that_have_been(tmp_path, days):
    """What is written is read as times, however many days it spans; and no more days can be asked for than there are."""
    write_log(simulate(Arena(n_votes=500, days=days)).votes, tmp_path / "log.parquet")
    seconds = seconds_of(read(tmp_path / "log.parquet").rows(["tstamp"]), "tstamp")
    first = min(datetime(2024, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=days))
    assert seconds[0] == first.timestamp()
    assert seconds[-1] == pytest.approx(first.timestamp() + days * 86_400 * 499 / 500)
    with pytest.raises(OptionError, match="days is"):
        Arena(n_votes=10, days=13_150)


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: Arena(n_competitors=1), "n_competitors is 1; give a whole number, from 2 to 3000"),
        (lambda: Arena(n_votes=0), "n_votes is 0; give a whole number"),
        (lambda: Arena(position_effect=float("nan")), "position_effect is nan; give a number, from -20 to 20"),
        (lambda: Arena(n_votes=5, newcomers=Newcomers(2, (4,))), "newcomers have 8 votes of 5"),
        (lambda: Arena(n_competitors=2999, newcomers=Newcomers(2)), "n_newcomers is 2; up to 3,000 competitors"),
        (lambda: Arena(n_competitors=5, strengths=Strengths.given([1, 2, 3])), "n_competitors is 5, but strengths have 3 competitors"),
        (lambda: Arena(strengths=Strengths.given([1, 2, 3]), newcomers=Newcomers(2)), "strengths have 1 competitor beside newcomers"),
        (lambda: Strengths.normal(-1), "spread is -1; give a number, from 0 to 10000"),
        (lambda: Strengths.given([]), "strengths is 'given' with 0 values"),
        (lambda: Strengths.given([1.0, float("inf")]), "not finite"),
        (lambda: Strengths.given([1.0, 2.0], ["a"]), "1 name for 2 values"),
        (lambda: Strengths("equal", spread=5), "spread is 5, which has no effect with strengths='equal'"),
        (lambda: Pairs("uniform", popularity=2), "popularity is 2, which has no effect with pairs='uniform'"),
        (lambda: Pairs("like"), "pairs is 'like'; Pairs.like"),
        (lambda: Newcomers(2, ()), "newcomer_votes is"),
        (lambda: Newcomers(2, (0,)), "newcomer_votes is 0"),
        (lambda: Outcomes.davidson(1.0), "tie_share is 1.0; give a number, 0 or more and below 1"),
        (lambda: Outcomes.davidson(0.3, nu=1), "give one of them"),
        (lambda: Outcomes.rao_kupper(threshold=0.5), "threshold of Rao and Kupper is 1 or more"),
        (lambda: Outcomes("thurstone", 0.2), "has no ties"),
        (lambda: Outcomes("elo"), "law is 'elo'; give one of 'davidson', 'rao-kupper', 'thurstone'"),
        (lambda: BothBad(1.5), "both_bad_share is 1.5; give a number, from 0 to 1"),
        (lambda: Voters(0, tastes=5), "tastes is 5, but there are no voters"),
        (lambda: Voters(10, "equal", 1.0), "inequality is 1, which has no effect with activity='equal'"),
        (lambda: Prompts(0, 5), "prompt_tastes is 5, but there are no prompts"),
        (lambda: simulate(Arena(), seed=-1), "seed is -1"),
        (lambda: draw_votes(draw_parameters(Arena()), seed=1.5), "seed is 1.5"),
        (lambda: simulate(Arena(), n_threads=0), "n_threads is 0"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(made, message):
    with pytest.raises(OptionError) as refused:
        made()
    assert message in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_share_of_ties_out_of_reach():
    with pytest.raises(OptionError, match=r"tie_share is 0.9, which no tie parameter reaches"):
        draw_parameters(Arena(n_competitors=2, strengths=Strengths.given([0, 40_000]), outcomes=Outcomes.davidson(0.9)))
