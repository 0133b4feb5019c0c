"""What a reader sees: lines that fit, in which no name is obeyed; and all digits where nobody reads."""

import csv
import io
import json
import re
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from recount.engine import OptionError
from recount.sims.presentation import Table, show
from recount.sims.presentation.headlines import headline
from recount.sims.presentation.layouts import LAYOUTS, NAMES, PARTS
from recount.sims.presentation.terminal import in_lines
from tests.tables import INF, NAN, Terminal, board, countries, every_kind, pairs

KINDS = every_kind()


def table_of(kind, frame):
    return Table(kind, frame, ("Ties count half a win for each side.",), "Title")


@pytest.fixture
def on_terminal(monkeypatch):
    """Show on a terminal of some width; return its lines."""

    def on_terminal(table, width=80, encoding="utf-8", **options):
        for name, value in {"COLUMNS": str(width), "LINES": "40", "TERM": "xterm", "NO_COLOR": "1"}.items():
            monkeypatch.setenv(name, value)
        stream = Terminal(encoding)
        show(table, stream=stream, **options)
        return stream.lines()

    return on_terminal


def in_lines_of(table, width):
    """The lines of a table in so many characters."""
    first, *further = table.sentences()
    return in_lines(first, table.blocks(), further, width).split("\n")


def in_pipe(table, **options):
    pipe = io.StringIO()
    show(table, stream=pipe, **options)
    return pipe.getvalue()


# Lines


def test_a_leaderboard():
    table = Table("leaderboard", board(["A", "B", "C", "D", "E"]), ("A note.",), basis="Ties are halves.")
    assert in_lines_of(table, 80) == [
        "A is first with 1204 ± 5 (95 %) and is shown to be better than all others. Ties",
        "are halves.",
        "",
        "Rank  Competitor      Rating                                      Votes  P(best)",
        "   1  A             1204 ± 5                              ├●  1,234,567    >0.99",
        " 2–3  B           1100 −6 +9                       ●┤             1,000     0.20",
        " 2–3  C             1098 ± 8                       ●┤               999",
        " 4–5  D            900 −∞ +8  ◄──────●┤                              10",
        " 4–5  E                  800  ●                                       1",
        "",
        "A note.",
    ]


def test_pairs():
    lines = str(Table("pairs", pairs())).splitlines()
    assert lines[:3] == ["Of 3 pairs, 2 are told apart with a probability of 95 % or more, each taken by", "itself.", ""]
    assert [" ".join(line.split()) for line in lines[3:]] == [
        "Pair Difference Score P(better)",
        "A over B +23 ± 15 53 % (51–55) 0.99",
        "A over C +400 −18 +∞ 91 % (90–100) >0.99",
        "B over C 0 ± ∞ 50 % (0–100) 0.50",
    ]


def test_countries_one_block_a_group():
    lines = [" ".join(line.split()) for line in str(Table("countries", countries())).splitlines()]
    assert lines[0].startswith("The US has the best model of all (P = 0.98), 21 points ahead of CN")
    assert lines[lines.index("") + 1 :] == [
        "All models",
        "Metric Country Estimate P(leads) Gap Models",
        "best US 1302 ± 6 0.98 21 ± 9 10",
        "CN 1281 ± 7 0.02 5",
        "share of top US 0.75 (0.70–0.80) >0.99 0.50 (0.40–0.60) 10",
        "CN 0.25 (0.20–0.30) 5",
        "",
        "Open weights",
        "Metric Country Estimate P(leads) Gap Models",
        "best CN 1250 ± 10 0.50 0 ± 10 3",
        "FR 1250 ± 10 0.50 2",
        "",
        "Large models",
        "Metric Country Estimate P(leads) Gap Models",
        "number in top US 3 (2–3) >0.99 3",
    ]


