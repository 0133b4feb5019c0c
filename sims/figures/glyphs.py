"""Characters that the house font lacks: room for them while a figure is laid out, and other fonts of this machine that have them.

In SVG text stays text, so who shows it brings the font, and no figure depends on what is installed where it was made; only its width has to be known.
Full-width characters are as wide as the font is high (UAX 11), for which a dash of that width stands in. In PDF and PNG letters are drawn, by
installed fonts that have them.
"""

import unicodedata
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

HOUSE = "DejaVu Sans"
# As wide as the house font is high, and about half as wide.
WIDE, NARROW = "\N{EM DASH}", "n"
UPRIGHT = (400, "normal", "regular", "book")
# Has a box for every character.
BOXES = "Last Resort"


@cache
def _characters_of(path: str) -> frozenset[int]:
    """Characters of a font; none of one that cannot be drawn with, as one of coloured pictures."""
    from matplotlib.font_manager import get_font

    try:
        return frozenset(get_font(path).get_charmap())
    except (RuntimeError, OSError):
        return frozenset()


@cache
def is_drawn(character: str) -> bool:
    """Whether the house font has a character."""
    from matplotlib.font_manager import findfont

    return ord(character) in _characters_of(findfont(HOUSE))


def stand_in(text: str) -> str:
    """Return text of about the same width that the house font has."""
    return text if text.isascii() else "".join(one if is_drawn(one) else _as_wide(one) for one in text)


def _as_wide(character: str) -> str:
    # Marks are written over the letter before them.
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return ""
    return WIDE if unicodedata.east_asian_width(character) in "WF" else NARROW


def _named(axis: Any) -> list[str]:
    """Labels of an axis that were set by name; numbers and dates are none."""
    from matplotlib.ticker import FuncFormatter

    return [text.get_text() for text in axis.get_ticklabels()] if isinstance(axis.get_major_formatter(), FuncFormatter) else []


@contextmanager
def room_for_all(figure: "Figure") -> Iterator[None]:
    """Have stand-ins for characters that the house font lacks, while a figure is laid out."""
    restored: list[tuple[Any, tuple[Any, ...]]] = []
    for axes in figure.axes:
        for text in axes.texts:
            if (said := text.get_text()) != stand_in(said):
                restored.append((text.set_text, (said,)))
                text.set_text(stand_in(said))
        for axis in (axes.xaxis, axes.yaxis):
            labels = _named(axis)
            if (stood := [stand_in(one) for one in labels]) != labels:
                places = axis.get_ticklocs()
                restored.append((axis.set_ticks, (places, labels)))
                axis.set_ticks(places, stood)
    yield
    for restore, former in restored:
        restore(*former)


@contextmanager
def drawn_by_others(figure: "Figure", where: str) -> Iterator[None]:
    """Draw what the house font lacks with other fonts of this machine; warn once of what none of them has.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    where : str
        Where it is drawn, for the warning.
    """
    from matplotlib.text import Text

    said = [*(text.get_text() for axes in figure.axes for text in axes.texts)]
    said += [label for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for label in _named(axis)]
    fonts, lacking = fonts_with({one for text in said if not text.isascii() for one in text if not is_drawn(one)})
    if lacking:
        remedy = "install one that does, such as Noto Sans CJK, or save as .svg"
        warnings.warn(f"no font of this machine has {lacking!r}, drawn as boxes in {where}; {remedy}", stacklevel=4)
    texts: list[Any] = figure.findobj(Text) if fonts else []
    before = [text.get_fontfamily() for text in texts]
    for text, families in zip(texts, before, strict=True):
        text.set_fontfamily([families[0], *fonts])
    with without_glyphs():
        yield
    for text, families in zip(texts, before, strict=True):
        text.set_fontfamily(families)


def fonts_with(characters: set[str]) -> tuple[list[str], str]:
    """Return installed fonts that have some characters, those with most of them first, and the characters that none has."""
    from matplotlib.font_manager import fontManager

    left = {one for one in characters if _as_wide(one)}
    found: list[str] = []
    upright = [font for font in fontManager.ttflist if font.style == "normal" and font.weight in UPRIGHT and BOXES not in font.name] if left else []
    while left and upright:
        # By name where several have as many, so that the same fonts give the same figure.
        best = min(upright, key=lambda font: (-sum(ord(one) in _characters_of(font.fname) for one in left), font.name, font.fname))
        if not (there := {one for one in left if ord(one) in _characters_of(best.fname)}):
            break
        found.append(best.name)
        left -= there
    return found, "".join(sorted(left))


@contextmanager
def without_glyphs() -> Iterator[None]:
    """Say nothing of glyphs that are not there: they are not drawn here, or it was said."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"Glyph \d+", category=UserWarning)
        yield
