"""Where fields stand in TOML: against lines counted by hand, and against what the standard library reads."""

import pytest

from recount.data.toml_files import lines_of_fields, read_toml
from recount.engine import InputError

TEXT = '''question = "a = [1] # no"   # seeds = 3
seeds = 3
outcome = [
  {name = "k", k = 5},
  {name = "b", k = 6, q = [[1, 2], [3,
   4]]},
]
[arena]
n = [1,
 2]
"quoted" = """
x = 1
"""
[[vary]]
perturbation = {name = "x = 1, [y]", share = [0.1, 0.2]}
[vary.specification]
ties = ["half",
 "drop"]
[[vary]]
a.b = 1
[[vary.sub]]
c = 1
[[vary.sub]]
d = {e.f = 1}
'''
LINES = {
    ("question",): 1,
    ("seeds",): 2,
    ("outcome",): 3,
    ("outcome", 0, "k"): 4,
    ("outcome", 1, "name"): 5,
    ("outcome", 1, "k"): 5,
    ("arena",): 8,
    ("arena", "n"): 9,
    ("arena", "quoted"): 11,
    ("vary", 0): 14,
    ("vary", 0, "perturbation", "share"): 15,
    ("vary", 0, "specification"): 16,
    ("vary", 0, "specification", "ties"): 17,
    ("vary", 1): 19,
    ("vary", 1, "a", "b"): 20,
    ("vary", 1, "sub", 0, "c"): 22,
    ("vary", 1, "sub", 1, "d", "e", "f"): 24,
}


def fields_of(held, place=()):
    """Every field of what the standard library read."""
    if isinstance(held, dict):
        for name, value in held.items():
            yield (*place, name)
            yield from fields_of(value, (*place, name))
    elif isinstance(held, list):
        for number, value in enumerate(held):
            if isinstance(value, dict):
                yield from fields_of(value, (*place, number))


def test_lines_as_counted_by_hand(write):
    file = read_toml(write("a.toml", TEXT), "a test")
    assert {place: file.line_of(*place) for place in LINES} == LINES
    assert ("vary", 0, "x") not in file.lines
    assert ("arena", "x") not in file.lines


def test_every_field_has_a_line_and_nothing_else_has(write):
    file = read_toml(write("a.toml", TEXT), "a test")
    there = set(fields_of(file.held))
    # Tables that only dotted names make have none of their own.
    assert there - set(file.lines) <= {("vary", 1, "a"), ("vary", 1, "sub"), ("vary", 1, "sub", 1, "d", "e"), ("vary",)}
    named = {place for place in file.lines if isinstance(place[-1], str)}
    assert named <= there


def test_what_is_not_there_stands_where_it_belongs(write):
    file = read_toml(write("a.toml", TEXT), "a test")
    assert file.line_of("vary", 0, "perturbation", "shaer") == 15
    assert file.line_of("nothing") == 1
    assert str(file.fault("no", "vary", 1, "each")) == f"{file.label}, line 19: no"


@pytest.mark.parametrize("text", ["", "\n\n", "a = 1", "[a]", "x = '''\n[b]\n'''\n[c]", 'k = "\\"a = 1"', "'' = 1", "a = [ [ ], { } ]"])
def test_odd_texts(text):
    assert all(line >= 1 for line in lines_of_fields(text).values())


@pytest.mark.parametrize(("content", "said"), [(b"a = ", "is no TOML"), (b"\xff", "cannot be read"), ("a = 1\n= 2", "at line 2")])
def test_what_is_no_toml(write, content, said):
    with pytest.raises(InputError, match=said):
        read_toml(write("a.toml", content), "a test")


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(InputError, match=r"is a folder; give a plan$"):
        read_toml(tmp_path, "a plan")
