"""What to keep in mind: each caveat a small function that says it, in the order in which they matter."""

from collections.abc import Iterator

import pandas as pd

from recount.engine.errors import RecountError
from recount.engine.plurals import plural
from recount.sims.analysis.rated_by_the_prior import one_sided
from recount.sims.auditing.auditing import FOUND
from recount.sims.auditing.of_sides import UNSAID
from recount.sims.filtering.found_columns import unclustered_voters
from recount.sims.presentation.changed_votes import units_of
from recount.sims.presentation.choices_told import told_change
from recount.sims.presentation.country_leads import AMONG
from recount.sims.presentation.specification_sentences import conclusions_named, metric_named
from recount.sims.presentation.wording import clean, competitor, headed, is_missing, listing, small_share, whose
from recount.sims.report.material import Material

# A conclusion that a smaller share of the votes, or hardly any, holds up is called fragile.
FRAGILE, HARDLY_ANY = 0.01, 5
# Of a competitor: one whom chance makes win 10 of 10 against equals in one of a thousand cases has no more.
FEW_VOTES = 10
# Competitors of whom a share has no country, which rankings of countries are without.
FEW_KNOWN = 0.05
# Findings of an audit that are no longer are told in full.
IN_FULL = 100


def _of_copies(material: Material) -> Iterator[str]:
    """Files whose votes count again."""
    if material.analysis.has_votes and (copies := material.analysis.log.quarantine.copies):
        copy, original = copies[0]
        more = f" (and {plural(len(copies) - 1, 'file')} more)" if len(copies) > 1 else ""
        yield f"Votes count twice, which makes intervals too narrow: {clean(copy)} has the votes of {clean(original)}{more}."


def _of_few_votes(material: Material) -> Iterator[str]:
    """Leaders with hardly any votes."""
    first = material.leaderboard.frame.query("rank == 1")
    few = first[first["n_votes"] < FEW_VOTES]
    if material.analysis.has_votes and len(few):
        fewest = few.iloc[int(few["n_votes"].to_numpy().argmin())]
        is_first = "who is first by its rating" if len(first) == 1 else "one of those who share first place"
        yield f"{competitor(fewest['competitor'])}, {is_first}, has {plural(int(fewest['n_votes']), 'vote')} only."


def _of_the_prior(material: Material) -> Iterator[str]:
    """Who may be first, and never lost or never won, so that a prior says how good it is."""
    if not material.analysis.has_votes:
        return
    found = one_sided(material.analysis.fit)
    for who in material.leaderboard.frame.query("rank == 1 or rank_best == 1")["competitor"]:
        if never := found.get(who):
            ahead, end = ("ahead", "upper") if never == "lost" else ("behind", "lower")
            how_far = f"how far it is {ahead}, and the {end} end of its interval, come from the prior"
            yield f"{competitor(who)} never {never}: {how_far} ({material.worded('`prior_amount`')}), and not from votes."


def _of_voters(material: Material) -> Iterator[str]:
    """That votes are taken as independent, and what intervals would be if those of one voter were not."""
    analysis = material.analysis
    if not analysis.has_votes or analysis.specification.clusters:
        return
    column = unclustered_voters(analysis.source, analysis.specification)
    if column is not None:
        alike = analysis.under(analysis.specification.but(clusters=(column,))).leaderboard()
        headline = clean(alike.headline.removesuffix(alike.basis).strip())
        yield f"Votes of one voter are taken as independent, though column {clean(column)} names voters. Clustered by it: {headline}"
        return
    remedy = (
        "these are counts, which do not say who cast a vote" if analysis.log.is_bundled else f"{material.worded('`clusters`')} COLUMN allows for that"
    )
    yield f"Votes are taken as independent of each other. If voters cast several, intervals are too narrow; {remedy}."


def _of_removal(material: Material) -> Iterator[str]:
    """A conclusion that hangs on few votes."""
    found = material.removals["who is first"]
    if isinstance(found, RecountError):
        return
    row = found.frame.iloc[0]
    if not is_missing(row["share"]) and (row["share"] < FRAGILE or row["n_changed"] <= HARDLY_ANY):
        of_all = f"{row['n_changed']:,} of {row['n_units']:,} {units_of(row['unit'])}"
        yield f"Removing {of_all} ({small_share(row['share'])}) is enough, if they are the right ones: then {clean(row['result'])}."


