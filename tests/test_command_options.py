"""Every option of every command changes what a command says or writes, or is refused by name, whatever else is asked for; a run can be repeated."""

import importlib
from typing import Literal, get_args, get_origin

import click
import pandas as pd
import pytest

from recount.sims.command_line import program
from recount.sims.command_line.options import in_options, is_repeatable
from recount.sims.command_line.program import COMMANDS
from recount.sims.multiverse.combinations import reasonable_values
from recount.sims.report import opening, page
from recount.sims.report.claims_section import show_claims
from recount.sims.report.countries_section import show_countries
from recount.sims.report.leaderboard_section import show_leaderboard
from recount.sims.report.material import Material
from recount.sims.specification import Specification
from tests.commands import one_line
from tests.option_logs import DAMAGED, Asked, Found, write_logs
from tests.option_values import VALUES

BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")
UNDEFEATED, TIED, LONG = ("undefeated.csv",), ("tied.csv",), ("long.csv",)
LONG_UNDEFEATED = ("long_undefeated.csv",)
# Who works changes nothing but the time.
WITHOUT_A_TRACE = ("workers",)
# Commands that are on no votes.
SUBJECTS = {"simulate": "arena", "data": "list", "releases": "catalogue", "saturation": "scores.csv"}
# Named before the votes.
FILES = {"claims": ("claims.toml",), "study": ("plan.toml",)}
SLOW = ("quality", "report", "claims", "study", "countries")
PLACES = {"study": ("-o", "x")}


# Of one group and metric: all of them take seconds for every option.
GRID = "--specifications grid --group 'open weights' --metric best -o grid.csv"
GRID_OF_RATINGS = "--specifications grid -o grid.csv"
PLAIN = {
    "check": "item",
    "audit": "size",
    "rate": "competitor",
    "quality": "value",
    "elo": "competitor",
    "influence": "n_changed",
    "votes-needed": "n_needed",
    "countries": "country",
    "claims": "verdict",
    "study": "outcome",
    "report": "competitor",
}
FURTHER = {
    "rate": [
        Asked("--intervals bootstrap --n-replicates 40"),
        Asked("--prior votes"),
        Asked("--position --ridge 2"),
        Asked("--anchor yi-34b-chat"),
        Asked("--by topic", "category"),
        Asked("--by topic --shrink", "category"),
        Asked("--table pairs", "other"),
        Asked("--table pairs --intervals bootstrap --n-replicates 40", "other"),
        Asked("--pair yi-34b-chat command-r-plus", "other"),
        Asked("--against board.csv", "rank_change"),
        Asked(GRID_OF_RATINGS, "leader", LONG),
    ],
    "quality": [
        Asked("--position --ridge 2", "value"),
        Asked("--table calibration", "start"),
        Asked("--table calibration --held-out time:tstamp", "start"),
        Asked("--table residuals", "other"),
        Asked("--table cycles", "next"),
        Asked("--table comparison", "model"),
        Asked("--table comparison --held-out time:tstamp", "model"),
    ],
    "elo": [
        Asked("--order random"),
        Asked("--order tstamp"),
        Asked("--system glicko2 --period 50"),
        Asked("--system trueskill"),
        Asked("--resume elo.csv"),
    ],
    "influence": [
        Asked("--cluster voter", "label"),
        Asked("--top 2", "n_changed"),
        Asked("--kendall-tau 0.7", "n_changed"),
        Asked("--claim claims.toml:best", "n_changed"),
        *(Asked(f"--change {change}", "n_changed") for change in ("flip", "add")),
        Asked("--pair yi-34b-chat command-r-plus", "n_changed"),
        *(Asked(f"--country-lead '{group}'", "n_changed") for group in ("all", "open weights", "large")),
    ],
    "votes-needed": [
        Asked("--intervals bootstrap --n-replicates 40", "n_needed"),
        Asked("--pair yi-34b-chat dbrx-instruct-preview", "n_needed"),
        *(Asked(f"--country-lead '{group}'", "n_needed") for group in ("all", "open weights", "large")),
    ],
    "countries": [
        Asked("--intervals bootstrap --n-replicates 40", "country"),
        Asked("--replicates replicates.parquet", "country", ()),
        Asked(GRID, "leader", LONG),
        Asked("--through-time", "estimate"),
    ],
}
# What changes only the numbers behind a yes or no that is shown, and where the log decides whether it does.
BEHIND = {("rate", "--pair yi-34b-chat command-r-plus", name) for name in ("n_draws", "seed")}
# What the grid varies it takes from every specification; the options say from which one the choices that flip the leader depart.
BEHIND |= {("votes-needed", "", name) for name in ("probability", "n_draws", "seed")}
BEHIND |= {("votes-needed", asked.options, "probability") for asked in FURTHER["votes-needed"] if "pair" not in asked.options}
# Whom the pair names cannot be left out; and a claim about a country that the other catalogue does not have is pointed at.
BEHIND |= {("votes-needed", "--pair yi-34b-chat dbrx-instruct-preview", name) for name in ("without", "minimum_votes")}
BEHIND |= {("influence", "--claim claims.toml:best", "catalogue")}
# Which specifications are shown, in a section that would take seconds for every option; `tests/test_report.py` has it.
BEHIND |= {("report", "", "specifications")}
# Of the countries of this log one alone has models of two organisations, so that a plan has no gap by the mean of more.
BEHIND |= {("study", "", "k")}
# Where nobody is of the country that a plan names, the plan is pointed at.
BEHIND |= {("study", "", name) for name in ("entity", "catalogue", "retired", "open_weights")}
# A check of this log has nothing to say besides.
BEHIND |= {("check", "", "quiet")}
BEHIND |= {("countries", GRID, name) for name in reasonable_values(Specification())}
BEHIND |= {("rate", GRID_OF_RATINGS, name) for name in reasonable_values(Specification())}


