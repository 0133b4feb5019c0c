"""Claims that changed votes overturn: judged anew, as any log is, on the changed votes."""

import numpy as np
import pandas as pd
import pytest

from recount.data import read_catalogue
from recount.engine import OptionError
from recount.sims.analysis.analysing import analyse
from recount.sims.claims.claim_files import read_claims
from recount.sims.claims.comparisons import is_true
from recount.sims.claims.judging import judge
from recount.sims.specification import WhatIsConcluded
from tests.option_logs import NAMES, write_logs

CLAIMS = """
[[claim]]
id = "lead"
metric = "best"
country = "US"
says = "leads"

[[claim]]
id = "no-lead"
metric = "best"
country = "CN"
says = "leads"

[[claim]]
id = "in-top"
metric = "number in top"
country = "US"
says = "at most"
value = {n}
choices = {{ top = 3 }}

[[claim]]
id = "mean"
metric = "mean of k best"
country = "US"
against = "CN"
says = "{says}"
choices = {{ k = 1 }}

[[claim]]
id = "within"
metric = "best"
country = "CA"
against = "US"
says = "equals"
value = {apart}
tolerance = 5
"""


def log_after(frame, found):
    """The votes of a log, changed as a table of changed votes says."""
    rows = frame[["model_a", "model_b", "winner"]].to_dict("records")

    def outcome(row):
        won = {"model_a": row["model_a"], "model_b": row["model_b"]}.get(row["winner"])
        return frozenset((row["model_a"], row["model_b"])), won

    for row in found.changed.to_frame().itertuples():
        won = {"first won": row.first, "second won": row.second, "tie": None}[row.outcome]
        for _ in range(row.n_changed):
            if found.found.change == "add":
                rows.append({"model_a": row.first, "model_b": row.second, "winner": "model_a" if won == row.first else "model_b"})
                continue
            at = next(k for k, one in enumerate(rows) if outcome(one) == (frozenset((row.first, row.second)), won))
            if found.found.change == "drop":
                rows.pop(at)
            else:
                rows[at] = {**rows[at], "winner": {"model_a": "model_b", "model_b": "model_a"}[rows[at]["winner"]]}
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    folder = tmp_path_factory.mktemp("claims")
    write_logs(folder)
    frame = pd.read_csv(folder / "log.csv")
    return folder, frame[frame["model_a"] != frame["model_b"]]


def estimate(claim, frame):
    analysis = analyse(frame, n_draws=50, country_draws="estimates")
    return float(judge([claim], analysis, read_catalogue()).frame["estimate"].iloc[0])


@pytest.mark.parametrize("change", ["drop", "flip", "add"])
@pytest.mark.parametrize("name", ["lead", "no-lead", "in-top", "mean", "within"])
def test_a_claim_is_overturned_on_the_changed_votes(log, name, change):
    folder, frame = log
    path = folder / "own.toml"
    text = CLAIMS.replace("[[claim]]", '[[claim]]\nquotation = "q"\nsource = "s"')
    path.write_text(text.format(n=1, says="above", apart=100))
    claim = next(one for one in read_claims(path) if one.id == name)
    before = bool(is_true(claim, np.array([estimate(claim, frame)]))[0])
    found = analyse(frame).influence(WhatIsConcluded(claim=f"{path}:{name}", change=change))
    assert found.found is not None
    assert found.found.n_changed < 400
    after = bool(is_true(claim, np.array([estimate(claim, log_after(frame, found))]))[0])
    assert after != before
    assert any(f"claim '{name}' speaks" in note for note in found.summary.notes)


def test_the_effect_of_a_vote_is_in_the_unit_of_the_claim(log):
    """A vote that is dropped changes the number of the claim by about as much as is said."""
    folder, frame = log
    path = folder / "unit.toml"
    path.write_text(CLAIMS.replace("[[claim]]", '[[claim]]\nquotation = "q"\nsource = "s"').format(n=1, says="above", apart=100))
    claim = next(one for one in read_claims(path) if one.id == "mean")
    found = analyse(frame).influence(WhatIsConcluded(claim=f"{path}:mean"))
    said = found.effects.to_frame().iloc[0]
    winner, sides = {"first won": said["first"], "second won": said["second"]}[said["outcome"]], {said["first"], said["second"]}
    won = frame["model_a"].where(frame["winner"] == "model_a", frame["model_b"])
    of_pair = np.array([{*pair} == sides for pair in zip(frame["model_a"], frame["model_b"], strict=True)])
    alike = (won == winner) & frame["winner"].isin(["model_a", "model_b"]) & of_pair
    number, without = estimate(claim, frame), estimate(claim, frame.drop(index=alike.idxmax()))
    sign = -1 if number < 0 else 1
    assert said["effect"] == pytest.approx(sign * (without - number), rel=0.1)


def test_claims_that_votes_do_not_decide(log):
    folder, frame = log
    head = '[[claim]]\nid = "x"\nquotation = "q"\nsource = "s"\n'
    for body, message in (
        ('metric = "rank-probability mass"\ncountry = "US"\nsays = "above"\nvalue = 0.1', "cannot be tested by these ratings"),
        ('metric = "best score"\nbenchmark = "MMLU"\ncountry = "US"\nsays = "above"\nvalue = 0.1', "overturn claims about a country's ratings"),
        ('metric = "best"\ncountry = "IN"\nsays = "above"\nvalue = 1000', "cannot be tested by these ratings"),
    ):
        (folder / "odd.toml").write_text(head + body)
        with pytest.raises(OptionError, match=message):
            analyse(frame).influence(WhatIsConcluded(claim=f"{folder / 'odd.toml'}:x"))


def test_the_date_of_a_claim_is_told(log):
    folder, frame = log
    head = '[[claim]]\nid = "x"\nquotation = "q"\nsource = "s"\ndate = "2024-08"\nmetric = "best"\n'
    (folder / "dated.toml").write_text(f'{head}country = "CA"\nsays = "leads"')
    asked = WhatIsConcluded(claim=f"{folder / 'dated.toml'}:x")
    with pytest.raises(OptionError, match="the ratings are of 2024-01-12, 202 days from 2024-08, of which it speaks; give ratings of that time"):
        analyse(frame).influence(asked)
    found = analyse(frame.drop(columns="tstamp")).influence(asked)
    assert "the claim is of 2024-08; that these votes are of that time is taken for granted" in found.summary.notes
    assert set(found.found.log.fit.names) == set(NAMES)
