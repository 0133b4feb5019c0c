"""Tables in Markdown, LaTeX and HTML, with all names escaped."""

import re
from html import escape

import pandas as pd

from recount.sims.presentation.cells import Block, as_shown
from recount.sims.presentation.meanings import column_of

MARKDOWN = re.compile(r"([\\`*_\[\]<>|~$&#@]|(?<=www)\.|:(?=//))")
LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\{",
        "}": r"\}",
        "$": r"\$",
        "&": r"\&",
        "#": r"\#",
        "_": r"\_",
        "%": r"\%",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        "`": r"\textasciigrave{}",
        '"': r"\textquotedbl{}",
        # At the start of a row [ and * would be options of the line break; two hyphens would be a dash.
        "[": "{[}",
        "*": "{*}",
        "-": "-{}",
        "±": r"$\pm$",
        "−": "$-$",
        "–": "--",
        "×": r"$\times$",
        "∞": r"$\infty$",
        "▲": r"$\uparrow$",
        "▼": r"$\downarrow$",
        "⁹": r"$^9$",
    }
)


def as_markdown(headline: str, blocks: list[Block]) -> str:
    """Return the sentence and the blocks in Markdown as GitHub reads it."""
    parts = [_markdown(headline)] if headline else []
    for block in blocks:
        parts += [f"**{_markdown(block.title)}**"] if block.title else []
        sides = ["---:" if column.is_number else ":---" for column in block.columns]
        rows = [[_markdown(column.label) for column in block.columns], sides]
        rows += [[_markdown(cell) for cell in row] for row in zip(*(column.cells for column in block.columns), strict=True)]
        parts.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return "\n\n".join(parts) + "\n"


def as_latex(headline: str, blocks: list[Block]) -> str:
    """Return the blocks in LaTeX, one `tabular` each, for the package booktabs; the sentence is a comment."""
    lines = [f"% {headline}"] if headline else []
    lines.append(r"% needs \usepackage{booktabs}")
    for block in blocks:
        lines += [rf"\paragraph{{{block.title.translate(LATEX)}}}"] if block.title else []
        lines.append(rf"\begin{{tabular}}{{{''.join('r' if column.is_number else 'l' for column in block.columns)}}}")
        lines += [r"\toprule", _latex_row([column.label for column in block.columns]), r"\midrule"]
        lines += [_latex_row(row) for row in zip(*(column.cells for column in block.columns), strict=True)]
        lines += [r"\bottomrule", r"\end{tabular}"]
    return "\n".join(lines) + "\n"


def as_html(kind: str, frame: pd.DataFrame, sentences: list[str], n_rows: int) -> str:
    """Return the sentences and all columns, with labels, units and digits, in HTML."""
    shown = [as_shown(column_of(str(name), kind), frame[name], with_unit=True) for name in frame.columns]
    cells = pd.DataFrame({i: column.cells for i, column in enumerate(shown)}, dtype=object).set_axis([c.label for c in shown], axis="columns")
    with pd.option_context("display.max_colwidth", None):
        table = cells.to_html(index=False, border=0, max_rows=n_rows, justify="left", escape=True)
    return "".join(f"<p>{escape(sentence)}</p>\n" for sentence in sentences) + table


def _markdown(text: str) -> str:
    return MARKDOWN.sub(r"\\\1", text)


def _latex_row(cells: "tuple[str, ...] | list[str]") -> str:
    return f"{' & '.join(cell.translate(LATEX) for cell in cells)} \\\\"
