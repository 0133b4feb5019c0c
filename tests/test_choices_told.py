"""Choices in words, for every choice that is varied."""

import pytest

from recount.engine.choices import choices_of
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.multiverse.departures import choice_words
from recount.sims.presentation.choices_told import told_change, told_changes, told_choice, told_choices
from recount.sims.specification import Specification


def test_no_choice_is_told_in_code():
    """Every reasonable value of every choice is words: no name of a field, no sign between a name and a value."""
    usual = Specification(groups=("every",), metrics=("every",))
    for field, values in reasonable_values(usual).items():
        assert "_" not in told_choice(field)
        for value in values:
            if value == getattr(usual, field):
                continue
            change = choice_words(usual.but(**{field: value}).as_dict(), usual.as_dict(), [field])
            told = told_change(change)
            assert told
            assert "=" not in told, change
            assert "_" not in told, change
    assert "ties" in choices_of(Specification)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ties=drop", "ties left out"),
        ("minimum_votes=1000 + size_threshold=7.0", "only models with 1,000 votes or more and models of 7 billion parameters or more as large"),
        ("prior=gaussian prior_amount=400.0", "a normal prior (400 points)"),
        ("attribution=base model", "models of who made the base model"),
        ("unheard_of=x", "unheard of: x"),
    ],
)
def test_a_change_in_words(change, told):
    assert told_change(change) == told


def test_several_in_words():
    assert told_choices("ties × weights") == "how ties count × weights of votes"
    assert told_changes("ties=drop, top=10 + k=1") == "ties left out; the top 10 and the one best model"
