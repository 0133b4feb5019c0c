"""Ratings by category, and shrinkage: against fits of each category alone, the model's own equations, and what generated the votes."""

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.arenas import usual_arena
from recount.engine import ELO, ExistenceError, Factor, InputError, OptionError, Scale, Votes, count, covariance, fit, shrink, weighted
from recount.engine.bradley_terry.pair_likelihood import PairLikelihood
from recount.engine.choices import Prior, Weights
from recount.engine.pair_contests import contests
from recount.engine.votes import levels_of
from recount.engine.weighting import weigh, weights_of_votes
from recount.sims.analysis.analysing import analyse
from recount.sims.analysis.categories import category_table, rate_by_category, rate_categories
from recount.sims.analysis.rating import rate
from recount.sims.arenas import Strengths, draw_parameters, draw_votes
from recount.sims.specification import Specification
from tests.logs import frame_of
from tests.random_logs import random_log

DAVIDSON = Specification(ties="davidson", by="category")
HALF = Specification(by="category")


def table_of(votes, specification, scale=None):
    """Ratings by category of votes that no file holds, and who is left out by category."""
    rated, _ = rate_categories(votes, specification)
    overall = rate(count(votes), specification)
    left_out = {level: found.left_out for level, found in rated.items() if found.left_out}
    return category_table(rated, overall, specification, scale or Scale()), left_out


def drawn_by_category(seed, sizes, deviation, n=15):
    """Votes of an arena whose strengths depart from common ones by category, and the strengths of each."""
    usual, rng = usual_arena(n, sum(sizes), tie_share=0.2, skew=0.5), np.random.default_rng(seed)
    common = draw_parameters(usual, seed=7)
    values = [ELO * common.strengths + rng.normal(0, deviation, n) for _ in sizes]
    # One seed: popularities are the same in every category.
    truths = [draw_parameters(replace(usual, n_votes=size, strengths=Strengths.given(own)), 7) for own, size in zip(values, sizes, strict=True)]
    parts = [draw_votes(truth, 100 * seed + k) for k, truth in enumerate(truths)]
    category = Factor(np.repeat(np.arange(len(sizes)), sizes).astype(np.int32), tuple(f"c{k}" for k in range(len(sizes))))
    first, second, outcome = (np.concatenate([getattr(part, side) for part in parts]) for side in ("first", "second", "outcome"))
    return Votes(common.names, first, second, outcome, {"category": category}), [truth.strengths for truth in truths]


def test_each_category_as_if_alone():
    votes = random_log(4)
    frame, left_out = table_of(votes, DAVIDSON, Scale(100.0, 50.0))
    assert not left_out
    for k, level in enumerate(votes.columns["category"].levels):
        rows = np.flatnonzero(votes.columns["category"].codes == k)
        alone = fit(count(Votes(votes.names, votes.first[rows], votes.second[rows], votes.outcome[rows])), ties="davidson")
        own = frame[frame.category == level].set_index("competitor").loc[list(alone.names)]
        assert own.rating.to_numpy() == pytest.approx(50 + 100 * alone.strengths, abs=1e-8)
        assert own.standard_error.to_numpy() == pytest.approx(100 * covariance(alone).standard_errors(), rel=1e-8)
        assert own.n_votes.sum() == 2 * rows.size
        assert sorted(own["rank"]) == [1, 2, 3, 4, 5, 6]
        assert own.sort_values("rank").rating.is_monotonic_decreasing


def test_a_category_without_some_competitors_has_their_mean():
    """Who is rated in a category stands there, in the mean, where it stands overall."""
    votes = random_log(4)
    category = np.where((votes.first < 4) & (votes.second < 4), np.arange(1500) % 2, 1)
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {"few": category})
    overall = rate(count(votes), DAVIDSON)
    for shrunken in (False, True):
        frame, _ = table_of(votes, DAVIDSON.but(by="few", shrink=shrunken))
        few = frame[frame.category == "0"]
        assert sorted(few.competitor) == ["m0", "m1", "m2", "m3"]
        assert few.rating.mean() == pytest.approx(1000 + ELO * overall.strengths[:4].mean(), abs=1e-8)