def _of_choices(material: Material) -> Iterator[str]:
    """Choices that change which country leads."""
    entity = material.analysis.specification.entity
    if material.specifications == "grid":
        # Where nobody is ranked under the usual choices, there is no leader whom others could replace.
        summary = material.grid.summary.frame.dropna(subset=["leader"])
        changed = summary[summary["n_leads"] < summary["n_analyses"]]
        if len(changed):
            row = changed.iloc[int((changed["n_leads"] / changed["n_analyses"]).to_numpy().argmin())]
            n = f"{len(changed)} of {plural(len(summary), 'ranking')}"
            leads = f"{whose(row['leader'])} {_leads(row['leader'])} in {row['n_leads']:,} of {plural(row['n_analyses'], 'analysis', 'analyses')}"
            yield (
                f"Reasonable choices change which {entity} leads in {n}: {conclusions_named(changed.to_dict('records'))}. "
                f"{headed(_among(row['group']))} by {metric_named(row['metric'])}, {leads}."
            )
        return
    try:
        rows = material.one_choice.frame.dropna(subset=["leader"])
    except RecountError:
        # Without countries it is about who is first.
        yield from _of_who_is_first(material.first_by_choice.frame)
        return
    changed = rows[(rows["leads"] != rows["leader"]) & rows["comparable"].astype(bool)]
    if len(changed):
        row, of = changed.iloc[0], changed.drop_duplicates(["group", "metric"])
        n = f"{len(of)} of {plural(len(rows.drop_duplicates(['group', 'metric'])), 'ranking')}"
        alone = " alone" if ", " in str(row["leads"]) else ""
        example = f"With {told_change(row['change'])}, {whose(row['leads'])} {_leads(row['leads'])}, not {whose(row['leader'])}{alone}"
        yield (
            f"One other choice is enough to change which {entity} leads in {n}: {conclusions_named(of.to_dict('records'))}. {example}, "
            f"{_among(row['group'])} by {metric_named(row['metric'])}."
        )


def _of_who_is_first(rows: pd.DataFrame) -> Iterator[str]:
    """A choice of how votes are rated that changes who is first."""
    changed = rows[(rows["leads"] != rows["leader"]) & rows["comparable"].astype(bool)]
    if len(changed):
        row = changed.iloc[0]
        is_or_are = "share first place" if ", " in str(row["leads"]) else "is first"
        who = f"{clean(row['leads'])} {is_or_are}, not {clean(row['leader'])}"
        yield f"One other choice is enough to change who is first: {who}, with {told_change(row['change'])}."


def _leads(leaders: object) -> str:
    return "share the lead" if ", " in str(leaders) else "leads"


def _among(group: object) -> str:
    return AMONG.get(str(group), f"in group {clean(group)}")


def _of_audit(material: Material) -> Iterator[str]:
    """Defects that an audit finds in the log."""
    s, found = material.analysis.specification, material.audited.frame
    found = found[found["finding"] == FOUND]
    # What the ratings allow for is none of theirs, and a log that does not say who was shown first lacks a column.
    is_of_none = found["says"].str.endswith(UNSAID) | ((found["probe"] == "position") & s.position)
    if not is_of_none.all():
        # Where one is told, all are, so that none seems to be the only one.
        found = found[~((found["probe"] == "position") & s.position)]
        # What takes more words stands in its section.
        said = [clean(row["says"] if len(row["says"]) <= IN_FULL else row["probe"]) for row in found.to_dict("records")]
        yield f"Defects that an audit finds in the log: {'; '.join(said)}.{_allowed_for(material, found)} See Audit."


def _allowed_for(material: Material, found: pd.DataFrame) -> str:
    """Say who is first with an effect of position in the model, where an audit finds one and there can be one beside the other choices."""
    if "position" not in found["probe"].tolist():
        return ""
    try:
        alike = material.analysis.under(material.analysis.specification.but(position=True)).leaderboard()
    except RecountError:
        return ""
    return f" Allowed for ({material.worded('`position`')}), {clean(alike.headline.removesuffix(alike.basis).strip())}"


def _of_boards(material: Material) -> Iterator[str]:
    """What is not known of a board."""
    board = material.analysis.board
    if board is not None:
        yield "The ratings are those of a published board: what its votes would say, and how they were chosen, cannot be checked here."
        if board.has_intervals:
            yield "Errors of its ratings are taken as independent; whether they are, it does not say."
        else:
            yield "The board states no intervals, so that nothing here says how sure a rating is."


def _of_rejects(material: Material) -> Iterator[str]:
    """Rows that are no votes."""
    if material.analysis.has_votes and (left_out := material.analysis.log.quarantine).n_rejected:
        yield f"{left_out.n_rejected:,} of {plural(left_out.n_rows, 'row was', 'rows were')} left out because they are no votes."


def _of_the_unknown(material: Material) -> Iterator[str]:
    """Competitors without a country."""
    unknown, n = material.facts.unknown, len(material.analysis.names)
    if FEW_KNOWN * n < len(unknown) < n:
        of_all = f"of {plural(n, 'competitor')}"
        without = plural(
            len(unknown), f"{of_all} has no country in the catalogue, and counts", f"{of_all} have no country in the catalogue, and count"
        )
        yield f"{without} for none: {listing(unknown, say=competitor)}."


def _of_chosen_voters(material: Material) -> Iterator[str]:
    """What no computation removes."""
    if material.analysis.has_votes:
        yield "Ratings describe these votes; whether they stand for others, of other voters or on other questions, no interval says."


CAVEATS = (
    _of_boards,
    _of_copies,
    _of_few_votes,
    _of_the_prior,
    _of_voters,
    _of_removal,
    _of_choices,
    _of_audit,
    _of_rejects,
    _of_the_unknown,
    _of_chosen_voters,
)