@pytest.fixture
def say(recount, tmp_path, monkeypatch):
    """Run a command on the logs, and gather what it says and writes; of a page the sections that depend on most options."""
    monkeypatch.setattr(page, "SECTIONS", (show_leaderboard, show_countries, show_claims))
    monkeypatch.setattr(Material, "answer_ahead", lambda *_: None)
    monkeypatch.setattr(opening, "CAVEATS", ())
    write_logs(tmp_path)
    assert recount("rate", "log.csv", *BOOTSTRAP, "--replicates", "replicates.parquet", "-o", "board.csv").code == 0
    assert recount("elo", "earlier.csv", "-o", "elo.csv").code == 0
    before = set(tmp_path.iterdir())

    def say(command, *arguments):
        place = () if "--output" in arguments else PLACES.get(command, ())
        said = recount(command, *FILES.get(command, ()), *arguments, *place)
        further = sorted(path for path in tmp_path.rglob("*") if path.is_file() and path not in before)
        # How long a run took is in its journal.
        written = {
            # A page ends with how and when it was made.
            str(path.relative_to(tmp_path)): path.read_bytes().partition(b'<section id="again"')[0]
            for path in further
            if path.suffix != ".journal" and "manifest" not in path.name
        }
        for path in further:
            path.unlink()
        lines = [line for line in said.err.splitlines() if not line.startswith("compiling") and " steps done, " not in line]
        return Found(said.code, said.out, lines, written)

    return say


def options_of_command(command):
    return importlib.import_module(f"recount.sims.command_line.{command.replace('-', '_')}_command").OPTIONS


def votes_for(command, name, asked):
    """A log in which an option matters: who cannot be rated, or not without ties; or one long enough for every specification."""
    if name == "existence" and asked.votes:
        return LONG_UNDEFEATED if asked.votes == LONG else UNDEFEATED
    if command == "check" and name in ("ties", "both_bad"):
        return TIED
    if name == "skip_unreadable" and asked.votes:
        return (*asked.votes, DAMAGED)
    return LONG if name == "specifications" and asked.votes else asked.votes


def says(line, name, flags):
    """Whether an error names an option; covariates and weights are also refused as such."""
    as_such = "covariates" if name in ("position", "styles", "category_effects") else "weights" if name == "weights" else line + "."
    return any(flag in line for flag in flags) or as_such in line


def without_effect(say, command, asked):
    """Options that neither change what is said nor are refused by name, theirs or that of what is given beside them."""
    given, said, idle = asked.words(), {}, []
    least = pd.concat([pd.read_csv("log.csv")[side] for side in ("model_a", "model_b")]).value_counts().min()
    for name, option in options_of_command(command).items():
        if option.flag in given or name in WITHOUT_A_TRACE or (command, asked.options, name) in BEHIND:
            continue
        votes = votes_for(command, name, asked)
        if votes not in said:
            said[votes] = say(command, *votes, *given)
            assert said[votes].code == 0 or "undefeated" in str(votes) or DAMAGED in votes, said[votes].lines
            assert say(command, *votes, *given) == said[votes], "run again it gives something else"
        value = [word.format(column=asked.column, minimum=least + 1) for word in VALUES[command][name]]
        found = say(command, *votes, *given, option.flag, *value)
        flags = (option.flag, *(word for word in given if word.startswith("--")))
        if found == said[votes]:
            idle.append(f"{option.flag} has no effect")
        elif found.code and (found.code != 2 or not says(one_line("\n".join(found.lines)), name, flags)):
            idle.append(f"{option.flag}: {found.lines[-1]}")
    return idle