def test_posterior_mode_and_covariance():
    """For a given deviation: the gradient is 0, and the covariance inverts the information, of the votes and the prior."""
    votes, _ = drawn_by_category(1, (2000, 500), 50)
    part, rest = (count(votes.only(np.flatnonzero(votes.columns["category"].codes == k))) for k in (1, 0))
    others = fit(rest, ties="davidson")
    shrunken = shrink(part, others, 60.0)
    precision = np.linalg.inv(covariance(others).covariance + np.eye(15) * (60 / ELO) ** 2)
    likelihood = PairLikelihood(contests(part, ties="davidson"), "davidson")
    strengths = shrunken.uncertainty.strengths

    def gradient(parameters):
        return likelihood.slopes(parameters)[0] - np.append(precision @ (parameters[:-1] - others.strengths), 0.0)

    # Votes and prior know no mean; gamma is where its own slope is 0.
    gamma = np.log(others.tie_parameter)
    for _ in range(30):
        slope, information = likelihood.slopes(np.append(strengths, gamma))
        gamma += slope[-1] / information[-1, -1]
    assert np.abs(gradient(np.append(strengths, gamma))).max() < 1e-5
    information = likelihood.slopes(np.append(strengths, gamma))[1]
    information[:-1, :-1] += precision
    inverse = np.linalg.inv(information)[:-1, :-1]
    centre = np.eye(15) - 1 / 15
    assert shrunken.uncertainty.covariance == pytest.approx(centre @ inverse @ centre, abs=1e-8)
    assert (shrunken.deviation, shrunken.dropped) == (pytest.approx(60.0), ())
    assert shrunken.rating_error <= 1e-5


def test_between_the_others_and_the_category():
    votes, _ = drawn_by_category(1, (2000, 500), 50)
    part, rest = (count(votes.only(np.flatnonzero(votes.columns["category"].codes == k))) for k in (1, 0))
    others, alone = fit(rest, ties="davidson"), fit(part, ties="davidson", prior=None)
    assert shrink(part, others, 1e5).uncertainty.strengths == pytest.approx(alone.strengths, abs=1e-3)
    # With no deviation the two are one log, but for the tie parameter and for what is not normal.
    together = fit(count(votes), ties="davidson").strengths
    assert shrink(part, others, 1e-3).uncertainty.strengths == pytest.approx(together, abs=0.05)
    distance = [np.abs(shrink(part, others, deviation).uncertainty.strengths - alone.strengths).sum() for deviation in (1, 30, 100, 1000)]
    assert np.all(np.diff(distance) < 0)


@pytest.mark.slow
@pytest.mark.parametrize("deviation", [15.0, 60.0])
def test_coverage_with_few_and_many_votes(deviation):
    """95 % intervals of 15 competitors x 12 logs cover between 91 % and 98.5 %; errors are smaller than those of each category alone."""
    covered, shrunken_errors, own_errors = {"c0": [], "c1": [], "c2": []}, [], []
    for seed in range(12):
        votes, truth = drawn_by_category(seed, (6000, 2000, 500), deviation)
        overall = rate(count(votes), DAVIDSON)
        for shrunken, errors in ((True, shrunken_errors), (False, own_errors)):
            frame, _ = table_of(votes, DAVIDSON.but(shrink=shrunken))
            for k, level in enumerate(covered):
                own = frame[frame.category == level].set_index("competitor").loc[list(overall.names)]
                error = (own.rating - own.rating.mean()).to_numpy() - ELO * truth[k]
                errors.append(np.sqrt(np.mean(error**2)))
                if shrunken:
                    covered[level].extend(np.abs(error) < 1.96 * own.standard_error)
    for hits in covered.values():
        assert 0.91 <= np.mean(hits) <= 0.985
    assert np.mean(shrunken_errors) < 0.9 * np.mean(own_errors)


def test_deviation_is_found():
    small, large = (
        table_of(votes, DAVIDSON.but(shrink=True))[0].prior_deviation.max()
        for votes in (drawn_by_category(3, (4000, 4000), deviation)[0] for deviation in (0, 80))
    )
    # Two categories depart from each other by root 2 times what each departs from the common strengths.
    assert small < 15
    assert 80 < large < 180


