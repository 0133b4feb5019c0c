"""Every option of every command changes what the command says or writes, or is refused by its name; whatever else is asked for."""

import importlib
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from recount.data.catalogue import CATALOGUE
from recount.sims.command_line.program import COMMANDS
from tests.commands import one_line

NAMES = ("gpt-4-0613", "claude-1", "mistral-large-2407", "yi-large", "llama-2-70b-chat", "qwen-max-0428")
BOOTSTRAP = ("--intervals", "bootstrap", "--n-replicates", "40")
LOG, UNDEFEATED = ("log.csv",), ("undefeated.csv",)
READING = {"model_a": ("other_a",), "model_b": ("other_b",), "winner": ("other_winner",), "max_rejected": ("0",)}
SHOWN = {"output": ("t.csv",), "format": ("json",), "columns": ("{column}",)}
MODEL = {
    "ties": ("drop",),
    "both_bad": ("drop",),
    "weights": ("pairs",),
    "existence": ("largest",),
    "prior": ("votes",),
    "prior_amount": ("3",),
    "position": (),
    "styles": ("length_a,length_b",),
    "category_effects": ("topic",),
    "ridge": ("5",),
    "minimum_votes": ("{minimum}",),
}
SURE = {
    "intervals": ("fisher",),
    "scheme": ("bayes",),
    "n_replicates": ("50",),
    "interval_method": ("basic",),
    "clusters": ("voter",),
    "confidence_level": ("0.5",),
    "n_draws": ("77",),
    "seed": ("5",),
}
VALUES = {
    "check": {**READING, **SHOWN, **MODEL},
    "rate": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "p_top": ("2",),
        "anchor": (NAMES[1],),
        "anchor_rating": ("1200",),
        "by": ("topic",),
        "shrink": (),
        "table": ("pairs",),
        "pair": (NAMES[0], NAMES[1]),
        "against": ("board.csv",),
        "replicates": ("r.parquet",),
    },
    "quality": {**READING, **SHOWN, **MODEL, **SURE, "table": ("calibration",), "held_out": ("voters:voter",)},
    "elo": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "system": ("glicko2",),
        "order": ("tstamp",),
        "n_permutations": ("7",),
        "resume": ("elo.csv",),
        "initial": ("1111",),
        "k_factor": ("8",),
        "k_halved_after": ("20",),
        "period": ("50",),
        "tau": ("0.7",),
        "draw_probability": ("0.3",),
    },
    "influence": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "best": ("2",),
        "ordered": (),
        "pair": (NAMES[0], NAMES[1]),
        "country_lead": ("all",),
        "open_weights": ("osi",),
        "size_threshold": ("150",),
        "catalogue": ("catalogue.csv",),
        "table": ("effects",),
    },
    "countries": {
        **READING,
        **SHOWN,
        **MODEL,
        **SURE,
        "open_weights": ("osi",),
        "size_threshold": ("150",),
        "top": ("2",),
        "k": ("1",),
        "catalogue": ("catalogue.csv",),
        "specifications": ("grid",),
        "replicates": ("replicates.parquet",),
    },
}


class Asked(NamedTuple):
    """What else is given, and a column of the table that is then shown."""

    options: str = ""
    column: str = "competitor"
    votes: tuple[str, ...] = LOG


PLAIN = {"check": "item", "rate": "competitor", "quality": "value", "elo": "competitor", "influence": "n_removed", "countries": "country"}
FURTHER = {
    "rate": [
        Asked("--intervals bootstrap --n-replicates 40"),
        Asked("--prior votes"),
        Asked("--position"),
        Asked("--anchor yi-large"),
        Asked("--by topic", "category"),
        Asked("--by topic --shrink", "category"),
        Asked("--table pairs", "other"),
        Asked("--table pairs --intervals bootstrap --n-replicates 40", "other"),
        Asked("--pair yi-large claude-1", "other"),
        Asked("--against board.csv", "rank_change"),
    ],
    "quality": [
        Asked("--position", "value"),
        Asked("--table calibration", "start"),
        Asked("--table calibration --held-out time:tstamp", "start"),
        Asked("--table residuals", "other"),
        Asked("--table cycles", "next"),
        Asked("--table comparison", "model"),
        Asked("--table comparison --held-out time:tstamp", "model"),
    ],
    "elo": [Asked("--order random"), Asked("--order tstamp"), Asked("--system glicko2"), Asked("--system trueskill"), Asked("--resume elo.csv")],
    "influence": [
        Asked("--cluster voter", "label"),
        Asked("--top 2", "n_removed"),
        Asked("--pair yi-large claude-1", "n_removed"),
        *(Asked(f"--country-lead {group}", "n_removed") for group in ("all", "open_weights", "large")),
    ],
    "countries": [
        Asked("--intervals bootstrap --n-replicates 40", "country"),
        Asked("--replicates replicates.parquet", "country", ()),
        Asked("--specifications grid", "leader"),
    ],
}
# What changes only the numbers behind a yes or no that is shown, and where the log decides whether it does.
BEHIND = {("rate", "--pair yi-large claude-1", name) for name in ("n_draws", "seed")}


