r"""What a study says of conclusions: which hold whatever was varied, which do not, and against what nobody could tell.

A conclusion that is kept in x of n runs with other seeds is robust if the 95 % interval of Wilson (1927) for the share of all such runs lies above
`MOST`, not robust if it lies below, and undecided otherwise. Where every part was left out in turn, or every choice tried, nothing is drawn: it is
robust if it is kept in all, mostly robust in `AGREE` of them or more, and otherwise not.
"""

import dataclasses
import math
from collections import Counter
from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from recount.data import Board
from recount.engine.choices.vote_change import VoteChange
from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.sims.analysis.analysis import Analysis
from recount.sims.analysis.log import Log
from recount.sims.auditing.auditing import audit
from recount.sims.claims.verdicts import AGREE
from recount.sims.specification import WhatIsConcluded
from recount.sims.studies.finding_rows import FEW, MOST_NAMED, MOSTLY, NOT, NUMBER, ROBUST, UNDECIDED, UNTESTED, Row, by_chance, judged, wilson
from recount.sims.studies.finding_words import in_words, lost
from recount.sims.studies.one_run import measured, seen_of
from recount.sims.studies.outcome import Outcome
from recount.sims.studies.outcomes import OUTCOMES
from recount.sims.studies.overturning_outcomes import votes_changed
from recount.sims.studies.running import Study
from recount.sims.studies.without_effect import impossible_settings, said_of_few_left, said_of_impossible

EVERYTHING = "anything"
# Of boards, whose ratings are the same under every specification.
REDRAWN, N_REDRAWN = "ratings drawn anew within their stated errors", 200
FIXED = "ratings of a board stay as they are, whoever is left out and whatever is chosen"
# The worst case, by what is done to votes.
WORST: dict[VoteChange, str] = {"drop": "votes chosen and left out", "flip": "votes chosen and turned round", "add": "votes chosen and added"}


def findings_table(study: Study, runs: pd.DataFrame, idle: Mapping[int, str]) -> pd.DataFrame:
    """Return a row a finding; runs of settings that are `idle` are evidence of nothing.

    Returns
    -------
    DataFrame
        about (the conclusion, or "defect"), against (what was varied, the worst case, or the probe), finding (robust, mostly robust, not robust,
        undecided; of a number "number"; of a defect found or not found; not tested), n_runs, share (in which it is kept; of votes, in the worst
        case), lower, upper (of the share; of a number its least and most), says.
    """
    impossible = impossible_settings(study, runs)
    rows = [row for label in study.plan.outcomes for row in of_outcome(study, label, runs[runs["outcome"] == label], idle, impossible)]
    rows += [*of_worst_cases(study), *of_audit(study)]
    return pd.DataFrame(rows, columns=Row._fields)


def of_outcome(study: Study, label: str, runs: pd.DataFrame, idle: Mapping[int, str], impossible: Mapping[int, str]) -> Iterator[Row]:
    """Say against what a conclusion is robust; of a number between what it lies."""
    outcome = study.plan.outcomes[label]
    is_kept, about = OUTCOMES[outcome.name].kind == "kept", in_words(outcome, study)
    reference = study.studied.reference
    if reference is not None and outcome in reference.why_not:
        yield Row(about, EVERYTHING, UNTESTED, 0, math.nan, math.nan, math.nan, reference.why_not[outcome])
        return
    if isinstance(study.studied.source, Board) and not OUTCOMES[outcome.name].of_countries:
        yield from of_ratings_given(study, outcome, about)
        return
    if isinstance(study.studied.source, Board) and is_kept:
        yield of_stated_errors(study, outcome, about)
    block_of = pd.Series([setting.block for setting in study.settings])
    for number, block in enumerate(study.plan.blocks):
        all_own, against = runs[runs["setting"].map(block_of) == number], block.what or f"block {number + 1}"
        own = all_own[~all_own["setting"].isin([*idle, *impossible])]
        if own.empty:
            yield Row(about, against, UNTESTED, 0, math.nan, math.nan, math.nan, {**idle, **impossible}[all_own["setting"].iloc[0]])
            continue
        known = own[(own["error"] == "") & own["value"].notna()]
        if known.empty:
            yield Row(about, against, UNTESTED, 0, math.nan, math.nan, math.nan, first_error(own))
        elif is_kept:
            row = kept_row(about, against, own, known, study)
            yield row._replace(says=row.says + said_of_impossible(all_own, impossible))
        else:
            least, most, mean = (float(getattr(known["value"], of)()) for of in ("min", "max", "mean"))
            between = f"{least:.3g}" if least == most else f"{least:.3g} to {most:.3g}, {mean:.3g} on average"
            yield Row(about, against, NUMBER, len(known), math.nan, least, most, between)


def of_ratings_given(study: Study, outcome: Outcome, about: str) -> Iterator[Row]:
    """Judge a conclusion about the order of a board, which no choice and nobody who is left out moves, by the errors that it states."""
    if OUTCOMES[outcome.name].kind != "kept":
        return
    yield of_stated_errors(study, outcome, about)
    for number, block in enumerate(study.plan.blocks):
        yield Row(about, block.what or f"block {number + 1}", UNTESTED, 0, math.nan, math.nan, math.nan, FIXED)