def test_who_is_not_rated_by_the_others():
    votes = random_log(4)
    first, second, outcome = (np.append(a, b) for a, b in ((votes.first, [6] * 4), (votes.second, [0, 1, 2, 3]), (votes.outcome, [0, 1, 0, 1])))
    part = count(Votes((*votes.names, "new"), first, second, outcome))
    shrunken = shrink(part, fit(count(votes)))
    assert shrunken.dropped == ("new",)
    assert shrunken.uncertainty.names == votes.names
    with pytest.raises(InputError, match="no vote that counts"):
        shrink(count(Votes(("x", "y"), [0], [1], [0])), fit(count(votes)))
    with pytest.raises(OptionError, match="deviation is 0"):
        shrink(part, fit(count(votes)), 0.0)
    ties = count(Votes(votes.names, [0, 1], [1, 2], [2, 2]))
    with pytest.raises(ExistenceError, match="all votes are ties"):
        shrink(ties, fit(count(votes), ties="davidson"))


def with_rare(votes, codes=(3, 3)):
    """The votes, the first of them with other labels: 3 is "rare", 4 "rarer"."""
    held = votes.columns["category"].codes.copy()
    held[: len(codes)] = codes
    return Votes(votes.names, votes.first, votes.second, votes.outcome, {"category": Factor(held, ("code", "maths", "prose", "rare", "rarer"))})


def test_a_category_that_cannot_be_rated_is_left_out_and_named():
    """The others are rated as if it were not there."""
    votes = random_log(4)
    votes = with_rare(replace(votes, outcome=np.append([0, 0, 0], votes.outcome[3:])), (3, 4, 3))
    rated, unrated = rate_categories(votes, HALF)
    assert list(rated) == ["code", "maths", "prose"]
    assert list(unrated) == ["rare", "rarer"]
    assert unrated["rare"].startswith("the ratings do not exist")
    without, none = rate_categories(votes.only(votes.columns["category"].codes < 3), HALF)
    assert not none
    for level, found in rated.items():
        assert np.array_equal(found.uncertainty.strengths, without[level].uncertainty.strengths)
    frame, _ = table_of(votes, HALF.but(shrink=True))
    assert frame[frame.category == "rare"].n_votes.sum() == 4
    table = analyse(frame_of(votes), by="category").leaderboard()
    assert set(table.frame["category"]) == {"code", "maths", "prose"}
    told = [note for note in table.notes if "is left out" in note]
    assert [note.partition(":")[0] for note in told] == ["category 'rare' (2 votes) is left out", "category 'rarer' (1 vote) is left out"]
    assert all("do not exist" in note for note in told)


def test_other_reasons_to_leave_a_category_out():
    """Too few votes of everybody; one voter only, where clusters are voters; ties only, with a model of ties."""
    votes = with_rare(random_log(4), [3] * 40)
    voter = np.where(votes.columns["category"].codes == 3, 0, np.arange(votes.n_votes) % 50)
    votes = replace(votes, columns={**votes.columns, "voter": voter})
    assert "fewer than two competitors have 100 votes" in rate_categories(votes, HALF.but(minimum_votes=100))[1]["rare"]
    assert "all votes have one 'voter'" in rate_categories(votes, HALF.but(clusters=("voter",)))[1]["rare"]
    tied = replace(votes, outcome=np.where(votes.columns["category"].codes == 3, 2, votes.outcome))
    assert list(rate_categories(tied, DAVIDSON)[1]) == ["rare"]


def test_if_no_category_can_be_rated_the_first_says_why():
    votes = Votes(("a", "b"), [0, 0, 0], [1, 1, 1], [0, 1, 0], {"category": Factor(np.array([0, 1, -1], np.int32), ("x", "y"))})
    with pytest.raises(ExistenceError, match=r"^category 'x': the ratings do not exist .*; no other of the 2 can be rated either$"):
        rate_categories(votes, HALF)


