"""A figure in a page: its colours follow the page, names within it are its own, and marks say what they stand for."""

import re
from collections.abc import Callable, Mapping, Sequence
from xml.etree import ElementTree as ET

from recount.sims.figures.drawn_figure import DrawnFigure
from recount.sims.figures.house import DARK

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
MARKS = (f"{{{SVG}}}use", f"{{{SVG}}}path")
HEX = re.compile(r"#[0-9a-f]{6}")
REFERENCE = re.compile(r"url\(#([^)]+)\)")
DECIMALS = re.compile(r"(-?\d+\.\d{2})\d+")
# Told by the page for all figures.
TOLD = re.compile(r"font-family: [^;]+;?\s*|stroke-linejoin: miter;?\s*|stroke-linecap: butt;?\s*")
ET.register_namespace("", SVG)
ET.register_namespace("xlink", XLINK)


def as_element(drawn: DrawnFigure, name: str, said: Callable[[str], str] = str) -> str:
    """Return the element ``svg`` for a page, in which `name` is unique.

    Colours of the house template become variables of the page; each mark has a ``title`` that says what it stands for. Texts are as `said`.
    """
    root = ET.fromstring(drawn.as_svg())
    _remove_metadata(root)
    _name_marks(root, drawn.marks)
    for element in root.iter():
        if element.tag in (f"{{{SVG}}}text", f"{{{SVG}}}title") and element.text:
            element.text = said(element.text)
    used = _references(root)
    for element in root.iter():
        identity = element.attrib.pop("id", None)
        if identity in used:
            element.set("id", f"{name}-{identity}")
        for attribute, value in list(element.attrib.items()):
            element.set(attribute, _own(attribute, value, name))
            if not element.get(attribute):
                del element.attrib[attribute]
    width, height = (root.attrib.pop(side).removesuffix("pt") for side in ("width", "height"))
    root.attrib |= {"width": width, "height": height, "aria-hidden": "true", "focusable": "false"}
    return ET.tostring(root, encoding="unicode", short_empty_elements=True).replace("\n", " ")


def _remove_metadata(root: ET.Element) -> None:
    """Remove what a page has no use for: metadata, rules of style for all elements, groups of nothing."""
    for element in list(root):
        is_of_style = element.tag == f"{{{SVG}}}defs" and element.find(f"{{{SVG}}}style") is not None
        if element.tag == f"{{{SVG}}}metadata" or is_of_style:
            root.remove(element)
    for element in root.iter():
        element.tail = None
        if element.text and not element.text.strip():
            element.text = None


def _name_marks(root: ET.Element, marks: Mapping[str, Sequence[str]]) -> None:
    """Give each mark of the groups that are named a title."""
    groups = {element.get("id"): element for element in root.iter(f"{{{SVG}}}g") if element.get("id") in marks}
    for group_name, words in marks.items():
        defined = {one for definitions in groups[group_name].iter(f"{{{SVG}}}defs") for one in definitions}
        drawn = [one for one in groups[group_name].iter() if one.tag in MARKS and one not in defined]
        if len(drawn) != len(words):
            raise AssertionError(f"{group_name} has {len(drawn)} marks and {len(words)} texts")
        for element, text in zip(drawn, words, strict=True):
            ET.SubElement(element, f"{{{SVG}}}title").text = text


def _references(root: ET.Element) -> set[str]:
    found = {element.get(f"{{{XLINK}}}href", "").removeprefix("#") for element in root.iter()}
    return found | {name for element in root.iter() for value in element.attrib.values() for name in REFERENCE.findall(value)}


def _own(attribute: str, value: str, name: str) -> str:
    """Return the value of an attribute with names within this figure, colours of the page, and no more decimals than can be seen."""
    if attribute == f"{{{XLINK}}}href":
        return value if value.startswith("data:") else f"#{name}-{value.removeprefix('#')}"
    value = REFERENCE.sub(rf"url(#{name}-\1)", value)
    if attribute == "style":
        return TOLD.sub("", HEX.sub(lambda found: f"var(--c{found[0][1:]})" if found[0] in DARK else found[0], value)).strip()
    # The scale of a picture needs all of its digits.
    return DECIMALS.sub(r"\1", value) if attribute in ("d", "x", "y") else value
