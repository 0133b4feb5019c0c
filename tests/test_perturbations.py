"""What each perturbation does to counts, by its law, and on which parameters it refuses to."""

from pathlib import Path

import numpy as np
import pytest
from scipy import stats

import recount
from recount.engine.errors import InputError, OptionError, RecountError
from recount.engine.votes import BOTH_BAD, PairCounts
from recount.sims.perturbations.drawing_votes import drawn
from recount.sims.perturbations.perturbation_page import perturbations_as_markdown
from recount.sims.perturbations.perturbing import PERTURBATIONS, named, said_of
from recount.sims.perturbations.sampling_rates import votes_of_pairs
from tests.random_logs import counts_of, random_votes
from tests.reference import pair_counts

N_DRAWS = 1000
# Both orders of a pair, a rare pair, a pair with every outcome, one with none both bad.
ROWS = [("a", "b", 40, 10, 6, 4), ("b", "a", 12, 30, 5, 3), ("a", "c", 20, 20, 0, 0), ("c", "d", 3, 1, 1, 0), ("b", "d", 15, 5, 8, 2)]


@pytest.fixture
def counts():
    return counts_of(ROWS)


def perturbed(counts, name, seed=1, **choices):
    return recount.perturb(counts, name, seed=seed, **choices)


def many(counts, name, **choices):
    """The cells of many draws, on the pairs of the counts, (N_DRAWS, n_pairs, 4)."""
    cells = np.zeros((N_DRAWS, *counts.counts.shape), np.int64)
    place = {(counts.names[i], counts.names[j]): k for k, (i, j) in enumerate(zip(counts.first, counts.second, strict=True))}
    for seed in range(N_DRAWS):
        after = perturbed(counts, name, seed, **choices)
        for i, j, row in zip(after.first, after.second, after.counts, strict=True):
            cells[seed, place[after.names[i], after.names[j]]] = row
    return cells


def check_law(cells, mean, variance):
    """Means and variances of draws within five standard errors of the law."""
    error = np.sqrt(variance / N_DRAWS)
    assert (np.abs(cells.mean(axis=0) - mean) <= 5 * error + 1e-12).all()
    fourth = ((cells - cells.mean(axis=0)) ** 4).mean(axis=0)
    assert (np.abs(cells.var(axis=0) - variance) <= 5 * np.sqrt(fourth / N_DRAWS) + 1e-12).all()


def hypergeometric(n_votes, n):
    """Mean and variance of the votes of each cell among `n` drawn without replacement."""
    total = n_votes.sum()
    p = n_votes / total
    return n * p, n * p * (1 - p) * (total - n) / (total - 1)


def test_drawn_votes_have_the_hypergeometric_law():
    cells = np.array([5, 0, 3, 4])
    draws = np.array([drawn(cells, 6, np.random.default_rng(seed)) for seed in range(4000)])
    assert (draws.sum(axis=1) == 6).all()
    assert (draws <= cells).all()
    for cell, n in enumerate(cells):
        support = np.arange(n + 1)
        observed = np.bincount(draws[:, cell], minlength=n + 1)
        expected = stats.hypergeom(12, n, 6).pmf(support) * 4000
        some = expected > 0
        assert observed[~some].sum() == 0
        assert some.sum() == 1 or stats.chisquare(observed[some], expected[some]).pvalue > 1e-3


def test_more_votes_can_be_drawn_than_numpy_can():
    cells = np.array([3_000_000_000, 1_000_000_000, 7])
    got = drawn(cells, 2_000_000_000, np.random.default_rng(1))
    mean, variance = hypergeometric(cells, 2_000_000_000)
    assert got.sum() == 2_000_000_000
    assert (np.abs(got - mean) < 5 * np.sqrt(variance)).all()


@pytest.mark.parametrize(("name", "share", "n_kept"), [("subsample", 0.3, 56), ("drop", 0.7, 55), ("drop", 0.01, 183)])
def test_votes_are_drawn_without_replacement(counts, name, share, n_kept):
    assert counts.n_votes == 185
    cells = many(counts, name, share=share)
    # Halves are rounded to the even number.
    assert (cells.sum(axis=(1, 2)) == n_kept).all()
    check_law(cells, *hypergeometric(counts.counts, n_kept))


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("subsample", {"share": 1.0}),
        ("drop", {"share": 0.0}),
        ("careless", {"share": 0.0}),
        ("sampling_rate", {"models": ("a",), "rate": 1.0}),
        ("even_pairs", {"most": 1000}),
        ("edge_thinning", {"below": 5}),
        ("edge_thinning", {"below": 1000, "share": 0.0}),
        ("deprecation", {"models": ("a",), "after": 1.0}),
    ],
)
def test_at_its_limit_a_perturbation_changes_nothing(counts, name, choices):
    after = perturbed(counts, name, **choices)
    assert after.names == counts.names
    assert (after.first == counts.first).all()
    assert (after.counts == counts.counts).all()