@pytest.mark.parametrize("command", [pytest.param(command, marks=[pytest.mark.slow] if command in SLOW else []) for command in VALUES])
def test_every_option_has_an_effect_or_is_refused(say, command):
    assert not without_effect(say, command, Asked(column=PLAIN[command]))


@pytest.mark.slow
@pytest.mark.parametrize(("command", "asked"), [(command, asked) for command, several in FURTHER.items() for asked in several], ids=str)
def test_whatever_else_is_asked_for(say, command, asked):
    assert not without_effect(say, command, asked)


def test_no_command_is_forgotten():
    """Options of commands that are on no votes have tests beside them."""
    assert set(COMMANDS) - set(SUBJECTS) == set(VALUES)


@pytest.mark.parametrize(
    ("command", "option"),
    [(command, name) for command in COMMANDS for name, option in options_of_command(command).items() if not is_repeatable(option)],
)
def test_an_option_given_twice_is_refused(recount, command, option):
    """Both or none, not the last; a flag that is given twice says the same."""
    found = options_of_command(command)[option]
    value = {"int": "5", "float": "0.5", "TieRule": "drop"}.get(getattr(found.kind, "__name__", ""), "x")
    if get_origin(found.kind) is Literal:
        value = get_args(found.kind)[0]
    arguments = [found.flag] if found.kind is bool else [found.flag, *[value] * (2 if get_origin(found.kind) is tuple else 1)]
    said = recount(command, *FILES.get(command, ()), SUBJECTS.get(command, "nothing.csv"), *arguments, *arguments)
    # What is on no votes has nothing to refuse.
    assert said.code == (0 if option == "quiet" and command in SUBJECTS and said.code == 0 else 2)
    assert found.kind is bool or f"{found.flag} is given 2 times" in one_line(said.err)


def test_messages_name_options():
    """Keywords and their values become options; data that has the name of one stays."""
    options = options_of_command("influence").values()
    for said, shown in (
        ("minimum_votes is -1; give a whole number", "--minimum-votes is -1; give a whole number"),
        ("take existence='drop', or prior='votes' with prior_amount=2.5", "take --existence drop, or --prior votes with --prior-amount 2.5"),
        ("`best` and `styles` are words of Python", "--top and --style are words of Python"),
        ("best is 0; lower size_threshold", "--top is 0; lower --size-threshold"),
        ("row 3: model_a=model_b='x', winner='?'; 'minimum_votes'", "row 3: model_a=model_b='x', winner='?'; 'minimum_votes'"),
        ("the best pair, by position", "the best pair, by position"),
        ("/tmp/minimum_votes.csv: lower minimum_votes.", "/tmp/minimum_votes.csv: lower --minimum-votes."),
        ("no column 'a' but 'size_threshold;minimum_votes;winner'", "no column 'a' but 'size_threshold;minimum_votes;winner'"),
        (
            "Firth's prior; near it is \"it's minimum_votes\"; lower minimum_votes",
            "Firth's prior; near it is \"it's minimum_votes\"; lower --minimum-votes",
        ),
        (r"competitor 'a\' minimum_votes' is not rated; raise minimum_votes", r"competitor 'a\' minimum_votes' is not rated; raise --minimum-votes"),
        ("competitor \"existence='drop'\" is not rated", "competitor \"existence='drop'\" is not rated"),
    ):
        assert in_options(said, options) == shown


def test_data_in_a_message_is_not_renamed(recount, tmp_path):
    """Names of columns, competitors and labels may be those of choices."""
    (tmp_path / "log.csv").write_text("model_a;minimum_votes;winner\na;b;model_a\n")
    assert "'model_a', 'minimum_votes', 'winner'" in recount("rate", tmp_path / "log.csv").err
    (tmp_path / "log.csv").write_text("model_a,model_b,winner\nminimum_votes,b,model_a\n")
    assert "undefeated: 'minimum_votes'" in recount("rate", tmp_path / "log.csv").err


def test_messages_name_options_of_one_command():
    """Several commands may run in one process."""
    whole = program.Program("recount")
    for name in ("rate", "quality", "rate"):
        whole.get_command(click.Context(whole), name)
        assert list(options_of_command(name).values()) == program.OPTIONS