def test_moves():
    lines = [" ".join(line.split()) for line in str(Table("moves", KINDS["moves"])).splitlines()]
    assert lines[-6:] == [
        "a|b_c 3 1 ▲2 1098.0 1204.4 +106.4",
        "gpt-4 1 2 ▼1 1204.4 1100.0 −104.4",
        "new 3 second only 1098.0",
        "[bold]b[/bold] 2 first only 1100.0",
        "名前 😀 4 first only 900.5",
        "�[31mred 5 first only 800.0",
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("width", [40, 60, 80, 132, 200])
def test_every_kind_fits_its_terminal(on_terminal, kind, width):
    lines = on_terminal(table_of(kind, KINDS[kind]), width)
    assert max(map(cell_len, lines)) <= width
    assert all(map(str.isprintable, lines))
    first = headline(kind, KINDS[kind]).split()[0]
    assert lines[0].startswith(first[:5])


@given(
    st.lists(st.text(min_size=0, max_size=60), min_size=1, max_size=5, unique=True),
    st.integers(40, 200),
    st.sampled_from(["leaderboard", "moves", ""]),
)
def test_whatever_the_names_no_line_is_too_long(names, width, kind):
    frame = board(names)
    frame = KINDS["moves"].assign(competitor=(names * 6)[: len(KINDS["moves"])]) if kind == "moves" else frame
    table = table_of(kind, frame)
    lines = in_lines_of(table, width)
    assert max(map(cell_len, lines)) <= width
    assert all(map(str.isprintable, lines))


@given(st.lists(st.floats(), min_size=3, max_size=3), st.integers(40, 100))
def test_whatever_the_numbers_no_line_is_too_long(numbers, width):
    rating, lower, upper = numbers
    table = table_of("leaderboard", board().assign(rating=rating, lower=lower, upper=upper))
    assert max(map(cell_len, in_lines_of(table, width))) <= width


def test_names_command_nothing(on_terminal):
    """Neither the terminal nor the markup of the library that draws the table; and long ones are folded, not cut."""
    names = ["\x1b]0;title\x07", "[link=x]y", ":smile: a\nb", "x" * 100, "名前" * 30]
    lines = on_terminal(Table("leaderboard", board(names)))
    assert all(map(str.isprintable, lines))
    text = "".join("".join(lines).split())
    assert "[link=x]y" in text
    assert ":smile:" in text
    assert sum(line.count("x") for line in lines if "xx" in line) == 100
    assert text.count("名") == 30


def test_a_terminal_with_few_characters(on_terminal):
    lines = on_terminal(table_of("leaderboard", board()), encoding="ascii")
    text = "\n".join(lines)
    assert text.isascii()
    assert "1204 +/- 5" in text
    assert "1100 -6 +9" in text
    assert "900 -inf +8" in text
    assert "2-3" in text
    assert "o|" in text


def test_a_long_table_is_cut(on_terminal):
    frame = pd.concat([board(["A"])] * 100, ignore_index=True)
    frame["competitor"] = [f"model {i}" for i in range(100)]
    lines = on_terminal(Table("leaderboard", frame), n_rows=30)
    assert sum(" model " in line for line in lines[2:]) == 30
    assert lines[-3:] == ["70 more rows", "", "--columns all shows every column; -o FILE writes every row and column"]
    assert "-o FILE" not in on_terminal(Table("", pd.DataFrame({"a": [1]})))[-1]
    assert sum(" model " in line for line in on_terminal(Table("leaderboard", frame), n_rows=None)[2:]) == 100


def test_narrow_terminals_keep_what_matters(on_terminal):
    frame = board(["A" * 20, "B" * 20])
    narrow = on_terminal(Table("leaderboard", frame), 42)
    assert ["Rank", "Competitor", "Rating"] in [line.split() for line in narrow]
    assert "2 more columns" in narrow
    assert on_terminal(Table("leaderboard", frame), 200)[2].split() == ["Rank", "Competitor", "Rating", "Votes", "P(best)"]


def test_chosen_columns(on_terminal):
    lines = on_terminal(Table("leaderboard", board(["A", "B"])), columns="competitor, upper,n_votes")
    assert [line.split() for line in lines[2:5]] == [["Competitor", "Upper", "Votes"], ["A", "1209.4", "1,234,567"], ["B", "1109.0", "1,000"]]
    assert on_terminal(Table("", board()), 200, columns="all")[1].split()[:4] == ["Rank", "Competitor", "Rating", "Lower"]
    with pytest.raises(OptionError, match="columns has 'ratng', which the table does not have; did you mean 'rating'"):
        in_pipe(Table("leaderboard", board()), columns="ratng")
    with pytest.raises(OptionError, match="columns has '', which the table does not have; there are 'rank', 'competitor', "):
        in_pipe(Table("leaderboard", board()), columns="rank,")


@pytest.mark.parametrize("kind", KINDS)
def test_empty_tables_say_so(on_terminal, kind):
    frame = KINDS[kind].iloc[:0]
    lines = on_terminal(table_of(kind, frame))
    assert lines[0] == "The table is empty."
    assert "no rows" in lines
    assert str(table_of(kind, frame)).startswith("The table is empty.")
    for form in ("markdown", "latex", "csv", "json"):
        in_pipe(table_of(kind, frame), format=form)


# Pipes and forms


@pytest.mark.parametrize("kind", KINDS)
def test_a_pipe_gets_all_of_it(kind):
    """Full precision, and nothing else."""
    frame = KINDS[kind]
    text = in_pipe(table_of(kind, frame), n_rows=1)
    assert text == frame.to_csv(index=False, lineterminator="\n") == in_pipe(table_of(kind, frame), format="csv")
    rows = json.loads(in_pipe(table_of(kind, frame), format="json"))
    assert [list(row) for row in rows] == [list(frame.columns)] * len(frame)


def test_a_pipe_gets_every_digit():
    frame = pd.DataFrame({"competitor": ["A"], "rating": [1 / 3], "upper": [INF]})
    assert in_pipe(Table("", frame)) == "competitor,rating,upper\nA,0.3333333333333333,inf\n"
    assert in_pipe(Table("", frame), columns="rating") == "rating\n0.3333333333333333\n"
    assert json.loads(in_pipe(Table("", frame), format="json")) == [{"competitor": "A", "rating": 1 / 3, "upper": "inf"}]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", ["markdown", "latex"])
def test_every_kind_in_every_form(kind, form):
    table = table_of(kind, KINDS[kind])
    text = in_pipe(table, format=form)
    n_rows = sum(max(len(column.cells) for column in block.columns) for block in table.blocks())
    if form == "markdown":
        rows = [line for line in text.splitlines() if line.startswith("| ")]
        assert len(rows) == n_rows + 2 * len(table.blocks())
    else:
        assert text.count("\\\\\n") == n_rows + len(table.blocks())
        assert text.count(r"\begin{tabular}") == text.count(r"\end{tabular}") == len(table.blocks())
    assert "\x1b" not in text
    assert in_pipe(table, format=form, columns="all").count("\n")


def test_markdown():
    table = Table("leaderboard", board(["a|b_c", "<b>*x*</b> www.x.y"]))
    assert in_pipe(table, format="markdown").splitlines() == [
        r"a\|b\_c is first with 1204 ± 5 (95 %) and is shown to be better than the other.",
        "",
        "| Rank | Competitor | Rating | Votes | P(best) |",
        "| ---: | :--- | ---: | ---: | ---: |",
        r"| 1 | a\|b\_c | 1204 ± 5 | 1,234,567 | \>0.99 |",
        r"| 2–3 | \<b\>\*x\*\</b\> www\.x.y | 1100 −6 +9 | 1,000 | 0.20 |",
    ]


def test_latex():
    table = Table("leaderboard", board(["[a] & b_c", r"50 % \x{1}--2"]))
    assert in_pipe(table, format="latex").splitlines() == [
        "% [a] & b_c is first with 1204 ± 5 (95 %) and is shown to be better than the other.",
        r"% needs \usepackage{booktabs}",
        r"\begin{tabular}{rlrrr}",
        r"\toprule",
        r"Rank & Competitor & Rating & Votes & P(best) \\",
        r"\midrule",
        r"1 & {[}a] \& b\_c & 1204 $\pm$ 5 & 1,234,567 & \textgreater{}0.99 \\",
        r"2--3 & 50 \% \textbackslash{}x\{1\}-{}-{}2 & 1100 $-$6 +9 & 1,000 & 0.20 \\",
        r"\bottomrule",
        r"\end{tabular}",
    ]


def test_an_unknown_form_is_refused():
    with pytest.raises(OptionError, match="format is 'xml'; take one of markdown, latex, csv, json"):
        in_pipe(Table("", board()), format="xml")


@pytest.mark.parametrize("kind", KINDS)
def test_html(kind):
    html = table_of(kind, KINDS[kind])._repr_html_()
    assert html.startswith("<p>")
    assert "<p>Ties count half a win for each side.</p>" in html
    assert "\x1b" not in html
    assert html.count("<th>") == len(KINDS[kind].columns)


def test_html_is_escaped():
    html = Table("leaderboard", board(["<script>x</script>", "y" * 80]), ("<i>",))._repr_html_()
    assert html.startswith("<p>&lt;script&gt;x&lt;/script&gt; is first")
    assert "<p>&lt;i&gt;</p>" in html
    assert "&lt;script&gt;x&lt;/script&gt;" in html
    assert "<script" not in html
    assert "y" * 80 in html
    assert "<th>Rating (points)</th>" in html
    assert "<td>1204.4</td>" in html


def test_a_table_in_python():
    frame = board()
    table = table_of("leaderboard", frame)
    assert repr(table) == str(table)
    assert table.summary() == f"{table.headline}\nTies count half a win for each side."
    given_away = table.to_frame()
    given_away.loc[0, "rating"] = NAN
    pd.testing.assert_frame_equal(frame, board())


def test_layouts_are_of_kinds_that_exist():
    assert {*LAYOUTS, *PARTS, *NAMES} == set(KINDS)
    for kind, names in NAMES.items():
        assert set(names) & set(KINDS[kind].columns)


def test_rich_is_imported_when_something_is_shown():
    code = "import sys, recount.sims.presentation as p; assert 'rich' not in sys.modules; import pandas; "
    code += "p.show(p.Table('', pandas.DataFrame({'a': [1]}))); assert 'rich' not in sys.modules"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "a\n1\n", "")


