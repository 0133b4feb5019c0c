"""The layers of `docs/architecture.md`, read from the imports, and the size of files."""

import ast
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = [path for package in ("engine", "data", "sims") for path in sorted((ROOT / package).rglob("*.py"))]
MAY_IMPORT = {
    "engine": {"recount.engine", "numpy", "numba", "scipy", "threadpoolctl", "lazy_loader"},
    "data": {"recount.data", "recount.engine", "numpy", "pandas", "pyarrow"},
    "sims": {"recount.sims", "recount.data", "recount.engine", "numpy", "numba", "scipy", "pandas", "typer", "rich"},
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
    if path.parent.name == "kernels":
        allowed = {"numpy", "math"} | ({"numba"} if path.stem == "accelerate" else {"recount.engine"})
        assert all(name.startswith("recount.engine.kernels") for name in imported(path) if name.startswith("recount"))
    names = {".".join(name.split(".")[: 2 if name.startswith("recount.") else 1]) for name in imported(path)}
    assert names <= allowed | sys.stdlib_module_names


def test_kernels_are_compiled_in_one_place():
    users = {path.relative_to(ROOT).as_posix() for path in FILES if "numba" in {name.partition(".")[0] for name in imported(path)}}
    assert users == {"engine/kernels/accelerate.py"}


@pytest.mark.parametrize("folder", ["engine", "data", "sims", "benchmarks", "tests"])
def test_files_fit_in_the_head(folder):
    long = {str(path): n for path in (ROOT / folder).rglob("*.py") if (n := len(path.read_text(encoding="utf-8").splitlines())) > 400}
    assert not long
