"""Columns of the grid of specifications: how many agree, which choices make the spread of the lead, and which change it."""

from collections.abc import Iterator

from recount.sims.presentation.column import METRIC, SHARE, Column, P, ends

OF_GRID = ("multiverse", "choice effects", "changes", "ranges", "one choice")


def _of_an_end(name: str, words: str) -> Iterator[Column]:
    """Yield the columns of one end of the leads that a choice by itself makes."""
    yield Column(f"lead_{name}", METRIC, f"{words.capitalize()} lead", f"{words} lead when this choice alone is made otherwise than usual", 2)
    yield Column(f"with_{name}", "", "With", f"how it is made then; empty where that is the usual way ({words} lead)")


OF_SPECIFICATIONS = (
    Column(
        "lead",
        METRIC,
        "Lead",
        "by how much the usual leader is ahead of the best other, or a claim is true; points are usual ones; below 0 where it is otherwise",
        2,
    ),
    *ends("the interval of the lead", METRIC, 2, "lead", "Lead"),
    Column("p_usual", P, "P(usual leader)", "probability that the usual leader leads, or that a claim is true or not as usual", 3),
    Column("leader", "", "Leader", "who leads under the usual specification; several if they share the lead", None, OF_GRID),
    Column(
        "scale", "", "Scale", "what a lead in points is multiplied by to be in points of the usual specification, by the spread of the ratings", 3
    ),
    Column(
        "comparable", "", "Comparable", "whether the usual leader (of several, or a pair, all) and anybody else is ranked, so that it can lead or not"
    ),
    Column("reason", "", "Why not", "why not: who is not ranked, or why nobody is; empty where they are", None, ("specifications",)),
    Column("share_agree", SHARE, "Agree", "share of the specifications under which the usual leader leads, of those that rank it and others", 3),
    Column("n_leads", "analyses", "Leads in", "analyses in which the usual leader leads"),
    Column(
        "n_analyses", "analyses", "Of", "distinct analyses in which it and others are ranked; specifications that are the same analysis count once"
    ),
    Column("n_specifications", "specifications", "Of the grid", "specifications that these analyses are"),
    Column(
        "n_unranked",
        "specifications",
        "Not ranked",
        "further specifications, under which the usual leader, or one of a pair, or everybody else is not ranked",
    ),
    Column("lead_min", METRIC, "Lead from", "smallest lead of the usual leader over all specifications; below 0 where another leads", 2),
    Column("lead_max", METRIC, "Lead to", "largest lead of the usual leader over all specifications", 2),
    Column("others", "", "Others", "who else leads, and in how many analyses"),
    Column("matters", "", "Matters most", "choice with the largest Shapley effect on the lead", None, ("multiverse",)),
    Column("matters_share", SHARE, "Its share", "its Shapley effect, as a share of the variance of the lead over the specifications", 3),
    Column("n_flip", "choices", "Choices", "fewest choices that must be made otherwise than usual for another to lead; missing if none changes it"),
    Column("flips", "", "Changed by", "choices that do; several sets are separated by commas, a set of several choices has a plus between them"),
    Column("choices", "", "Choices", "choice, or several with a cross between them"),
    Column("n_choices", "choices", "How many", "how many choices these are"),
    Column("share", SHARE, "Share", "share of the variance of the lead that these choices make together, no fewer of them", 4, ("choice effects",)),
    Column("share_total", SHARE, "With others", "share of the choice by itself and in every interaction", 4),
    Column("shapley", SHARE, "Shapley", "Shapley effect: its part of every interaction, shared equally; all of them sum to 1", 4),
    *_of_an_end("least", "least"),
    *_of_an_end("most", "largest"),
    Column("share", SHARE, "Alone", "first-order Sobol index: share of the variance of the lead due to this number by itself", 3, ("ranges",)),
    *ends("the interval of the first-order index", SHARE, 3, "share", "Alone"),
    Column("share_total", SHARE, "With others", "total Sobol index: the same with every interaction in which it is", 3, ("ranges",)),
    *ends("the interval of the total index", SHARE, 3, "share_total", "With others"),
    Column("low", "", "From", "least reasonable value of the number"),
    Column("high", "", "To", "largest reasonable value of the number"),
    Column("verdict", "", "Verdict", "whether the claim is true by the estimate", None, ("specifications",)),
    Column("p_true", P, "P(true)", "probability that the claim is true", 3, ("specifications",)),
    Column("conclusion", "", "Conclusion", "who is first, or who is the better one of two; id of a claim", None, ("specifications", *OF_GRID)),
    Column("competitor", "", "Leads", "who is first, or the better one; several if they share it", None, ("specifications",)),
    Column("change", "", "Change", "choices made otherwise than usual", None, ("changes", "one choice")),
    Column("leads", "", "Leads then", "who leads under this specification"),
)
