"""Choices of an analyst in words: the names and values of fields are for commands and files."""

import re

from recount.sims.presentation.wording import clean

# What a choice is about.
ABOUT = {
    "ties": "how ties count",
    "both_bad": "how “both bad” counts",
    "weights": "weights of votes",
    "prior": "prior of the strengths",
    "minimum_votes": "fewest votes of a model",
    "attribution": "whose a model is",
    "variants": "variants of a model",
    "country_draws": "strengths or estimates",
    "k": "how many best models",
    "top": "how long the top is",
    "above": "level that counts",
    "lag_tolerance": "what is as good, in lags",
    "open_weights": "which weights are open",
    "size_threshold": "what is large",
    "counting": "models of two countries",
    "parameters": "which parameters count",
    "existence": "what to do without ratings",
}
# How it is made, by name and value; {} is any value.
MADE = {
    "ties": {
        "half": "ties as half-wins",
        "drop": "ties left out",
        "davidson": "ties by Davidson's model",
        "rao-kupper": "ties by Rao and Kupper's model",
    },
    "both_bad": {"tie": "“both bad” as ties", "drop": "“both bad” left out", "outcome": "“both bad” as an outcome of its own"},
    "weights": {"none": "every vote counted alike", "pairs": "every pair counted alike", "pairs:50": "every pair of 50 votes or more counted alike"},
    "prior": {"none": "no prior", "gaussian": "a normal prior", "votes": "a prior of votes"},
    "prior_amount": {"{}": "({} points)"},
    "minimum_votes": {"0": "models with any number of votes", "{}": "only models with {} votes or more"},
    "attribution": {
        "headquarters": "models of the organisation that made them",
        "parent": "models of the parent organisation",
        "base model": "models of who made the base model",
    },
    "variants": {"apart": "variants apart", "merged": "variants of a model as one"},
    "country_draws": {"posterior": "metrics of strengths", "estimates": "metrics of estimated ratings"},
    "k": {"1": "the one best model", "{}": "the {} best models"},
    "top": {"{}": "the top {}"},
    "above": {"{}": "a level of {}"},
    "lag_tolerance": {"{}": "models within {} points as good"},
    "open_weights": {
        "any": "weights under any licence as open",
        "commercial": "only weights for commercial use as open",
        "osi": "only OSI licences as open",
    },
    "size_threshold": {"{}": "models of {} billion parameters or more as large"},
    "counting": {"whole": "models whole for each of their countries", "fractional": "models in parts for their countries"},
}
PART = re.compile(r"(\w+)=(.*?)(?= \w+=|$)")


def told_choice(name: str) -> str:
    """Say what a choice is about."""
    return ABOUT.get(name, clean(name).replace("_", " "))


def told_choices(names: object) -> str:
    """Say what several choices are about that a table has with a cross between them."""
    return " × ".join(told_choice(one) for one in str(names).split(" × ") if one)


def told_changes(changes: object) -> str:
    """Say several changes that a table has with commas between them."""
    named, and_more, n = str(changes).partition(", and ")
    told = [told_change(one) for one in re.split(r", (?=\w+=)", named) if one]
    return "; ".join([*told, f"and {n}"] if and_more else told)


def told_change(change: object) -> str:
    """Say how choices are made that a table has as ``name=value``, with a plus between them."""
    return " and ".join(" ".join(_told(*part) for part in PART.findall(clean(one))) for one in str(change).split(" + ") if one)


def _told(name: str, value: str) -> str:
    made, shown = MADE.get(name, {}), f"{float(value):,g}" if re.fullmatch(r"\d+(\.\d+)?", value) else value
    return made.get(value) or made.get(shown) or made.get("{}", f"{told_choice(name)}: {{}}").format(shown)
