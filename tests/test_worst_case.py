"""The fewest votes that overturn a conclusion, as a perturbation: the conclusion is overturned, by as many votes as were told."""

import numpy as np
import pytest

import recount
from recount.engine import count, fit
from recount.engine.errors import ExistenceError, InputError, OptionError
from recount.engine.scrutiny.conclusion import top_set
from recount.engine.scrutiny.fewest_changes import fewest_votes
from recount.sims.perturbations.perturbing import named
from tests.logs import frame_of
from tests.random_logs import UNDEFEATED, counts_of, random_votes


@pytest.fixture(scope="module")
def votes():
    return random_votes(n=7, n_votes=900, spread=0.4)


@pytest.fixture(scope="module")
def counts(votes):
    return count(votes)


def first_of(counts):
    fitted = fit(counts)
    return fitted.names[int(np.argmax(fitted.strengths))]


def unordered(counts):
    """Wins of the one that comes first by name, losses, ties and both bad, of each pair."""
    turned = counts.first > counts.second
    table = np.zeros((len(counts.names), len(counts.names), 4), np.int64)
    cells = np.where(turned[:, None], counts.counts[:, [1, 0, 2, 3]], counts.counts)
    np.add.at(table, (np.minimum(counts.first, counts.second), np.maximum(counts.first, counts.second)), cells)
    return table


@pytest.mark.parametrize("change", ["drop", "flip", "add"])
def test_the_first_place_changes_by_the_votes_that_influence_finds(counts, change):
    after = recount.perturb(counts, "worst_case", change=change)
    fitted = fit(counts)
    found = fewest_votes(fitted, top_set(fitted), change=change)
    assert first_of(after) != first_of(counts)
    assert after.n_votes - counts.n_votes == {"drop": -1, "flip": 0, "add": 1}[change] * found.n_changed
    moved = unordered(after) - unordered(counts)
    by_pair = found.votes.T
    i, j = np.triu_indices(7, 1)
    if change == "flip":
        expected = by_pair[:, [1, 0]] - by_pair[:, [0, 1]]
        assert (moved[i, j][:, :2] == expected).all()
        assert (moved[i, j][:, 2:] == 0).all()
    else:
        sign = -1 if change == "drop" else 1
        assert (moved[i, j][:, :2] == sign * by_pair[:, :2]).all()
        assert (moved[i, j][:, 2:].sum(axis=1) == sign * by_pair[:, 2]).all()


def test_which_votes_of_a_cell_they_are_is_random_and_the_rows_agree(votes, counts):
    several = [recount.perturb(counts, "worst_case", seed=seed, change="flip") for seed in range(6)]
    assert all((unordered(one) == unordered(several[0])).all() for one in several)
    assert any((one.counts != several[0].counts).any() for one in several)
    log = recount.perturb(recount.read(frame_of(votes)), "worst_case", change="flip", seed=1)
    assert (count(log.rows()).counts == log.counts.counts).all()
    assert first_of(log.counts) != first_of(counts)
    assert "votes to flip, so that" in log.changes[0]


def test_of_two_models_the_other_is_better_afterwards(counts):
    fitted = fit(counts)
    low, high = (fitted.names[i] for i in np.argsort(fitted.strengths)[[1, 4]])
    after = fit(recount.perturb(counts, "worst_case", pair=(low, high), change="add"))
    assert after.strengths[after.names.index(low)] > after.strengths[after.names.index(high)]


def test_what_cannot_be_overturned_or_is_not_there_is_named(counts):
    with pytest.raises(InputError, match="pair is 'nobody', who is not in the log"):
        recount.perturb(counts, "worst_case", pair=("m00", "nobody"))
    with pytest.raises(ExistenceError):
        recount.perturb(counts_of(UNDEFEATED), "worst_case")
    with pytest.raises(InputError, match="no votes to drop overturn the conclusion"):
        recount.perturb(counts_of([("a", "b", 2, 1, 0, 0)]), "worst_case")


@pytest.mark.parametrize(
    ("choices", "said"),
    [
        ({"change": "burn"}, "worst_case: change is 'burn'; give one of 'drop', 'flip', 'add'"),
        ({"pair": ("a", "b"), "best": 2}, "worst_case: `pair` and `best` are different conclusions"),
        ({"ordered": True}, "worst_case: ordered is True, which has no effect on first place alone"),
    ],
)
def test_choices_that_do_not_go_together_are_refused(choices, said):
    with pytest.raises(OptionError) as error:
        named("worst_case", choices)
    assert said in str(error.value)