def of_stated_errors(study: Study, outcome: Outcome, about: str) -> Row:
    """Judge a conclusion by ratings of a board that are drawn anew with the errors that it states."""
    board, row = study.studied.source, Row(about, REDRAWN, UNTESTED, 0, math.nan, math.nan, math.nan, "the board states no intervals")
    assert isinstance(board, Board)
    if not board.has_intervals:
        return row
    kept = []
    for k in range(N_REDRAWN):
        errors = np.random.default_rng((study.plan.extent.seed, k)).normal(scale=np.sqrt(board.variances))
        seen = seen_of(study.studied, dataclasses.replace(board, ratings=board.ratings + errors), study.plan.specification, study.studied.reference)
        kept.append(measured(outcome, seen))
    known = [one for one in kept if not one.error]
    if not known:
        return row._replace(says=kept[0].error)
    n, x = len(known), int(sum(one.value for one in known))
    lower, upper = wilson(x, n)
    others = Counter(one.says for one in known if one.value == 0.0 and one.says).most_common(MOST_NAMED)
    instead = f"; instead {', '.join(f'{text} in {times:,}' for text, times in others)}" if others else ""
    return row._replace(finding=judged(lower, upper), n_runs=n, share=x / n, lower=lower, upper=upper, says=f"kept in {x:,} of {n:,}{instead}")


def kept_row(about: str, against: str, own: pd.DataFrame, known: pd.DataFrame, study: Study) -> Row:
    """Judge a conclusion by the runs of a block; of several settings in which something is drawn by the one that keeps it least."""
    shares = known.groupby("setting")["value"].mean()
    is_drawn = any(study.settings[setting].is_drawn for setting in shares.index)
    n_failed = len(own) - len(known)
    failed = f"; nothing to compare in {n_failed:,} of {len(own):,}: {first_error(own)}" if n_failed else ""
    if len(shares) == 1:
        failed += said_of_few_left(study, int(shares.index[0]), int(known["seed"].iloc[0]))
    if is_drawn:
        worst = known[known["setting"] == shares.idxmin()]
        n, x = len(worst), int(worst["value"].sum())
        lower, upper = wilson(x, n)
        return Row(about, against, judged(lower, upper), n, x / n, lower, upper, f"kept in {x:,} of {plural(n, 'run')}{lost(worst, study)}{failed}")
    n, x = len(known), int(known["value"].sum())
    finding = ROBUST if x == n else MOSTLY if x >= AGREE * n else NOT
    if finding != NOT and n < n_failed:
        # Of most of what was tried nobody can tell.
        finding = UNDECIDED
    return Row(about, against, finding, n, x / n, math.nan, math.nan, f"kept in {x:,} of {n:,}{lost(known, study)}{failed}")


def first_error(runs: pd.DataFrame) -> str:
    """Return why a conclusion could not be looked at; of several reasons the first, as an example."""
    errors = runs.loc[runs["error"] != "", "error"].unique()
    return f"{'for example ' if len(errors) > 1 else ''}{errors[0]}"


def of_worst_cases(study: Study) -> Iterator[Row]:
    """Say on how few votes each conclusion hangs, if they are chosen to overturn it."""
    reference = study.studied.reference
    for outcome in study.plan.outcomes.values():
        about = conclusion_of(outcome)
        if about is None or (reference is not None and outcome in reference.why_not):
            continue
        for change, against in WORST.items():
            yield of_worst_case(study, dataclasses.replace(about, change=change), in_words(outcome, study), against)


def of_worst_case(study: Study, about: WhatIsConcluded, conclusion: str, against: str) -> Row:
    """Look for the fewest votes whose change overturns a conclusion."""
    source, row = study.studied.source, Row(conclusion, against, UNTESTED, 0, math.nan, math.nan, math.nan, "votes are needed, and these are ratings")
    if not isinstance(source, Log):
        return row
    try:
        summary = votes_changed(Analysis(source, study.plan.specification), about, study.studied.catalogue)
    except RecountError as error:
        return row._replace(says=str(error))
    share = float(summary.frame["share"].iloc[0])
    if math.isnan(share):
        return row._replace(finding=UNDECIDED, says=summary.headline)
    n, n_all, result = (summary.frame[name].iloc[0] for name in ("n_changed", "n_units", "result"))
    chance, are = by_chance(n_all, about.change), "is" if n == 1 else "are"
    which = f"{n:,.0f} {'added to' if about.change == 'add' else 'of'} {plural(int(n_all), 'vote')} ({100 * share:.2g} %) {are} enough"
    says = f"{which}: {result}{f'; chance may do as much as {math.ceil(chance):,}' if n < chance else ''}"
    return row._replace(finding=NOT if share < FEW or n < chance else ROBUST, share=share, says=says)


def conclusion_of(outcome: Outcome) -> WhatIsConcluded | None:
    """Return the conclusion that an outcome keeps, if votes can be chosen that change it."""
    if outcome.name == "country lead kept":
        return WhatIsConcluded(country_lead=outcome.group) if outcome.metric == "best" else None
    return {"first place kept": WhatIsConcluded(), "top k kept": WhatIsConcluded(best=outcome.k)}.get(outcome.name)


def of_audit(study: Study) -> Iterator[Row]:
    """Say what the probes of the audit found."""
    source = study.studied.source
    if not isinstance(source, Log):
        yield Row("defect", "every probe", UNTESTED, 0, math.nan, math.nan, math.nan, "votes are needed, and these are ratings")
        return
    for row in audit(source, study.plan.specification, voter_column=study.plan.extent.voter_column).frame.itertuples():
        yield Row("defect", str(row.probe), str(row.finding), 0, math.nan, math.nan, math.nan, str(row.says))