def write_logs(folder):
    """Votes with every column that an option can name, one of them no vote; the same and one who never lost; what other commands wrote."""
    rng = np.random.default_rng(5)
    n = 600
    columns = {}
    for prefix in ("model", "other"):
        first = rng.integers(0, 6, n)
        second = (first + rng.integers(1, 6, n)) % 6
        draw, win = rng.random(n), 1 / (1 + np.exp(-0.2 * (second - first)))
        outcome = np.select([draw < 0.1, draw < 0.2, draw < 0.2 + 0.8 * win], ["tie", "tie (bothbad)", "model_a"], "model_b")
        names = np.array(NAMES)
        columns |= {f"{prefix}_a": names[first], f"{prefix}_b": names[second], "winner" if prefix == "model" else "other_winner": outcome}
    columns |= {"voter": rng.integers(0, 90, n).astype(str), "topic": rng.choice(["code", "prose"], n), "tstamp": rng.integers(0, 10**6, n)}
    columns |= {"length_a": rng.integers(1, 99, n), "length_b": rng.integers(1, 99, n)}
    frame = pd.DataFrame(columns)
    frame.loc[3, "model_b"] = frame.loc[3, "model_a"]
    frame.to_csv(folder / "log.csv", index=False)
    king = frame.iloc[4:9].assign(model_a="gpt-4-1106-preview", winner="model_a")
    pd.concat([frame, king]).to_csv(folder / "undefeated.csv", index=False)
    catalogue = pd.read_csv(CATALOGUE, dtype=str, keep_default_na=False)
    catalogue.loc[catalogue["key"].isin(NAMES[:2]), "country"] = "FR"
    catalogue.to_csv(folder / "catalogue.csv", index=False)


@pytest.fixture
def say(recount, tmp_path):
    """Run a command on the logs, and gather what it says and writes."""
    write_logs(tmp_path)
    assert recount("rate", "log.csv", *BOOTSTRAP, "--replicates", "replicates.parquet", "-o", "board.csv").code == 0
    assert recount("elo", "log.csv", "-o", "elo.csv").code == 0
    before = set(tmp_path.iterdir())

    def say(command, *arguments):
        said = recount(command, *arguments)
        further = sorted(path for path in tmp_path.iterdir() if path not in before)
        written = {path.name: path.read_bytes() for path in further if not path.name.endswith(".manifest.json")}
        for path in further:
            path.unlink()
        return said, [line for line in said.err.splitlines() if not line.startswith("compiling")], written

    return say


def options_of_command(command):
    return importlib.import_module(f"recount.sims.command_line.{command}_command").OPTIONS


def without_effect(say, command, asked):
    """Options that neither change what is said nor are refused by name."""
    given = asked.options.replace("open_weights", "open weights") if "--country-lead" not in asked.options else asked.options
    given = [word.replace("open_weights", "open weights") for word in given.split()]
    idle, said = [], {}
    counts = pd.concat([pd.read_csv("log.csv")[side] for side in ("model_a", "model_b")]).value_counts()
    for name, option in options_of_command(command).items():
        if option.flag in given or (command, asked.options, name) in BEHIND:
            continue
        votes = UNDEFEATED if name == "existence" and asked.votes else asked.votes
        if votes not in said:
            said[votes] = say(command, *votes, *given)
            assert said[votes][0].code == (2 if votes == UNDEFEATED else 0), said[votes][0].err
        value = [word.format(column=asked.column, minimum=counts.min() + 1) for word in VALUES[command][name]]
        other = say(command, *votes, *given, option.flag, *value)
        if other[0].code == 0:
            if other == said[votes] or (other[0].out, other[1:]) == (said[votes][0].out, said[votes][1:]):
                idle.append(f"{option.flag} has no effect")
        elif other[0].code != 2 or option.flag not in one_line(other[0].err):
            idle.append(f"{option.flag}: {other[0].err.splitlines()[-1]}")
    return idle


@pytest.mark.parametrize("command", VALUES)
def test_every_option_has_an_effect_or_is_refused(say, command):
    assert not without_effect(say, command, Asked(column=PLAIN[command]))


@pytest.mark.slow
@pytest.mark.parametrize(("command", "asked"), [(command, asked) for command, several in FURTHER.items() for asked in several], ids=str)
def test_whatever_else_is_asked_for(say, command, asked):
    assert not without_effect(say, command, asked)


def test_no_command_is_forgotten():
    """Options of `recount simulate` have tests beside it."""
    assert set(COMMANDS) - {"simulate"} == set(VALUES)
