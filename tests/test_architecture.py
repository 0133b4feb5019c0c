"""The layers of `docs/architecture.md`, read from the imports, and the size of files."""

import ast
import sys
from pathlib import Path

import pytest

from recount.data.choices import Reading
from recount.engine.choices import Elo, Glicko2, Prior, RandomOrders, Resampling, TrueSkill
from recount.sims.arenas import Arena
from recount.sims.benchmark_scores.saturation_choices import OfSaturation
from recount.sims.simulated_benchmarks import BenchmarkKind
from recount.sims.specification import Specification
from recount.sims.specification.flat import options_of

ROOT = Path(__file__).parents[1]
FILES = [path for package in ("engine", "data", "sims") for path in sorted((ROOT / package).rglob("*.py"))]
KERNELS_OF_SIMULATORS = ROOT / "sims" / "kernels.py"
MAY_IMPORT = {
    "engine": {"recount.engine", "numpy", "numba", "scipy", "threadpoolctl", "lazy_loader"},
    "data": {"recount.data", "recount.engine", "numpy", "pandas", "pyarrow", "pooch", "certifi", "lazy_loader"},
    "sims": {"recount.sims", "recount.data", "recount.engine", "numpy", "numba", "scipy", "pandas", "pyarrow", "click", "rich", "lazy_loader"},
}


def imported(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    # What is for the type checker alone is not imported.
    tree.body = [node for node in tree.body if not (isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING")]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            yield node.module


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path):
    package = path.relative_to(ROOT).parts[0]
    allowed = set(MAY_IMPORT[package])
    if path == ROOT / "engine" / "boards.py":
        allowed.add("pandas")
    if path == ROOT / "data" / "places" / "remote_files.py":
        allowed.add("fsspec")
    if path == ROOT / "sims" / "command_line" / "workers.py":
        allowed |= {"dask", "distributed"}
    if path.parent == ROOT / "sims" / "figures":
        allowed.add("matplotlib")
    if path in (ROOT / "sims" / "report" / "page.py", ROOT / "sims" / "report" / "right_to_left.py"):
        allowed |= {"jinja2", "markupsafe"}
    if path.parent.name == "kernels":
        allowed = {"numpy", "math"} | ({"numba"} if path.stem == "accelerate" else {"recount.engine"})
        assert all(name.startswith("recount.engine.kernels") for name in imported(path) if name.startswith("recount"))
    if path == KERNELS_OF_SIMULATORS:
        allowed = {"numpy", "math", "recount.engine"}
        assert all(name.startswith("recount.engine.kernels") for name in imported(path) if name.startswith("recount"))
    names = {".".join(name.split(".")[: 2 if name.startswith("recount.") else 1]) for name in imported(path)}
    assert names <= allowed | sys.stdlib_module_names


def test_kernels_are_compiled_in_one_place():
    users = {path.relative_to(ROOT).as_posix() for path in FILES if "numba" in {name.partition(".")[0] for name in imported(path)}}
    assert users == {"engine/kernels/accelerate.py"}
    decorating = {path for path in FILES if "\n@kernel\n" in path.read_text(encoding="utf-8")}
    assert all(path.parent == ROOT / "engine" / "kernels" or path == KERNELS_OF_SIMULATORS for path in decorating)


@pytest.mark.parametrize("folder", ["engine", "data", "sims", "benchmarks", "tests"])
def test_files_fit_in_the_head(folder):
    long = {str(path): n for path in (ROOT / folder).rglob("*.py") if (n := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long


EVERY = [path for folder in ("engine", "data", "sims", "recount", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
PRODUCT = [path for path in EVERY if "benchmarks" not in path.parts]


def functions(path):
    return [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.FunctionDef)]


def parameters(function):
    return [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]


def test_functions_have_ten_parameters_at_most():
    many = {f"{path.relative_to(ROOT)} {f.name}": n for path in EVERY for f in functions(path) if (n := len(parameters(f))) > 10}
    assert not many


def test_files_of_sims_are_short():
    long = {str(path): n for path in (ROOT / "sims").rglob("*.py") if (n := len(path.read_text(encoding="utf-8").splitlines())) > 250}
    assert not long


def test_no_name_is_both_a_module_and_a_function():
    modules = {path.stem for path in PRODUCT} | {path.parent.name for path in PRODUCT} - {ROOT.name}
    public = {node.name for path in PRODUCT for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)}
    both = modules & {name for name in public if not name.startswith("_")}
    assert not both


def defaults(function):
    """Parameters of a function with their defaults."""
    a = function.args
    positional = [*a.posonlyargs, *a.args]
    yield from zip(positional[len(positional) - len(a.defaults) :], a.defaults, strict=True)
    yield from ((one, default) for one, default in zip(a.kwonlyargs, a.kw_defaults, strict=True) if default is not None)


def test_no_default_of_a_choice_is_written_twice():
    """A parameter named like a choice, with the same default, takes it from where the choice is defined."""
    owners = [Specification, Resampling, Prior, RandomOrders, Elo, Glicko2, TrueSkill, Reading, Arena, BenchmarkKind, OfSaturation]
    usual = {(name, option.default) for owner in owners for name, option in options_of(owner).items() if option.default not in (None, ())}
    written = [
        f"{path.relative_to(ROOT)} {function.name}({one.arg}={ast.unparse(default)})"
        for path in PRODUCT
        for function in functions(path)
        for one, default in defaults(function)
        if isinstance(default, ast.Constant) and (one.arg, default.value) in usual
    ]
    assert not written
