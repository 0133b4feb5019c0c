"""The site: pages of this folder, and the reference from docstrings."""

from importlib.metadata import version as version_of
from pathlib import Path

import recount
from recount.sims.claims.bundled import path_of

project = "Recount"
author = "the developers of Recount"
version = release = version_of("arena-recount")

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "numpydoc",
    "sphinx.ext.mathjax",
    "sphinx-mathjax-offline",
    "sphinx_design",
]
myst_enable_extensions = ["dollarmath", "amsmath", "colon_fence"]
myst_heading_anchors = 4
source_suffix = {".md": "markdown", ".rst": "restructuredtext"}
exclude_patterns = ["_build", "_templates"]
templates_path = ["_templates"]

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

html_theme = "pydata_sphinx_theme"
html_title = "Recount"
html_show_sourcelink = False
html_static_path = ["_static"]
html_css_files = ["site.css"]
# The page that `draw_examples` writes; it has to be there before.
(Path(__file__).parent / "generated" / "page").mkdir(parents=True, exist_ok=True)
html_extra_path = ["generated/page"]
html_context = {"default_mode": "auto"}
html_theme_options = {
    "show_toc_level": 2,
    "navigation_with_keys": True,
    # What compares ten tools needs the room.
    "secondary_sidebar_items": {"**": ["page-toc"], "comparison": [], "index": []},
    "footer_start": ["copyright"],
    "footer_end": [],
}


def draw_examples(_app):
    """Draw what the site shows of the bundled votes, so that it is what this version draws."""
    folder = Path(__file__).parent / "generated"
    analysis = recount.analyse()
    recount.figures.rating_intervals(analysis.leaderboard(), n=12).save(folder / "ratings.svg")
    recount.figures.country_metrics(analysis.countries(), "all").save(folder / "countries.svg")
    page = recount.write_report(analysis, folder / "page" / "bundled_votes.html", claims=recount.read_claims(path_of("article")))
    page.with_name(page.name + ".manifest.json").unlink()


def setup(app):
    """Draw before pages are read."""
    app.connect("builder-inited", draw_examples)
