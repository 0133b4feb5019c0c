"""Messages count in the singular too: no "1 votes". What counts is followed by its noun in `plural` only."""

import ast
import re
from pathlib import Path

import pytest

from recount.engine.plurals import plural

ROOT = Path(__file__).parent.parent
FILES = [path for folder in ("engine", "data", "sims") for path in sorted((ROOT / folder).rglob("*.py"))]
# What is counted in messages; a noun after at most one other word.
NOUNS = """answers battles benchmarks bins boards categories circles clusters columns combinations competitors countries dates days doubts
draws effects elements groups intervals items iterations judges kinds labels licences lines logs metrics models months names
newcomers opponents orders organisations pairs parameters places providers questions rankings ratings releases replicates rows
runs samples scores settings specifications splits steps strengths tests ties values variants voters votes weights words"""
COUNTED = re.compile(rf" (?:[a-z]+ )?(?:{'|'.join(NOUNS.split())})\b")


def is_count(value):
    """Whether an expression in a message looks like a number of things, and no constant."""
    text = ast.unparse(value.value)
    spec = ast.unparse(value.format_spec) if value.format_spec else ""
    if re.fullmatch(r"[A-Z_]+(\[\d+\])?", text) or text.startswith(("plural(", "number(", "percent(", "small_share(")):
        return False
    return spec in ("f','", "f',.0f'") or bool(re.search(r"^len\(|^n$|\bn_[a-z]+$|\.size$|\.sum\(\)\)?$", text))


def loose_counts(source):
    """Yield line and words of each count in an f-string whose plural noun follows outside `plural`."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, after in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue) or not isinstance(after, ast.Constant) or not isinstance(after.value, str):
                continue
            if is_count(value) and (found := COUNTED.match(after.value)):
                yield node.lineno, f"{{{ast.unparse(value.value)}}}{found[0]}"


def test_every_count_has_its_noun():
    loose = [f"{path.relative_to(ROOT)}:{line}: {words}" for path in FILES for line, words in loose_counts(path.read_text(encoding="utf-8"))]
    assert not loose, "\n".join(loose)


def test_what_the_test_sees():
    assert [words for _, words in loose_counts("f\"there are {n:,} votes and {len(x)} rated models, {plural(n, 'tie')}, {share:.1%} of votes\"")] == [
        "{n} votes",
        "{len(x)} rated models",
    ]


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 votes"),
        (1, "1 vote"),
        (1.0, "1 vote"),
        (0.6, "0.6 votes"),
        (2, "2 votes"),
        (9.5, "9.5 votes"),
        (12_345.6, "12,346 votes"),
        (10**20, f"{10**20:,} votes"),
    ],
)
def test_counts(n, said):
    assert plural(n, "vote") == said


def test_irregular_nouns_and_what_follows():
    assert [plural(n, "analysis", "analyses") for n in (1, 2)] == ["1 analysis", "2 analyses"]
    assert [plural(n, "vote has", "votes have") for n in (1, 2)] == ["1 vote has", "2 votes have"]