@pytest.mark.parametrize(
    ("outcomes", "probabilities"),
    [("wins", [1 / 2, 1 / 2, 0, 0]), ("all", [1 / 4] * 4), ("as voted", [90 / 185, 66 / 185, 20 / 185, 9 / 185])],
)
def test_careless_votes_have_random_outcomes(counts, outcomes, probabilities):
    assert counts.counts.sum(axis=0).tolist() == [90, 66, 20, 9]
    cells = many(counts, "careless", share=0.4, outcomes=outcomes)
    n_of_pair = counts.counts.sum(axis=1, keepdims=True)
    assert (cells.sum(axis=2, keepdims=True) == n_of_pair).all()
    probabilities = np.array(probabilities)
    expected = 0.6 * counts.counts + 0.4 * n_of_pair * probabilities
    spread = np.sqrt(n_of_pair / N_DRAWS)
    assert (np.abs(cells.mean(axis=0) - expected) < 5 * spread * 0.5).all()


def test_votes_that_are_all_careless_say_nothing_of_the_answers(counts):
    cells = many(counts, "careless", share=1.0)
    n_of_pair = counts.counts.sum(axis=1)
    check_law(cells[:, :, 0], n_of_pair / 2, n_of_pair / 4)
    assert (cells[:, :, 2:] == 0).all()


def test_careless_votes_are_never_what_nobody_could_vote():
    counts = counts_of([("a", "b", 100, 50, 50, 0), ("b", "c", 100, 100, 0, 0), ("a", "c", 10, 1, 0, 0)])
    after = perturbed(counts, "careless", share=1.0, outcomes="all")
    assert after.counts[:, BOTH_BAD].sum() == 0
    assert after.counts[:, 2].sum() > 50


@pytest.mark.parametrize(("rate", "inside", "outside"), [(4.0, 1.0, 0.25), (0.2, 0.2, 1.0)])
def test_sampling_rates_thin_the_votes_of_the_others(counts, rate, inside, outside):
    cells = many(counts, "sampling_rate", models=("d",), rate=rate)
    d = counts.names.index("d")
    theirs = (counts.first == d) | (counts.second == d)
    for pairs, p in ((theirs, inside), (~theirs, outside)):
        n = counts.counts[pairs]
        check_law(cells[:, pairs], n * p, n * p * (1 - p))


def test_no_pair_has_more_votes_than_the_most(counts):
    cells = many(counts, "even_pairs", most=30)
    n, place = votes_of_pairs(counts)
    for pair, own in enumerate(n):
        of = cells[:, place == pair]
        assert (of.sum(axis=(1, 2)) == min(own, 30)).all()
        check_law(of, *hypergeometric(counts.counts[place == pair], min(own, 30)))


def test_rare_pairs_are_thinned_and_models_that_vanish_are_gone():
    counts = counts_of([*ROWS, ("d", "e", 2, 1, 0, 0)])
    after = perturbed(counts, "edge_thinning", below=10)
    assert after.names == ("a", "b", "c", "d")
    assert sorted(after.counts.sum(axis=1)) == [30, 40, 50, 60]
    half = perturbed(counts, "edge_thinning", below=10, share=0.5)
    assert sorted(half.counts.sum(axis=1)) == [1, 3, 30, 40, 50, 60] or sorted(half.counts.sum(axis=1)) == [2, 3, 30, 40, 50, 60]


def test_both_orders_of_a_pair_are_one_pair():
    counts = counts_of([("a", "b", 20, 10, 0, 0), ("b", "a", 15, 10, 0, 0), ("a", "c", 30, 10, 0, 0)])
    assert votes_of_pairs(counts)[0].tolist() == [55, 40]
    assert perturbed(counts, "edge_thinning", below=50).n_votes == 55
    assert perturbed(counts, "edge_thinning", below=56, share=1 / 2).n_votes == 28 + 20 - 1


def test_leaving_out_is_what_a_filter_leaves_out(arena_counts):
    model = "gpt-4-0613"
    keep = np.array([name != model for name in arena_counts.names])
    after = perturbed(arena_counts, "leave_model", model=model)
    assert after.names == arena_counts.only(keep).names
    assert (after.counts == arena_counts.only(keep).counts).all()


def test_of_an_opponent_only_the_votes_against_the_model_go(counts):
    after = perturbed(counts, "leave_opponent", model="b", opponent="a")
    assert after.names == counts.names
    assert after.n_votes == counts.n_votes - 110
    assert [(after.names[i], after.names[j]) for i, j in zip(after.first, after.second, strict=True)] == [("a", "c"), ("b", "d"), ("c", "d")]


