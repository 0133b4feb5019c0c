"""Every choice is defined in one place, and what derives from it agrees: help, keywords, checks, the grid, manifests."""

import json
import math
import subprocess
import sys
from dataclasses import MISSING, fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recount.data.choices import Columns, Reading
from recount.engine.choices import Anchor, Prior, RandomOrders, Resampling, Style, TieRule, Weights, choices_of
from recount.engine.choices.declaring import checked_value
from recount.engine.errors import InputError, OptionError
from recount.sims.command_line.options import in_options
from recount.sims.multiverse.combinations import grid
from recount.sims.specification import HowSure, Specification, WhatIsAsked, WhatIsConcluded, WhichModel, WhichVotes
from recount.sims.specification.flat import from_flat, options_of, to_flat

ROOT = Path(__file__).parents[1]
FIELD = '    novelty: int = choice(7, "A choice that a test has added.", least=1, most=9, reasonable=(7, 8))\n'


def test_a_field_is_added_in_one_place(tmp_path):
    """In a copy of the project one line more in `parts.py`; help, Python, check, grid and manifest have it."""
    package = tmp_path / "recount"
    package.mkdir()
    for path in (ROOT / "recount").iterdir():
        if path.suffix in (".py", ".pyi"):
            (package / path.name).write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    for folder in ("engine", "data"):
        (package / folder).symlink_to(ROOT / folder, target_is_directory=True)
    for path in (ROOT / "sims").rglob("*.py"):
        copy = package / "sims" / path.relative_to(ROOT / "sims")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    parts = package / "sims" / "specification" / "parts.py"
    text = parts.read_text(encoding="utf-8")
    place = text.index("    minimum_votes: int = choice(")
    parts.write_text(text[:place] + FIELD + text[place:], encoding="utf-8")
    (tmp_path / "log.csv").write_text("model_a,model_b,winner\na,b,model_a\nb,a,model_a\n", encoding="utf-8")
    code = """
import sys, json
from recount.sims.specification import Specification
from recount.sims.multiverse.combinations import grid
from recount.engine.errors import OptionError
try:
    Specification(novelty=0)
except OptionError as error:
    print(error)
print(Specification(novelty=8).novelty, len(list(grid(Specification(groups="all", metrics="best")))))
from recount.sims.command_line.program import main
sys.argv = ["recount", *sys.argv[1:]]
main()
"""

    def run(*arguments):
        environment = {"PYTHONPATH": str(tmp_path), "NUMBA_DISABLE_JIT": "1", "PATH": ""}
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=True
        )

    told = run("rate", "--help").stdout
    error, counted, *help_lines = told.splitlines()
    assert error == "novelty is 0; give a whole number, from 1 to 9"
    assert counted.split() == ["8", str(2 * sum(1 for _ in grid(Specification(groups="all", metrics="best"))))]
    assert "--novelty NUMBER" in told
    assert "A choice that a test has added. [default: 7]" in " ".join(" ".join(help_lines).split())
    run("check", "log.csv", "--novelty", "8", "-o", "check.csv")
    assert json.loads((tmp_path / "check.csv.manifest.json").read_text(encoding="utf-8"))["specification"]["novelty"] == 8


def test_fields_of_a_specification_are_those_of_its_parts():
    parts = [name for part in (WhichModel, WhichVotes, HowSure, WhatIsAsked) for name in choices_of(part)]
    assert sorted(parts) == sorted(field.name for field in fields(Specification))
    assert len(set(options_of(Specification))) == len(options_of(Specification))


@pytest.mark.parametrize("owner", [Specification, Reading, WhatIsConcluded, Resampling, Prior, RandomOrders], ids=lambda owner: owner.__name__)
def test_every_choice_says_what_it_is_and_its_default_is_allowed(owner):
    for name, declared in choices_of(owner).items():
        assert declared.choice.help.endswith("."), name
        default = declared.default
        # `check` takes a default as it stands.
        assert default is MISSING or checked_value(name, default, declared.kind, declared.choice) is default, name
        assert declared.default in declared.choice.reasonable or not declared.choice.reasonable, name
        assert set(declared.choice.reasonable) == {getattr(owner(**{name: value}), name) for value in declared.choice.reasonable}
    assert from_flat(owner, to_flat(owner())) == owner()


SOME = [
    Specification(ties="davidson", both_bad="outcome", weights=Weights.decay("time", days=30), minimum_votes=5),
    Specification(intervals=Resampling(scheme="bayes", n_replicates="auto", interval_method="bca"), clusters=("voter", "prompt")),
    Specification(prior=Prior("gaussian", 300.0), anchor=Anchor("x", 1200.0), seed=9, confidence_level=0.9),
    Specification(position=True, styles=(Style("a", "b", "difference"), Style("c", "d")), category_effects=("language",), ridge=0.5),
    Specification(by="language", shrink=True, top=5, k=1, open_weights="osi", size_threshold=7.0),
]


@pytest.mark.parametrize("specification", SOME, ids=range(len(SOME)))
def test_plain_values_make_the_specification_again(specification):
    """As a manifest holds them, in JSON."""
    assert Specification.from_dict(json.loads(json.dumps(specification.as_dict()))) == specification


