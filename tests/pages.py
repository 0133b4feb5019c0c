"""Pages of an analysis for tests, and what is in them, read without any of the project's code."""

import io
import re
from html.parser import HTMLParser
from urllib.parse import unquote

import numpy as np
import pandas as pd

# Of the catalogue: of four countries, closed and open, of several sizes.
KNOWN = (
    "gpt-4-0613",
    "command-r-plus",
    "mixtral-8x7b-instruct-v0.1",
    "yi-34b-chat",
    "llama-2-70b-chat",
    "dbrx-instruct-preview",
    "claude-3-opus-20240229",
    "qwen1.5-72b-chat",
)
HOSTILE = (
    "<script>window.harmed = 1</script>",
    '"onmouseover="window.harmed = 2" x="',
    "javascript:window.harmed = 3",
    "</script><img src=x onerror=window.harmed=4>",
    "\N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}\N{HEBREW LETTER VAV}\N{HEBREW LETTER FINAL MEM} \N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}",
    "x" * 300,
    "=1+1",
    "@SUM(A1:A9)",
    "$\\frac{1}{2}$ ${{7*7}}",
    "{{ 7 * 7 }}]]><!-- --",
)


def vote_frame(names, n=4000, seed=1):
    """Votes among names, the first the strongest, each with a time and a voter."""
    rng = np.random.default_rng(seed)
    first = rng.integers(0, len(names), n)
    second = (first + rng.integers(1, len(names), n)) % len(names)
    lead = 0.35 * (second - first)
    draw, p = rng.random(n), 1 / (1 + np.exp(-lead))
    winner = np.select([draw < 0.12, draw < 0.12 + 0.88 * p], ["tie", "model_a"], "model_b")
    named = np.array(names, dtype=object)
    times = 1_704_067_200 + np.sort(rng.integers(0, 100 * 86_400, n))
    columns = {"model_a": named[first], "model_b": named[second], "winner": winner, "tstamp": times, "voter": rng.integers(0, 90, n).astype(str)}
    return pd.DataFrame(columns)


class _Tables(HTMLParser):
    """Cells of every table: text, and the exact value where there is one."""

    def __init__(self):
        super().__init__()
        self.tables, self.holders, self.addresses, self.attributes = {}, [], {}, set()
        self.cell = None
        self.columns, self.rows = [], []

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.attributes |= set(found)
        if tag == "div" and "table" in (found.get("class") or "").split():
            self.holders.append(found["id"])
        if tag == "table":
            self.columns, self.rows = [], []
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            if "data-column" in found:
                self.columns.append(found["data-column"])
            else:
                self.rows[-1].append([found.get("data-v"), ""])
                self.cell = self.rows[-1][-1]
        if tag == "a" and "download" in found:
            self.addresses[found["download"]] = found["href"]

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.cell = None
        if tag == "table":
            self.tables[self.holders[-1]] = pd.DataFrame([[tuple(cell) for cell in row] for row in self.rows if row], columns=self.columns)

    def handle_data(self, data):
        if self.cell is not None:
            self.cell[1] += data


def read_page(html):
    """Return the tables by name, of (exact, text), and the CSV files by name, every cell as text."""
    parser = _Tables()
    parser.feed(html)
    files = {}
    for name, address in parser.addresses.items():
        head, _, body = address.partition(",")
        assert head == "data:text/csv;charset=utf-8"
        files[name] = pd.read_csv(io.StringIO(unquote(body)), dtype=str, keep_default_na=False)
    return parser.tables, files


def attributes_of(html):
    """The names of all attributes of all elements."""
    parser = _Tables()
    parser.feed(html)
    return parser.attributes


def text_of(html):
    """The page without elements of style and script, and without tags."""
    return re.sub(r"<[^>]+>", " ", re.sub(r"<(style|script)\b.*?</\1>", " ", html, flags=re.S))