def test_countries_and_organisations_leave_with_all_their_models(arena_counts):
    without_us = perturbed(arena_counts, "leave_country", country="US")
    assert "gpt-4-0613" not in without_us.names
    assert "qwen-max-0428" in without_us.names
    without_openai = perturbed(arena_counts, "leave_organisation", organisation="OpenAI")
    gone = {*arena_counts.names} - {*without_openai.names}
    assert gone == {name for name in arena_counts.names if name.startswith(("gpt-4", "gpt-3.5", "chatgpt"))}


def test_models_of_a_span_of_releases_stay(arena_counts):
    after = perturbed(arena_counts, "release_window", released="2024-05/2024-08")
    assert {"gpt-4o-2024-05-13", "llama-3.1-405b-instruct"} <= {*after.names}
    assert not {"gpt-4-0613", "llama-2-70b-chat"} & {*after.names}


def test_of_counts_a_retired_model_keeps_a_share_of_its_votes(counts):
    cells = many(counts, "deprecation", models=("d",), after=0.5)
    d = counts.names.index("d")
    theirs = (counts.first == d) | (counts.second == d)
    assert (cells[:, ~theirs] == counts.counts[~theirs]).all()
    check_law(cells[:, theirs], *hypergeometric(counts.counts[theirs], 18))


def test_models_that_retire_are_drawn_alike():
    counts = random_counts()
    retired = [{*counts.names} - {*perturbed(counts, "deprecation", seed, share_of_models=0.25, after=0.0).names} for seed in range(400)]
    assert {len(names) for names in retired} == {3}
    n = np.array([sum(name in names for names in retired) for name in counts.names])
    assert stats.chisquare(n, np.full(12, 100)).pvalue > 1e-3


def random_counts():
    return recount.engine.count(random_votes())


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("subsample", {"share": 0.5}),
        ("drop", {"share": 0.2}),
        ("careless", {"share": 0.2}),
        ("sampling_rate", {"models": ("m01",), "rate": 3.0}),
        ("even_pairs", {"most": 20}),
        ("edge_thinning", {"below": 45, "share": 0.5}),
        ("rigging", {"target": "m03", "n_battles": 300, "identification": 0.7}),
        ("deprecation", {"share_of_models": 0.3, "after": 0.4}),
    ],
)
def test_a_seed_says_all_and_another_says_something_else(name, choices):
    counts = random_counts()
    one, again, other = (perturbed(counts, name, seed, **choices) for seed in (5, 5, 6))
    assert one.names == again.names
    assert (one.counts == again.counts).all()
    assert one.counts.shape != other.counts.shape or (one.counts != other.counts).any()


def test_perturbations_with_one_seed_have_nothing_in_common():
    counts = pair_counts(["a", "b"], [("a", "b", 100, 100, 0, 0)])
    won = np.array([[perturbed(counts, name, seed, share=0.5).counts[0, 0] for name in ("subsample", "drop")] for seed in range(500)])
    assert abs(np.corrcoef(won.T)[0, 1]) < 4 / np.sqrt(500)