@given(st.floats(0.1, 1e5), st.text("abc:", min_size=1).filter(lambda text: not text.startswith(":") and text.strip(":")))
def test_weights_are_written_as_they_are_read(amount, column):
    amount = float(f"{amount:g}")
    for weights in (Weights.none(), Weights.pairs(amount), Weights.voters(column), Weights.decay(column, amount)):
        assert Weights.parse(str(weights)) == weights


WRONG = [
    ({"ties": "win"}, "ties is 'win'; give one of 'half', 'drop'"),
    ({"ties": 1}, "ties is 1"),
    ({"both_bad": "win"}, "both_bad is 'win'; give one of 'tie', 'drop', 'outcome'"),
    ({"minimum_votes": -1}, "minimum_votes is -1; give a whole number, 0 or more"),
    ({"minimum_votes": 1.5}, "minimum_votes is 1.5"),
    ({"minimum_votes": True}, "minimum_votes is True"),
    ({"top": 0}, "top is 0; give a whole number, 1 or more"),
    ({"size_threshold": math.nan}, "size_threshold is nan; give a number, above 0"),
    ({"size_threshold": -1.0}, "size_threshold is -1.0"),
    ({"confidence_level": 95}, "confidence_level is 95; give a number, above 0 and below 1, for example 0.95"),
    ({"seed": -1}, "seed is -1"),
    ({"weights": "pairs"}, "weights is 'pairs'; give a Weights, for example Weights.pairs()"),
    ({"prior": "votes"}, "prior is 'votes'; give a Prior, for example Prior('votes')"),
    ({"intervals": "bootstrap"}, "or a Resampling, for example Resampling("),
    ({"clusters": ("a", "a")}, "clusters is ('a', 'a')"),
    ({"prior": Prior("votes"), "existence": "drop"}, "existence='drop' leaves competitors out, and prior='votes' rates them"),
    ({"intervals": "fisher", "clusters": ("voter",)}, "intervals='fisher' takes neither clusters nor weights"),
    ({"ridge": 1.0}, "ridge is 1, but there is no effect"),
    ({"shrink": True}, "shrink is for ratings by category"),
]


@pytest.mark.parametrize(("choices", "message"), WRONG, ids=[str(choices) for choices, _ in WRONG])
def test_what_cannot_be_is_refused_when_it_is_made(choices, message):
    with pytest.raises(OptionError) as refused:
        Specification(**choices)
    assert message in str(refused.value)


BELONGING = [
    ({"scheme": "poisson"}, "scheme is poisson, which has an effect with intervals='bootstrap' only"),
    ({"n_replicates": 100, "intervals": "fisher"}, "n_replicates is 100, which has an effect with intervals='bootstrap' only"),
    ({"prior_amount": 3.0}, "prior_amount is 3, but prior='none' has none"),
    ({"prior": "gaussian"}, "prior='gaussian' has no usual width"),
    ({"anchor_rating": 1200.0}, "anchor_rating is 1200, but no anchor is named"),
    ({"tis": "drop"}, "there is no choice 'tis'; did you mean 'ties'?"),
    ({"weights": "decay:30"}, "weights is 'decay:30'; give none, pairs, pairs:FLOOR, voters:COLUMN or decay:COLUMN:DAYS"),
    ({"styles": ["a"]}, "style is 'a'; give COLUMN_A,COLUMN_B"),
]


@pytest.mark.parametrize(("choices", "message"), BELONGING, ids=[str(choices) for choices, _ in BELONGING])
def test_a_choice_that_hangs_on_another_is_refused_without_it(choices, message):
    with pytest.raises(OptionError) as refused:
        Specification.from_dict(choices)
    assert message in str(refused.value)


def test_not_given_differs_from_the_default():
    """The default of a choice that hangs on another is refused as well, if it is given."""
    with pytest.raises(OptionError, match="has an effect with intervals='bootstrap' only"):
        Specification.from_dict({"scheme": "votes"})
    assert Specification.from_dict({"scheme": None}) == Specification()


def test_a_specification_shows_what_is_unusual():
    assert repr(Specification()) == "Specification()"
    assert repr(Specification(ties="drop", prior=Prior("votes"))) == "Specification(ties='drop', prior=Prior(kind='votes', amount=1.0))"


def test_columns():
    with pytest.raises(InputError, match="name one column twice"):
        Columns("a", "a", "b")
    plain = {"model_a": "x", "model_b": "y", "winner": "z", "outcomes": "", "count": "", "layout": "", "separator": "", "max_rejected": 0.5}
    plain["skip_unreadable"] = False
    assert to_flat(Reading(Columns("x", "y", "z"), 0.5)) == plain


def test_messages_in_the_words_of_the_shell():
    options = options_of(Specification).values()
    for message, told in (
        ("minimum_votes is -1; give a whole number", "--minimum-votes is -1; give a whole number"),
        ("top is 0", "--top is 0"),
        ("take existence='prior', or lower minimum_votes", "take --existence prior, or lower --minimum-votes"),
        ("clusters is ('a', 'a')", "--cluster is ('a', 'a')"),
        ("the prior of a model_x", "the prior of a model_x"),
    ):
        assert in_options(message, options) == told


def test_tie_rules_know_their_parameters():
    assert [rule.parameter for rule in TieRule] == ["", "", "nu", "threshold", "nu", "threshold"]
    assert [rule.by_pair for rule in TieRule] == [False] * 4 + [True] * 2
    assert {rule: str(rule) for rule in TieRule} == {rule: rule.value for rule in TieRule}
