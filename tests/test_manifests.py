"""The specification in a manifest, given again as options, gives the same bytes."""

import json
import shutil

import pytest

from tests.option_values import VALUES
from tests.test_command_options import WITHOUT_A_TRACE, Asked, options_of_command, votes_for, write_logs

BOOTSTRAP = "--intervals bootstrap --n-replicates 40"
# What an option needs beside it to have an effect.
BESIDE = {
    "prior_amount": "--prior votes",
    "ridge": "--position",
    "scheme": "--intervals bootstrap",
    "n_replicates": "--intervals bootstrap",
    "interval_method": BOOTSTRAP,
    "replicates": BOOTSTRAP,
    "anchor_rating": "--anchor yi-34b-chat",
    "shrink": "--by topic",
    "n_permutations": "--order random",
    "confidence_level": "--order random",
    "k_halved_after": "--k-factor 8",
    "period": "--system glicko2",
    "tau": "--system glicko2",
    "draw_probability": "--system trueskill",
    "ordered": "--top 2",
    "open_weights": "--country-lead 'open weights'",
    "size_threshold": "--country-lead large",
    "catalogue": "--country-lead all",
}
# Files that are read stand in the manifest as inputs; where results go is no choice.
FILES = ("output", "replicates", "save_counts", "resume", "against", "catalogue", "scores")
SHOWN = ("format", "columns")


def given_again(command, specification):
    """Options that say what a specification does, but for defaults."""
    words = []
    for name, option in options_of_command(command).items():
        value = specification.get(name)
        if name in (*FILES, *SHOWN) or value in (None, False, [], (), {}) or value == option.default:
            continue
        if value is True:
            words.append(option.flag)
        elif isinstance(value, list | tuple):
            words += [option.flag, *value] if name == "pair" else [word for one in value for word in (option.flag, str(one))]
        else:
            words += [option.flag, str(value)]
    return words


# What stands before the votes, as a study's plan.
BEFORE_VOTES = {"claims": ("claims.toml",), "study": ("plan.toml",)}


def same_again(recount, folder, command, votes, words, files):
    """Run a command, and again as its manifest says."""
    votes = (*BEFORE_VOTES.get(command, ()), *votes)
    places = ["first", "second"] if command == "study" else ["first.csv", "second.csv"]
    said = recount(command, *votes, *words, *files, "-o", places[0])
    if said.code:
        return "refused"
    first, second = (folder / place / "runs.parquet" if command == "study" else folder / place for place in places)
    specification = json.loads(first.with_name(f"{first.name}.manifest.json").read_text())["specification"]
    again = given_again(command, specification)
    done = recount(command, *votes, *again, *files, "-o", places[1])
    if done.code:
        return f"{' '.join(again)}: {done.err.splitlines()[-1]}"
    same = first.read_bytes() == second.read_bytes()
    if command == "study":
        # Another study would go on in them.
        shutil.rmtree(first.parent)
        shutil.rmtree(second.parent)
    return "same" if same else f"differs: {' '.join(again)}"


# A page is no table; `tests/test_report.py` has its manifest.
OTHERWISE = ("check", "report")


@pytest.mark.parametrize("command", ["check", *(pytest.param(command, marks=pytest.mark.slow) for command in VALUES if command not in OTHERWISE)])
def test_a_specification_given_again(recount, tmp_path, command):
    write_logs(tmp_path)
    assert recount("rate", "log.csv", "-o", "board.csv").code == 0
    found = {}
    for name, option in options_of_command(command).items():
        if name in (*SHOWN, *WITHOUT_A_TRACE, "output", "folder", "dry_run", "resume") or (command == "countries" and name == "replicates"):
            continue
        value = [word.format(column="competitor", minimum=60) for word in VALUES[command][name]]
        beside = BESIDE.get(name, "") if command in ("rate", "elo", "influence") or name in ("prior_amount", "ridge") else ""
        if command in ("rate", "countries") and name == "confidence_level":
            beside = ""
        import shlex

        words = [*shlex.split(beside)]
        (files := []).extend([option.flag, *value] if name in FILES else [])
        words += [] if name in FILES else [option.flag, *value]
        found[name] = same_again(recount, tmp_path, command, votes_for(command, name, Asked()), words, files)
    wrong = {name: said for name, said in found.items() if said not in ("same", "refused")}
    assert not wrong
    assert list(found.values()).count("same") > len(found) // 2