@pytest.mark.parametrize(
    ("name", "choices", "said"),
    [
        ("subsamples", {"share": 0.5}, "there is no perturbation 'subsamples'; did you mean 'subsample'?"),
        ("xyz", {}, "there is no perturbation 'xyz'; there are 'subsample', 'drop',"),
        ("subsample", {"shares": 0.5}, "subsample: there is no choice 'shares'; did you mean 'share'?"),
        ("subsample", {"share": 0}, "subsample: share is 0; give a number, above 0 and at most 1"),
        ("subsample", {"share": 1.5}, "subsample: share is 1.5; give"),
        ("subsample", {"share": "half"}, "subsample: share is 'half'; give a number"),
        ("subsample", {"share": float("nan")}, "subsample: share is nan; give a number"),
        ("drop", {"share": 1.0}, "drop: share is 1.0; give"),
        ("drop", {"share": -0.1}, "drop: share is -0.1; give"),
        ("careless", {"outcomes": "nice"}, "careless: outcomes is 'nice'; give one of 'wins', 'all', 'as voted'"),
        ("sampling_rate", {"rate": 2.0}, "sampling_rate: models is missing; name at least one"),
        ("sampling_rate", {"models": ("a",), "rate": 0.0}, "sampling_rate: rate is 0.0; give"),
        ("even_pairs", {"most": 0}, "even_pairs: most is 0; give a whole number, 1 or more"),
        ("even_pairs", {"most": 1.5}, "even_pairs: most is 1.5; give a whole number"),
        ("leave_model", {}, "leave_model: model is missing; give text, for example 'gpt-4-0613'"),
        ("leave_opponent", {"model": "a", "opponent": "a"}, "leave_opponent: opponent is 'a', which is the model itself; name another"),
        ("deprecation", {"after": 0.5}, "deprecation: models and share_of_models: give one of them"),
        ("deprecation", {"models": ("a",)}, "deprecation: day and after: give one of them"),
        ("deprecation", {"models": ("a",), "day": "soon"}, "deprecation: day is 'soon'; give an ISO 8601 day or time"),
        ("time_window", {}, "time_window: since, until and share: give a time, or else a share"),
        ("time_window", {"since": "2024-01-01", "share": 0.5}, "give a time, or else a share"),
        ("time_window", {"since": "2024-02-01", "until": "2024-01-01"}, "which is after until"),
        ("release_window", {"released": "whenever"}, "release_window: released is 'whenever', which is no period; give it as FROM/TO"),
        ("rigging", {}, "rigging: target is missing; give text"),
        ("rigging", {"target": "a", "n_battles": 0}, "rigging: n_battles is 0; give a whole number"),
        ("prompt_mix", {"label": "code"}, "prompt_mix: column is missing; give text"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_before_any_vote_is_read(name, choices, said):
    with pytest.raises(OptionError) as error:
        named(name, choices)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "choices", "said"),
    [
        ("leave_model", {"model": "aa"}, "model is 'aa', who is not there"),
        ("leave_opponent", {"model": "a", "opponent": "d"}, "opponent is 'd', whom 'a' never met; name another"),
        ("leave_opponent", {"model": "a", "opponent": "z"}, "opponent is 'z', who is not in the log"),
        (
            "leave_country",
            {"country": "CN"},
            "country is 'CN', of which no model is known to be; nothing is known of them: give a catalogue that has these models",
        ),
        ("leave_organisation", {"organisation": "OpenAI"}, "organisation is 'OpenAI', of which no model is known to be"),
        ("sampling_rate", {"models": ("a", "z")}, "models is 'z', who is not in the log"),
        ("deprecation", {"models": ("z",), "after": 0.5}, "models is 'z', who is not in the log"),
        ("deprecation", {"share_of_models": 0.01, "after": 0.5}, "share_of_models is 0.01, which is none of 4 models"),
        ("rigging", {"target": "z"}, "target is 'z', who is not in the log"),
        ("subsample", {"share": 1e-6}, "subsample share=1e-06 seed=1 leaves no vote of 185"),
        ("edge_thinning", {"below": 1000}, "leaves no vote of 185"),
        ("time_window", {"since": "2024-01-01"}, "time_window looks at single votes, which counts have lost"),
        ("leave_voters", {"label": "x"}, "leave_voters looks at single votes, which counts have lost"),
    ],
)
def test_what_the_votes_do_not_have_is_named(counts, name, choices, said):
    with pytest.raises(RecountError) as error:
        perturbed(counts, name, **choices)
    assert said in str(error.value)


def test_of_counts_nobody_retires_on_a_day(counts):
    with pytest.raises(OptionError, match="day needs the times of votes, and counts have none; give `after` alone"):
        perturbed(counts, "deprecation", models=("a",), day="2024-01-01")


@pytest.mark.parametrize("seed", [-1, 1.5, "one", None, 2**64])
def test_a_seed_is_a_whole_number(counts, seed):
    with pytest.raises(OptionError, match="seed is"):
        perturbed(counts, "subsample", seed)


def test_every_perturbation_says_what_it_does_and_where_it_is_from():
    for name, kind in PERTURBATIONS.items():
        assert kind.__doc__, name
        assert kind.__dataclass_params__.frozen, name
        assert any(hasattr(kind, method) for method in ("staying", "changed", "passing")), name


def test_what_was_chosen_is_said_in_full():
    assert said_of(named("careless", {"share": 0.2}), 7) == "careless share=0.2 outcomes='wins' seed=7"
    assert said_of(named("deprecation", {"models": "a", "after": 0.5}), 0) == "deprecation models=('a',) after=0.5 seed=0"


def test_what_is_no_perturbation_is_refused(counts):
    with pytest.raises(OptionError, match="perturbation is 'subsample'; give one of Subsample, RandomDrop"):
        recount.perturbed(counts, "subsample")


def test_an_empty_count_leaves_nothing():
    empty = PairCounts(("a", "b"), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros((0, 4), np.int64))
    for name in ("subsample", "drop", "careless", "even_pairs", "edge_thinning"):
        with pytest.raises(InputError, match="leaves no vote of 0"):
            perturbed(empty, name)


def test_the_page_of_perturbations_is_up_to_date_and_its_example_runs():
    page = (Path(__file__).parents[1] / "docs" / "perturbations.md").read_text(encoding="utf-8")
    assert page.endswith(f"\n\n{perturbations_as_markdown()}")
    names: dict[str, object] = {}
    exec(page.split("```python")[1].split("```")[0], names)
    assert any("rigging target='phi-3-small-8k-instruct'" in note for note in names["board"].notes)
