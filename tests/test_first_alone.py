"""Who is first when one choice is made otherwise, against leaderboards under each of these specifications."""

import pytest

import recount
from recount.engine.errors import OptionError
from recount.engine.uncertainty.given_ratings import PointRatings
from recount.sims.analysis.analysis import Analysis
from recount.sims.multiverse.first_alone import first_by_each_choice
from tests.pages import vote_frame


@pytest.fixture(scope="module")
def analysis():
    return recount.analyse(vote_frame(["a", "b", "c", "d"], 1500))


def test_every_departure_is_a_leaderboard(analysis):
    frame = first_by_each_choice(analysis).frame
    assert frame["choices"].iloc[0] == ""
    assert {"ties", "weights", "prior"} <= set(frame["choices"])
    for change, but in (("", {}), ("ties=drop", {"ties": "drop"}), ("ties=davidson", {"ties": "davidson"})):
        board = analysis.under(analysis.specification.but(**but)).leaderboard().frame
        row = frame[frame["change"] == change].iloc[0]
        assert row["leads"] == board["competitor"][0]
        if row["leads"] == row["leader"]:
            scale = analysis.leaderboard().frame["rating"].std() / board["rating"].std()
            assert row["lead"] == pytest.approx(scale * (board["rating"][0] - board["rating"][1]), abs=1e-6)
    assert frame["scale"].iloc[0] == 1


def test_ratings_that_were_given_have_no_votes_to_rate_otherwise():
    with pytest.raises(OptionError, match="give a vote log"):
        first_by_each_choice(Analysis(PointRatings(("a", "b"), [0.1, -0.1])))
