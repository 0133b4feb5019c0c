"""Methods in words: what was done under this specification, with formulas and sources."""

from collections.abc import Callable

from recount.engine.choices import Resampling
from recount.engine.errors import RecountError
from recount.engine.uncertainty.sandwich import JointNormal
from recount.sims.analysis import notes
from recount.sims.filtering import of_filters
from recount.sims.report.log_section import board_in_words
from recount.sims.report.material import Material
from recount.sims.report.parts import Section


def show_methods(material: Material) -> Section:
    """Say how the numbers were computed; the template has the formulas."""
    return Section("methods", "Methods", template="methods.html.j2")


def _has(answer: Callable[[], object]) -> bool:
    """Whether there is such an answer."""
    try:
        answer()
    except RecountError:
        return False
    return True


def _choices(material: Material) -> str:
    """Say how choices are varied: alone, by a grid, or not at all."""
    of_all, of_each = (lambda: material.grid, lambda: material.first_in_grid), (lambda: material.one_choice, lambda: material.first_by_choice)
    there = any(_has(answer) for answer in (of_all if material.specifications == "grid" else of_each))
    return material.specifications if there else ""


def _metrics_judged(material: Material) -> list[str]:
    """Return by which metrics claims were judged, of those that could be tested."""
    if not material.claims or not _has(lambda: material.judged):
        return []
    frame = material.judged.frame
    return sorted(set(frame.loc[frame["p_true"].notna(), "metric"]))


def what_was_done(material: Material) -> dict[str, bool | str | list[str]]:
    """Return what the formulas depend on."""
    analysis = material.analysis
    s, frame, rated = analysis.specification, material.leaderboard.frame, analysis.uncertainty
    told = [*of_filters(analysis.log), *notes.of_minimum(analysis.log.counts, s), *notes.of_fit(analysis.fit)] if analysis.has_votes else []
    return {
        "has_votes": analysis.has_votes,
        "board": "" if analysis.board is None else board_in_words(analysis.board),
        "ties": s.ties.value,
        "by_pair": s.ties.by_pair,
        "told": [material.worded(note) for note in told],
        "has_intervals": bool(frame["lower"].notna().any()),
        "has_p_best": bool(frame["p_best"].notna().any()),
        "is_shrunken": "p_best_unshrunken" in frame,
        "is_given": isinstance(rated, JointNormal) and rated.is_posterior,
        "basis": analysis.basis(),
        "has_prior": analysis.has_votes and analysis.fit.prior.kind != "none",
        "has_covariates": bool(s.covariates),
        "resampled": isinstance(s.intervals, Resampling),
        "intervals": s.intervals if isinstance(s.intervals, str) else "bootstrap",
        "clusters": ", ".join(s.clusters),
        "level": f"{100 * s.confidence_level:g} %",
        "has_countries": _has(lambda: material.countries),
        "choices": _choices(material),
        "judged_by": _metrics_judged(material),
        "is_audited": _has(lambda: material.audited),
        "has_removals": any(not isinstance(one, RecountError) for one in material.removals.values()),
        "is_posterior": s.country_draws == "posterior",
        "anchored": "" if s.anchor is None else f"{s.anchor.competitor} = {s.anchor.rating:g}",
    }