@pytest.mark.parametrize("weights", [Weights.pairs(20), Weights.voters("voter"), Weights.decay("at", 30)], ids=str)
@pytest.mark.parametrize("covariates", [{}, {"position": True}], ids=str)
def test_weights_are_those_of_the_whole_log(weights, covariates):
    """Each category is fitted to its votes with the weights that they have among all votes."""
    votes = random_log(4)
    rng = np.random.default_rng(2)
    category = rng.integers(0, 2, votes.n_votes)
    columns = {
        "half": category,
        "voter": rng.integers(0, 40, votes.n_votes),
        "at": 1.7e9 + 86_400.0 * (90 * category + rng.integers(0, 30, votes.n_votes)),
    }
    votes = replace(votes, columns=columns)
    s = Specification(by="half", weights=weights, **covariates)
    rated, _ = rate_categories(votes, s)
    counted = weigh(weights, count(votes), votes)
    of_vote = weights_of_votes(counted, votes)
    if weights.kind != "decay":
        # By hand; of age, the scale alone would differ.
        pair = np.minimum(votes.first, votes.second) * 6 + np.maximum(votes.first, votes.second)
        unit = columns["voter"] if weights.kind == "voters" else pair
        n = np.bincount(unit)[unit]
        by_hand = 1 / (n if weights.kind == "voters" else np.maximum(n, 20))
        assert of_vote == pytest.approx(by_hand / by_hand.mean())
    for level in (0, 1):
        part = votes.only(np.flatnonzero(category == level))
        chosen = {"covariates": s.covariates, "weights": of_vote[category == level]} if covariates else {}
        expected = fit(part if covariates else weighted(part, of_vote[category == level]), **chosen)
        assert rated[str(level)].uncertainty.strengths == pytest.approx(expected.strengths, abs=1e-9)
    apart = fit(weigh(weights, count(part), part)) if not covariates and weights.kind != "decay" else None
    assert apart is None or np.abs(apart.strengths - expected.strengths).max() > 1e-6


CZECH = "model_a,model_b,winner,language\n" + "".join(
    f"{first},{second},{winner},{language}\n"
    for first, second, winner, language in [
        *[("a", "b", "model_a", "English"), ("b", "a", "model_a", "English"), ("a", "b", "tie", "English")],
        *[("a", "b", "model_a", "Chinese"), ("b", "a", "model_a", "Chinese"), ("a", "b", "model_a", "Czech")],
    ]
)
MINI = Path(__file__).parents[2] / "shared" / "cases" / "by_label" / "mini.csv"


@pytest.mark.parametrize("shared", [False, pytest.param(True, marks=pytest.mark.skipif(not MINI.is_file(), reason="no shared cases"))])
def test_one_rare_label(recount, tmp_path, shared):
    (tmp_path / "log.csv").write_text(MINI.read_text() if shared else CZECH)
    said = recount("rate", "log.csv", "--by", "language")
    assert said.code == 0
    board = pd.read_csv(io.StringIO(said.out))
    assert board["category"].unique().tolist() == ["Chinese", "English"]
    assert board["rating"].tolist() == pytest.approx([1000.0] * 4)
    assert "category 'Czech' (1 vote) is left out: the ratings do not exist" in said.err
    # In the words of the shell.
    assert "--existence prior" in said.err
    assert recount("rate", "log.csv", "--by", "language", "-o", "board.json").code == 0


def with_newcomer(category_of_newcomer):
    """`random_log` with four votes of "new", two of them won, in a category; or with who only won ("new" in two votes)."""
    votes = random_log(4)
    first, second = np.append(votes.first, [6] * 4), np.append(votes.second, [0, 1, 2, 3])
    codes = np.append(votes.columns["category"].codes, np.full(4, category_of_newcomer)).astype(np.int32)
    column = Factor(codes, votes.columns["category"].levels)
    return [Votes((*votes.names, "new"), first, second, np.append(votes.outcome, won), {"category": column}) for won in ([0, 1, 0, 1], [0] * 4)]


def test_who_is_left_out_of_a_category_is_returned():
    """By the existence policy, by the number of votes, or because the others do not rate them."""
    votes, undefeated = with_newcomer(1)
    assert table_of(undefeated, HALF.but(existence="drop"))[1] == {"maths": ("new",)}
    assert table_of(votes, HALF.but(minimum_votes=5))[1] == {"maths": ("new",)}
    frame, left_out = table_of(votes, HALF.but(shrink=True))
    assert left_out == {"maths": ("new",)}
    assert "new" not in set(frame.competitor)
    assert table_of(votes, HALF)[1] == {}


