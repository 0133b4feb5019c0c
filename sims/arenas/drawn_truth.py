"""Drawing the truth of an arena, before any vote."""

from dataclasses import replace

from recount.engine.choices.resampling import LARGEST_SEED, whole
from recount.engine.choices.usual import SEED
from recount.engine.errors import OptionError
from recount.engine.votes import freeze
from recount.sims.arenas.arena import Arena
from recount.sims.arenas.best_of_variants import names_of_variants, own_numbers, strengths_of_variants
from recount.sims.arenas.category_mix import draw_categories
from recount.sims.arenas.crowds import crowd_of_prompts, crowd_of_voters
from recount.sims.arenas.honest_votes import information_of, leads_and_votes, shares_of_outcomes
from recount.sims.arenas.intents import intents_of
from recount.sims.arenas.laws import LAWS, tie_parameter_for
from recount.sims.arenas.lengths import draw_lengths_of
from recount.sims.arenas.meetings import meetings_of
from recount.sims.arenas.pair_leads import leads_of_pairs
from recount.sims.arenas.parameters import Parameters
from recount.sims.arenas.random_streams import Purpose, generator
from recount.sims.arenas.strengths import strengths_of
from recount.sims.arenas.timeline import timeline_of


def draw_parameters(arena: Arena, seed: int = SEED) -> Parameters:
    """Draw the truth of an arena; the same seed draws the same strengths whatever else is chosen.

    Raises
    ------
    OptionError
        If the seed is none, given strengths do not name those who meet, or nobody can meet on some day.
    """
    seed = whole("seed", seed, 0, LARGEST_SEED)
    names, private = names_of(arena), arena.private
    drawn = strengths_of(arena.strengths, arena.size + arena.n_beside, generator(seed, Purpose.STRENGTHS))
    if arena.strengths.names:
        drawn = drawn[_places(arena.strengths.names, names)]
    number, rng_of_variants = own_numbers(arena), generator(seed, Purpose.VARIANTS)
    strengths = strengths_of_variants(arena, drawn, rng_of_variants)
    timeline = timeline_of(arena, generator(seed, Purpose.STAYS))
    votes_of_others = (*arena.newcomers.votes_of_each, *([private.votes_of_each] * (private.n_published * private.n_variants)))
    rng_of_pairs = generator(seed, Purpose.POPULARITY)
    met = meetings_of(arena.pairs, arena.providers, arena.size, arena.n_rows, votes_of_others, timeline, rng_of_pairs)
    leads = leads_of_pairs(arena, strengths, number, met.first, met.second)
    crowds = []
    if arena.voters.n:
        crowds.append(crowd_of_voters(arena.voters, generator(seed, Purpose.ACTIVITY)))
    if arena.prompts.n:
        crowds.append(crowd_of_prompts(arena.prompts))
    categories = draw_categories(arena.categories, drawn.size, generator(seed, Purpose.CATEGORY_STRENGTHS)) if arena.categories.n else None
    lengths = draw_lengths_of(arena.lengths, drawn.size, generator(seed, Purpose.MEDIAN_LENGTHS)) if arena.lengths.median else None
    honest = Parameters(
        arena,
        names_of_variants(arena, names),
        freeze(strengths),
        met,
        freeze(leads),
        LAWS[arena.outcomes.law],
        0.0,
        tuple(crowds),
        categories and categories.of(number),
        lengths and lengths.of(number),
    )
    honest = replace(honest, tie_parameter=tie_parameter_for(arena.outcomes, *leads_and_votes(honest), honest.taste_variance))
    if not arena.has_intents:
        return honest
    rng = generator(seed, Purpose.INTENTS)
    return replace(honest, intents=intents_of(arena, strengths, information_of(honest), shares_of_outcomes(honest), rng))


def names_of(arena: Arena) -> tuple[str, ...]:
    """Names of a log, or of given strengths, or numbers; those of published variants last, which say nothing of it."""
    counts, given, k = arena.pairs.counts, arena.strengths.names, arena.n_beside
    if counts is not None:
        return (*counts.names, *(given[len(given) - k :] if given and k else (f"newcomer-{i}" for i in range(k))))
    if given:
        return given
    return numbered_names(arena.size + k)


def numbered_names(n: int, what: str = "model") -> tuple[str, ...]:
    """Names by number, in the order of text."""
    width = max(3, len(str(n - 1)))
    return tuple(f"{what}-{i:0{width}d}" for i in range(n))


def _places(given: tuple[str, ...], names: tuple[str, ...]) -> list[int]:
    place = {name: k for k, name in enumerate(given)}
    for name in names:
        if name not in place:
            raise OptionError(f"strengths have no value for {name!r}, which has votes in the log; give one for every competitor")
    return [place[name] for name in names]
