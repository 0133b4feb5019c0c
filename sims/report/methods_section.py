"""Methods in words: what was done under this specification, with formulas and sources."""

from recount.engine.choices import Resampling
from recount.sims.report.material import Material
from recount.sims.report.parts import Section


def show_methods(material: Material) -> Section:
    """Say how the numbers were computed; the template has the formulas."""
    return Section("methods", "Methods", template="methods.html.j2")


def what_was_done(material: Material) -> dict[str, bool | str]:
    """Return what the formulas depend on."""
    analysis = material.analysis
    s = analysis.specification
    return {
        "has_votes": analysis.has_votes,
        "ties": s.ties.value,
        "basis": analysis.basis(),
        "has_prior": s.prior.kind != "none",
        "has_covariates": bool(s.covariates),
        "is_weighted": bool(s.weights),
        "resampled": isinstance(s.intervals, Resampling),
        "intervals": s.intervals if isinstance(s.intervals, str) else "bootstrap",
        "clusters": ", ".join(s.clusters),
        "level": f"{100 * s.confidence_level:g} %",
        "anchored": "" if s.anchor is None else f"{s.anchor.competitor} = {s.anchor.rating:g}",
    }
