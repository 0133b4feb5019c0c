"""Logs and other files in which every option of every command has an effect."""

import shlex
from typing import NamedTuple

import numpy as np
import pandas as pd

from recount.data import read_catalogue

# Of four countries, with closed weights, open ones of every class, and of several sizes.
NAMES = ("gpt-4-0613", "command-r-plus", "mixtral-8x7b-instruct-v0.1", "yi-34b-chat", "llama-2-70b-chat", "dbrx-instruct-preview")
LOG = ("log.csv",)
DAMAGED = "damaged.parquet"
CLAIMS = """
[[claim]]
id = "best"
quotation = "q"
source = "s"
metric = "best"
group = "GROUP"
country = "US"
against = "CN"
says = "above"
value = 10

[[claim]]
id = "mean"
quotation = "q"
source = "s"
metric = "mean of k best"
country = "US"
against = "CN"
says = "above"

[[claim]]
id = "share"
quotation = "q"
source = "s"
date = "2024-01"
metric = "share of top"
country = "US"
says = "above"
value = 0.3
"""
SCORED = """
[[claim]]
id = "scored"
quotation = "q"
source = "s"
metric = "best score"
benchmark = "MMLU"
country = "US"
says = "above"
value = 0.3
"""
# Of every kind of outcome: those of orders, of intervals, of draws, of countries by what depends on everything, of the worst case.
PLAN = """
seeds = 2
[[outcome]]
name = "kendall tau"
[[outcome]]
name = "rating error"
[[outcome]]
name = "interval width"
[[outcome]]
name = "p leads"
country = "US"
[[outcome]]
name = "country gap"
country = "US"
metric = "number in top"
[[outcome]]
name = "country gap"
country = "CA"
group = "open weights"
[[outcome]]
name = "country gap"
country = "US"
group = "large"
metric = "share of top"
[[vary]]
perturbation = {name = "subsample", share = 0.8}
[[vary]]
"""


class Asked(NamedTuple):
    """What else is given, and a column of the table that is then shown."""

    options: str = ""
    column: str = "competitor"
    votes: tuple[str, ...] = LOG

    def words(self):
        """The options as the shell would split them."""
        return shlex.split(self.options)


class Found(NamedTuple):
    """What a command said and wrote."""

    code: int
    out: str
    lines: list[str]
    written: dict[str, bytes]


def write_logs(folder):
    """Votes with every column that an option can name, one of them no vote; the same and one who never lost; what other commands wrote."""
    rng = np.random.default_rng(5)
    n = 600
    # Four different ones in a vote, so that any first one goes with any second one.
    first = rng.integers(0, 6, n)
    sides = {name: np.array(NAMES)[(first + shift) % 6] for name, shift in (("model_a", 0), ("other_a", 1))}
    second = first + rng.integers(2, 4, n)
    sides |= {name: np.array(NAMES)[(second + shift) % 6] for name, shift in (("model_b", 0), ("other_b", 2))}
    columns = dict(sides)
    for name in ("winner", "other_winner"):
        draw, lead = rng.random(n), 0.15 * ((sides["model_a"] == NAMES[1]) * 1.0 - (sides["model_b"] == NAMES[1]))
        columns[name] = np.select([draw < 0.1, draw < 0.2, draw < 0.62 + lead], ["tie", "tie (bothbad)", "model_a"], "model_b")
    columns |= {
        "voter": rng.integers(0, 90, n).astype(str),
        "topic": rng.choice(["code", "prose"], n),
        "tstamp": 1_704_067_200 + rng.integers(0, 10**6, n),
    }
    columns |= {"anony": rng.choice(["True", "False"], n, p=[0.9, 0.1])}
    columns |= {"length_a": rng.integers(1, 99, n), "length_b": rng.integers(1, 99, n)}
    frame = pd.DataFrame(columns)
    frame.loc[3, "model_b"] = frame.loc[3, "model_a"]
    frame.to_csv(folder / "log.csv", index=False)
    pd.DataFrame({"voter": ["1", "2", "3"]}).to_csv(folder / "list.csv", index=False)
    frame.iloc[::-2].to_csv(folder / "earlier.csv", index=False)
    king = frame.iloc[4:9].assign(model_a="gpt-4-1106-preview", winner="model_a")
    pd.concat([frame, king]).to_csv(folder / "undefeated.csv", index=False)
    pd.concat([frame, king, king.assign(winner="tie (bothbad)")]).to_csv(folder / "tied.csv", index=False)
    pd.concat([frame, king] * 45).to_csv(folder / "long_undefeated.csv", index=False)
    (folder / DAMAGED).write_bytes(b"PAR1 and no more")
    pd.concat([frame] * 45).to_csv(folder / "long.csv", index=False)
    of_groups = (CLAIMS.replace("GROUP", group).replace('"best"', f'"{group}"', 1).replace('"US"', '"CA"') for group in ("open weights", "large"))
    (folder / "claims.toml").write_text(CLAIMS.replace("GROUP", "all") + "".join(text[: text.index("[[claim]]", 20)] for text in of_groups) + SCORED)
    (folder / "plan.toml").write_text(PLAN)
    scored = {"model": NAMES, "benchmark": "MMLU", "score": np.linspace(0.86, 0.5, 6), "n_items": 14042}
    pd.DataFrame(scored).to_csv(folder / "scores.csv", index=False)
    pd.DataFrame({"model_name": NAMES, "rating": range(6), "rating_lower": 0, "rating_upper": 9}).to_csv(folder / "published.csv", index=False)
    models = read_catalogue().models[["country"]]
    models.replace({"country": {"US": "GB", "CA": "AU", "FR": "IT", "CN": "JP"}}).to_csv(folder / "catalogue.csv")