def test_csv_reads_back():
    header, *rows = csv.reader(io.StringIO(in_pipe(Table("leaderboard", board()))))
    assert header == list(board().columns)
    assert [row[1] for row in rows] == board()["competitor"].tolist()


def test_rows_that_are_not_shown_count_for_rounding():
    """Headline, terminal and Markdown round alike."""
    frame = board(["A", "B", "C"]).assign(lower=[1199.4, 1099.7, 1097.9], upper=[1209.4, 1100.3, 1098.1])
    table = table_of("leaderboard", frame)
    assert table.headline.startswith("A is first with 1204.4 ± 5.0 (95 %)")
    assert all(table.blocks(n_rows=n)[0].columns[2].cells[0] == "1204.4 ± 5.0" for n in (1, 2, 3, None))


def test_a_spreadsheet_takes_no_text_for_a_formula():
    """An apostrophe before what begins a formula; numbers, and all other text, as in CSV."""
    names = ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "＝1", "gpt-4", "a=b", "'quoted", "béta", None]
    frame = pd.DataFrame({"competitor": names, "rating": [-1 / 3, 2e-300, np.inf, np.nan, *range(7)], "n": range(-5, 6), "=evil": "x"})
    plain, harmless = io.StringIO(), io.StringIO()
    show(Table("unknown", frame), format="csv", stream=plain)
    show(Table("unknown", frame), format="spreadsheet", stream=harmless)
    before, after = (list(csv.reader(io.StringIO(text.getvalue(), newline=""))) for text in (plain, harmless))
    assert after[0] == ["competitor", "rating", "n", "'=evil"]
    for n, (one, other) in enumerate(zip(before[1:], after[1:], strict=True)):
        assert other == ([f"'{one[0]}", *one[1:]] if n < 6 else one)
    assert frame["competitor"].tolist()[0] == "=1+1"


@pytest.mark.parametrize("name", ["\x1b[31mred", "\x1b]0;t\x07", "[bold]b[/bold]", "a\u202eb", "a\nb", "a\x9bb"], ids=ascii)
def test_columns_and_titles_are_text(name):
    """Not orders to a terminal, nor markup: column names, titles and notes come from files too."""
    table = Table("unknown", pd.DataFrame({name: ["x"], "y": [name]}), (f"note {name}",), f"title {name}")
    stream = Terminal("utf-8")
    show(table, stream=stream)
    shown = re.sub(r"\x1b\[[0-3]?(;[0-3])?m", "", stream.getvalue())
    for text in (shown, str(table), table.summary(), table._repr_html_()):
        assert all(character.isprintable() or character == "\n" for character in text)
        if name.startswith("[bold]"):
            assert name in text
    for form in ("markdown", "latex"):
        stream = io.StringIO()
        show(table, format=form, stream=stream)
        assert all(character.isprintable() or character == "\n" for character in stream.getvalue())
