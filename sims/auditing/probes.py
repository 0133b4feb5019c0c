"""All probes of an audit, in the order in which they are told."""

from recount.sims.auditing import of_pairs, of_sides, of_time, of_voters
from recount.sims.auditing.finding import Probe

SINGLE, OF_VOTERS, TIMED = "single votes", "a column of voters", "a column of times"
PROBES = (
    Probe("repeated votes", "are there votes twice, under another voter or again in the log?", SINGLE, of_voters.repeated_votes),
    Probe("order of names", "is it chance who of a pair is shown first?", "who is shown first", of_sides.names_in_order),
    Probe("position", "is who is shown first preferred for that?", "who is shown first, by chance", of_sides.position),
    Probe("style", "does the form of an answer move votes?", "columns of both answers, such as length_a and length_b", of_sides.style),
    Probe("rigging", "do voters favour one competitor beyond what others' votes explain?", OF_VOTERS, of_voters.rigged),
    Probe("careless voters", "do some voters not follow the strengths as others do?", OF_VOTERS, of_voters.careless_voters),
    Probe("drift", "do strengths differ between the first half and the second?", TIMED, of_time.drift),
    Probe("best of many", "are first votes of competitors better than their later ones?", TIMED, of_time.best_of_many),
    Probe("survivorship", "do the weak leave?", TIMED, of_time.survivorship),
    Probe("disconnected", "are there competitors whom no votes join to the others?", "votes", of_pairs.disconnected, is_fact=True),
    Probe("undefeated", "are there competitors that never lost, or never won, against the others?", "votes", of_pairs.undefeated, is_fact=True),
    Probe("near-empty pairs", "do comparisons hang on pairs with hardly any votes?", "votes", of_pairs.near_empty_pairs, is_fact=True),
    Probe("intransitivity", "do pairs deviate from one number a competitor?", "votes of circles of pairs", of_pairs.intransitive),
)