def test_errors_of_votes_outside_a_category_say_so():
    _, undefeated = with_newcomer(1)
    rated, unrated = rate_categories(undefeated, HALF.but(shrink=True))
    assert list(rated) == ["maths"]
    assert list(unrated) == ["code", "prose"]
    assert all(reason.startswith("of the votes outside it: the ratings do not exist") for reason in unrated.values())


def test_without_other_categories_or_any():
    votes = random_log(4)
    for codes, shrunken, message in (
        (0, True, "all votes have the label 'x' in column 'one', so there are no others to shrink toward; leave out `shrink`"),
        (-1, False, "column 'one' has no label in any vote"),
    ):
        one = Votes(votes.names, votes.first, votes.second, votes.outcome, {"one": Factor(np.full(votes.n_votes, codes, np.int32), ("x",))})
        with pytest.raises(InputError, match=message):
            rate_categories(one, Specification(by="one", shrink=shrunken))


def test_an_analysis_by_category():
    """Its leaderboard, with what a reader has to know: votes in no category, and who is rated in some of them only."""
    votes, undefeated = with_newcomer(1)
    frame = frame_of(undefeated)
    frame.loc[frame.index[:6], "category"] = None
    analysis = analyse(frame, ties="davidson", by="category", existence="drop")
    table = analysis.leaderboard()
    kept = np.arange(6, undefeated.n_votes)
    rated, _ = rate_categories(undefeated.only(kept), analysis.specification)
    expected = category_table(rated, analysis.fit, analysis.specification, Scale())
    assert table.kind == "categories"
    assert table.to_frame().set_index(["category", "competitor"]).to_dict("index") == {
        key: pytest.approx(row) for key, row in expected.set_index(["category", "competitor"]).to_dict("index").items()
    }
    assert "6 votes have no 'category'; they count in the overall ratings alone" in table.notes
    assert "category 'maths': left out who cannot be rated there (1): 'new'" in table.notes
    assert "existence='drop': left out 1 competitor: 'new'" in table.notes
    assert table.notes[-1] == "uncertainty: sandwich"
    shrunken = analyse(frame_of(votes), by="category", shrink=True).leaderboard()
    assert shrunken.notes[-1] == "uncertainty: posterior of each category, shrunken toward the other votes"
    assert "category 'maths': left out who cannot be rated there (1): 'new'" in shrunken.notes
    assert (shrunken.to_frame().prior_deviation > 0).all()


def test_what_does_not_go_with_shrinkage_or_without_a_column():
    for choices in ({"clusters": ("voter",)}, {"prior": Prior("votes")}, {"weights": Weights.pairs()}, {"intervals": "fisher"}, {"position": True}):
        with pytest.raises(OptionError, match="shrunken ratings have an uncertainty and a prior of their own"):
            analyse(frame_of(random_log(4)), by="category", shrink=True, **choices).leaderboard()
    with pytest.raises(OptionError, match="name the column whose labels are the categories"):
        rate_by_category(analyse(frame_of(random_log(4))))


def test_levels():
    votes = Votes(("a", "b"), [0, 1, 0, 1], [1, 0, 1, 0], [0, 0, 1, 2])

    def levels(column):
        codes, names = levels_of(Votes(votes.names, votes.first, votes.second, votes.outcome, {"c": column}), "c")
        return codes.tolist(), names

    assert levels(Factor(np.array([2, -1, 0, 2], np.int32), ("x", "unused", "y"))) == ([1, -1, 0, 1], ("x", "y"))
    assert levels(np.array([7, 3, 3, 7])) == ([1, 0, 0, 1], ("3", "7"))
    assert levels(np.array([1.0, np.nan, 2.0, 1.0])) == ([0, -1, 1, 0], ("1", "2"))
    assert levels(np.array([True, False, True, True])) == ([1, 0, 1, 1], ("False", "True"))
    assert levels(np.array(["2024-05-02", "NaT", "2024-05-01", "2024-05-02"], "datetime64[ms]")) == ([1, -1, 0, 1], ("2024-05-01", "2024-05-02"))
    with pytest.raises(InputError, match="holds float64 and no categories"):
        levels(np.array([1.5, 2.0, 1.0, 1.0]))
    with pytest.raises(InputError, match="holds times of day and no categories"):
        levels(np.arange(4).astype("datetime64[s]"))
    with pytest.raises(OptionError, match="no column 'd'"):
        levels_of(votes, "d")
