"""Claims about benchmark scores: the best or mean score of a country, its difference from another's, and the order of models."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from recount.data import Scores
from recount.engine.choices.usual import N_DRAWS
from recount.engine.errors import InputError, OptionError
from recount.engine.plurals import plural
from recount.engine.scale import Scale
from recount.engine.votes import Floats, Ints
from recount.sims.benchmark_scores.item_errors import Repeated, Reporters, ScoresOfModels, scores_on
from recount.sims.benchmark_scores.order_agreement import kendall_tau
from recount.sims.benchmark_scores.parity import two_one_sided_tests
from recount.sims.benchmark_scores.score_draws import drawn_means, drawn_scores
from recount.sims.claims.claim import OTHERS, Claim
from recount.sims.claims.comparisons import how_sure, possible_of
from recount.sims.claims.evidence import MOST_DAYS, Evidence, UntestableError, days_between, is_of_one_day
from recount.sims.claims.measured_words import scope_in_words, score_in_words
from recount.sims.claims.of_ratings import against_rival
from recount.sims.claims.samples import FIRST, LEFT_OUT, UNDATED, without_day
from recount.sims.claims.specifications import Point, asked_values, elsewhere, with_choices
from recount.sims.claims.verdicts import Found
from recount.sims.countries.drawing import Drawn, drawn
from recount.sims.countries.facts import Facts
from recount.sims.countries.groups import Group, group_of, members_of
from recount.sims.countries.metrics import METRICS, Metric
from recount.sims.countries.order_of_countries import interval_of, median
from recount.sims.multiverse.combinations import combined
from recount.sims.specification import Specification
from recount.sims.specification.flat import plain

BEST, BEST_K, LAG, MEAN = "best score", "mean of k best scores", "lag by scores", "mean score"
# Those that are metrics of countries, and what they are called there.
OF_RATINGS = {BEST: "best", BEST_K: "mean of k best", LAG: "lag"}
PHRASES = {
    BEST: "the best score of a model of {who}",
    BEST_K: "the mean of the {k} best scores of models of {who}, at most one of an organisation",
    LAG: "the time from the first model with a score as good as the best of {who}, within {lag_tolerance} points, to the release of that best one",
    MEAN: "the mean score of the models of {who}",
}
REPORTERS: tuple[Reporters, ...] = ("all", "independent")
REPEATED: tuple[Repeated, ...] = ("mean", "highest", "lowest")
FEWEST_ORDERED = 3
# A point is a hundredth of the items; so many below another score are as good, about as large as the errors of 1,000 to 15,000 items.
PERCENT = Scale(100.0, 0.0)
TOLERANCES = (0.0, 0.5, 1.0)
# With fewer models, the best of a country is the best of others.
LEAST_INDEPENDENT = 0.5


def found_in_scores(claim: Claim, evidence: Evidence) -> Found:
    """Measure the score that a claim speaks of, under the usual specification and every other reasonable one."""
    if not claim.country or not claim.benchmark:
        return Found(why_not="it names no country or no benchmark; give country and benchmark", unit="score")
    scores, facts = evidence.scored_models()
    as_of = day_of_scores(scores, claim)
    s = with_choices(evidence.analysis.specification, claim)
    scored = existing(scores, claim, facts)
    values, group = values_by_country(claim, facts, s, scored, drawn_once(claim, evidence, scored, s))
    numbers = against_rival(claim, values, group.countries, metric_of(claim), s)
    draws = numbers[1:, None]
    shrunken = claim.metric != MEAN and s.country_draws == "posterior"
    estimate = median(draws) if shrunken else numbers[:1]
    unit = "months" if claim.metric == LAG else "score"
    lower, upper = interval_of(draws, estimate, s.confidence_level, 0, possible_of(claim, unit))
    grid, sure = list(points(claim, scores, facts, s)), how_sure(claim, numbers[1:])
    return Found(
        estimate=float(estimate[0]),
        lower=float(lower[0]),
        upper=float(upper[0]),
        **sure._asdict(),
        **elsewhere(claim, grid, float(numbers[0]), s if shrunken else s.but(country_draws="estimates"), sure.p_true)._asdict(),
        unit=unit,
        measured=score_in_words(claim, PHRASES[claim.metric], metric_of(claim), s),
        among=scope_in_words(claim, s, scored.names, facts, "all models that have a score", metric_of(claim).varies_by),
        caveat="; ".join(caveats(claim, scored, group)),
        as_of=as_of,
    )


def metric_of(claim: Claim) -> Metric:
    """Return the metric of countries that is computed of scores."""
    return METRICS[OF_RATINGS.get(claim.metric, "best")]


def day_of_scores(scores: Scores, claim: Claim) -> str:
    """Return the day to which scores reach; raise `UntestableError` if that is too early for the claim."""
    dates = [column.max() for column in (scores.frame["date"], scores.models["release_date"]) if column.notna().any()]
    if not dates:
        return ""
    last = max(dates).date()
    if claim.date and str(last) < claim.date and (away := days_between(last, claim.date)) > MOST_DAYS:
        raise UntestableError(f"the scores reach to {last}, {plural(away, 'day')} before {claim.date}, of which it speaks; give scores of that time")
    return str(last)


def existing(scores: Scores, claim: Claim, facts: Facts, reporters: Reporters = "all", repeated: Repeated = "mean") -> ScoresOfModels:
    """Return the scores on the benchmark of a claim of models that were released by its date; of models without a date nobody knows better."""
    try:
        scored = scores_on(scores, claim.benchmark, reporters, repeated)
    except InputError as error:
        raise UntestableError(str(error)) from error
    released = facts.frame.loc[list(scored.names), "release_date"].to_numpy(str)
    # Dates compare as text; a month or a year ends after its days.
    late = (released != "") & (released > claim.date + "~") if claim.date else np.zeros(released.size, np.bool_)
    if late.all():
        raise UntestableError(f"every model with a score on {claim.benchmark!r} was released after {claim.date}")
    return scored.only(~late)


def drawn_once(claim: Claim, evidence: Evidence, scored: ScoresOfModels, s: Specification) -> Drawn:
    """Draw scores of all models, or of a mean only the stated ones; several claims about a benchmark share the draws."""
    if claim.metric == MEAN:
        return Drawn(scored.shares[None], are_of_strengths=False)
    n_draws, is_shrunken = s.n_draws or N_DRAWS, s.country_draws == "posterior"
    key = (scored.benchmark, scored.names, n_draws, s.seed, is_shrunken)
    countries = evidence.scored_models()[1].frame.loc[list(scored.names), "country"].tolist()
    return evidence.kept.once("draws of scores", key, lambda: drawn_scores(scored, n_draws, s.seed, is_shrunken, countries))


def values_by_country(claim: Claim, facts: Facts, s: Specification, scored: ScoresOfModels, draws: Drawn) -> tuple[Floats, Group]:
    """Return scores of countries (1 + n_draws, n_countries), and the models of the group that have one, with their draws."""
    try:
        members = members_of(scored.names, facts, s, claim.group)
    except OptionError as error:
        raise UntestableError(str(error)) from error
    group = group_of(draws, members, PERCENT)
    if not group.countries:
        raise UntestableError(f"no model with a score on {claim.benchmark!r} is in group {claim.group!r} and has a known country")
    if claim.metric == MEAN:
        return drawn_means(scored, [places_in(group, name) for name in group.countries], s.n_draws or N_DRAWS, s.seed), group
    if why := metric_of(claim).why_not(group):
        raise UntestableError(f"there is no {claim.metric}: {why}")
    return metric_of(claim).compute(group, s), group


def places_in(group: Group, country: str) -> Ints:
    """Return places of the models of a country among all that have a score."""
    members = group.members
    own: Ints = members.places[group.models[group.countries.index(country)][members.model]]
    return own


def points(claim: Claim, scores: Scores, facts: Facts, usual: Specification) -> Iterator[Point]:
    """Yield the number by the stated scores, for other choices of which scores count, and of what is asked."""
    varied, n_all = asked_values(claim, usual, OF_RATINGS.get(claim.metric, "best")), len(existing(scores, claim, facts).names)
    if "lag_tolerance" in varied:
        # Those of ratings are in Elo.
        varied["lag_tolerance"] = tuple(dict.fromkeys([usual.lag_tolerance, *TOLERANCES]))
    known = {LEFT_OUT: facts}
    if claim.metric == LAG and without_day(facts, claim).any():
        known[FIRST] = facts.with_undated_first(claim.country)
    for reporters, repeated, (undated, of_models) in product(REPORTERS, REPEATED, known.items()):
        try:
            scored = existing(scores, claim, facts, reporters, repeated)
        except UntestableError:
            continue
        if len(scored.names) < LEAST_INDEPENDENT * n_all:
            continue
        for under in combined(usual.but(country_draws="estimates"), varied):
            try:
                values, group = values_by_country(claim, of_models, under, scored, Drawn(scored.shares[None], are_of_strengths=False))
                number = float(against_rival(claim, values, group.countries, metric_of(claim), under)[0])
            except UntestableError:
                continue
            of_scores = {"reporters": reporters, "several scores of a model": repeated} | ({UNDATED: undated} if len(known) > 1 else {})
            chosen = of_scores | {name: plain(getattr(under, name)) for name in varied}
            models = group.members
            basis = (scored.shares.tobytes(), models.key, METRICS[OF_RATINGS.get(claim.metric, "best")].depends_on(under, models.n_models))
            yield Point(chosen, number, basis)


def caveats(claim: Claim, scored: ScoresOfModels, group: Group) -> Iterator[str]:
    """Say what the interval leaves out, and what two one-sided tests say of the stated scores."""
    rivals = [name for name in group.countries if name != claim.country] if claim.rival == OTHERS else [claim.rival] if claim.rival else []
    compared = {name: places_in(group, name) for name in (claim.country, *rivals)}
    if claim.metric == BEST:
        best = [own[scored.shares[own].argmax()] for own in compared.values()]
        if claim.rival == OTHERS:
            best = [best[0], max(best[1:], key=lambda one: float(scored.shares[one]))]
        yield "as stated " + " and ".join(f"{100 * scored.shares[one]:.1f} % ({scored.names[one]})" for one in best)
        if len(best) == 2 and claim.says == "equals" and claim.bound == 0 and claim.tolerance > 0:
            one, other = best
            tested = two_one_sided_tests(float(scored.shares[one] - scored.shares[other]), float(np.hypot(*scored.errors[best])), claim.tolerance)
            yield f"two one-sided tests of these two: p = {tested.p_value:.2g}"
    used = np.concatenate(list(compared.values()))
    if n := int(scored.self_reported[used].sum()):
        yield (
            f"{n} of {plural(used.size, 'score is', 'scores are')} reported by the makers of the models, with settings of their own, "
            f"whose effect is in no interval"
        )
    if scored.doubt and scored.n_items:
        yield f"{plural(scored.n_items[0], 'item')} by the name of the benchmark, or {scored.doubt}"
    if scored.n_without_error:
        yield f"{plural(scored.n_without_error, 'model is', 'models are')} left out, of whose score no error is known"


def found_in_orders(claim: Claim, evidence: Evidence) -> Found:
    """Measure how far a benchmark orders models as ratings do, by Kendall's tau-b, over the models that have both."""
    if not claim.benchmark:
        return Found(why_not="it names no benchmark; give benchmark", unit="tau")
    scores, facts = evidence.scored_models()
    day_of_scores(scores, claim)
    rated = evidence.times_of(claim)[0]
    analysis = rated.analysis.under(with_choices(rated.analysis.specification, claim))
    s, scored, strengths = analysis.specification, existing(scores, claim, facts), drawn(analysis, rated.facts)
    if strengths.values.shape[0] == 1:
        raise UntestableError("these ratings state no intervals, so that nobody can say how sure their order is")
    mine, theirs = in_both(scored.names, analysis.names, evidence)
    if len(mine) < FEWEST_ORDERED:
        raise UntestableError(
            f"{plural(len(mine), 'model has', 'models have')} both a rating and a score on {claim.benchmark!r}; {FEWEST_ORDERED} are "
            f"the fewest that have an order"
        )
    given = drawn_scores(scored, strengths.values.shape[0] - 1, s.seed ^ 1, s.country_draws == "posterior")
    taus = kendall_tau(given.values[:, mine], strengths.values[:, theirs])
    draws = taus[1:, None]
    estimate = median(draws) if strengths.are_of_strengths else taus[:1]
    of_one_day = is_of_one_day(claim, rated)
    lower, upper = interval_of(draws, estimate, s.confidence_level, 0, (np.array([-1.0]), np.array([1.0])))
    return Found(
        estimate=float(estimate[0]),
        lower=float(lower[0]),
        upper=float(upper[0]),
        **how_sure(claim, taus[1:])._asdict(),
        least=float(taus[0]),
        most=float(taus[0]),
        unit="tau",
        measured=f"Kendall's tau between scores on {claim.benchmark} and ratings, of {plural(len(mine), 'model')} that have both",
        caveat="the models that have both are no sample of all" + (f"; of {claim.date} it is judged by one day, {rated.day}" if of_one_day else ""),
        as_of=str(rated.day or ""),
        of_one_day=of_one_day,
    )


def in_both(scored: Sequence[str], rated: Sequence[str], evidence: Evidence) -> tuple[list[int], list[int]]:
    """Return places of models that have a score and a rating, by the catalogue or by the same name; one that is there twice counts once."""
    key_of = evidence.catalogue.key_of
    place = {key_of(name) or name: i for i, name in reversed(list(enumerate(rated)))}
    pairs = {place[key]: i for i, name in reversed(list(enumerate(scored))) if (key := key_of(name) or name) in place}
    return list(pairs.values()), list(pairs)
