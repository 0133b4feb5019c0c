"""The page: its sections in order, as one file of HTML that needs nothing else."""

import base64
import hashlib
import json
import re
import shlex
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib.metadata import version
from importlib.resources import files
from typing import Any

from markupsafe import Markup, escape

from recount.engine.plurals import plural
from recount.sims.figures.house import DARK
from recount.sims.presentation.wording import clean
from recount.sims.report.citing import Citing
from recount.sims.report.claims_section import show_claims
from recount.sims.report.countries_section import show_countries, show_history
from recount.sims.report.findings_section import show_findings
from recount.sims.report.leaderboard_section import show_leaderboard
from recount.sims.report.left_out import n_rated
from recount.sims.report.log_section import board_in_words, show_log
from recount.sims.report.material import Material
from recount.sims.report.methods_section import show_methods, what_was_done
from recount.sims.report.opening import opening_of
from recount.sims.report.parts import PageFigure, PageTable, Section, Terms
from recount.sims.report.right_to_left import WORDS, isolated, set_apart, whole_names
from recount.sims.report.sensitivity_section import show_audit, show_choices, show_removals
from recount.sims.report.svg_in_page import as_element

SECTIONS: tuple[Callable[[Material], Section], ...] = (
    show_leaderboard,
    show_countries,
    show_history,
    show_claims,
    show_choices,
    show_findings,
    show_removals,
    show_audit,
    show_log,
    show_methods,
)
# Those whose answers are computed ahead.
AHEAD = (show_claims, show_choices, show_removals, show_audit)
# Of a table, so that a page of many competitors is no book.
ROWS_ON_PAPER = 40
# Of a manifest, what is known when the page is written, and not before.
KNOWN_AFTER = ("finished", "seconds")
# Of what is told while a page is made.
STAGES: dict[Callable[[Material], Section], str] = {
    show_leaderboard: "figures of the leaderboard",
    show_countries: "countries",
    show_history: "countries through time",
    show_claims: "figures of claims",
    show_choices: "figures of other choices",
    show_findings: "findings of a study",
    show_removals: "figures of removals",
    show_audit: "audit",
    show_log: "what was in the log",
    show_methods: "methods",
}
# What belongs together on a line: a number and its sign or unit.
TOGETHER = re.compile(r"(?<=\d) (?=[%±])|(?<=±) (?=[\d∞])|(?<=\bP) (?=[=<>] )|(?<=\bP [=<>]) (?=\d)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
Stage = Callable[[str], AbstractContextManager[None]]


def page_of(material: Material, stage: Stage = lambda _: nullcontext()) -> str:
    """Return the page as HTML.

    Parameters
    ----------
    material : Material
    stage : callable, optional
        Called with the name of each of `n_stages`, and entered as long as it is under way; several are at the same time.

    Raises
    ------
    RecountError
        If there is no leaderboard; a section without data says so.
    """
    with stage("ratings"):
        _ = material.leaderboard
    names = whole_names(material.leaderboard.frame["competitor"])
    # Figures are drawn on this thread alone; what takes longest is computed meanwhile.
    with ThreadPoolExecutor(1) as pool:
        ahead = pool.submit(material.answer_ahead, stage)
        made: dict[int, Section] = {}
        drawn: dict[str, str] = {}
        for place in sorted(range(len(SECTIONS)), key=lambda place: SECTIONS[place] in AHEAD):
            if SECTIONS[place] in AHEAD:
                ahead.result()
            with stage(STAGES[SECTIONS[place]]):
                made[place] = section = SECTIONS[place](material)
                drawn |= {
                    part.name: as_element(part.drawn, part.name, lambda text: set_apart(text, names))
                    for part in section.parts
                    if isinstance(part, PageFigure)
                }
    sections = [made[place] for place in range(len(SECTIONS))]
    script = _asset("page.js")
    # Serialised by ElementTree, which escapes.
    figures = {name: Markup(svg) for name, svg in drawn.items()}
    html: str = (
        _environment(names)
        .get_template("page.html.j2")
        .render(
            opening=opening_of(material),
            sections=sections,
            figures=figures,
            basis=material.leaderboard.basis,
            done=what_was_done(material),
            worded=material.worded,
            source=_source(material),
            version=version("arena-recount"),
            manifest=escape(json.dumps({name: of for name, of in material.made.items() if name not in KNOWN_AFTER}, indent=1, ensure_ascii=False)),
            command=escape(shlex.join(material.made.get("command", ()))),
            colours=DARK,
            style=Markup(_asset("page.css")),
            script=Markup(script),
            script_sum=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        )
    )
    return html


def n_stages(material: Material) -> int:
    """Return how many stages `page_of` tells of."""
    return 1 + len(SECTIONS) + len(material.slow_answers)


def _source(material: Material) -> str:
    analysis = material.analysis
    if analysis.board is not None:
        said = board_in_words(analysis.board)
        return f"{said[:1].upper()}{said[1:]}"
    if analysis.has_votes:
        until = "" if material.day is None else f", to {material.day}"
        return f"{plural(n_rated(analysis), 'vote')}{until}, {plural(len(analysis.names), 'competitor')}"
    return f"Ratings of {plural(len(analysis.names), 'competitor')}"


@dataclass(slots=True)
class Numbering:
    """Numbers of figures, in the order in which they are shown."""

    n: int = 0

    def next(self) -> int:
        """Return the next number."""
        self.n += 1
        return self.n


def _environment(names: re.Pattern[str]) -> Any:
    """Return jinja2's environment: all that is shown is escaped, and what is not defined is an error."""
    from jinja2 import DictLoader, Environment, StrictUndefined

    folder = files("recount.sims.report") / "templates"
    templates = {one.name: one.read_text(encoding="utf-8") for one in folder.iterdir() if one.name.endswith(".j2")}
    environment = Environment(
        loader=DictLoader(templates), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, finalize=held_together
    )
    environment.filters |= {
        "clean": clean,
        "isolated": lambda text: isolated(held_together(text), names),
        "with_options": lambda text: with_options(held_together(text), names),
        "set_apart": lambda text: set_apart(text, names),
    }
    environment.tests |= {
        "figure": lambda part: isinstance(part, PageFigure),
        "table": lambda part: isinstance(part, PageTable),
        "terms": lambda part: isinstance(part, Terms),
    }
    environment.globals |= {"numbering": Numbering(), "cite": Citing(), "rows_on_paper": ROWS_ON_PAPER}
    return environment


def held_together(value: Any) -> Any:
    """Return a text with spaces that do not break where a line should not; what is markup already, such as a command to be copied, as it is."""
    return TOGETHER.sub("\N{NO-BREAK SPACE}", value) if type(value) is str else value


def with_options(text: str, names: re.Pattern[str] = WORDS) -> Markup:
    """Return a text as `isolated` does, in which no line ends within the name of an option."""
    return Markup(OPTION.sub(r'<span class="line">\g<0></span>', str(isolated(text, names))))


def _asset(name: str) -> str:
    return (files("recount.sims.report") / "templates" / name).read_text(encoding="utf-8")
