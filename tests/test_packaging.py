"""What is installed: one name, whatever else lies about where the user works."""

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODE = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    if done.returncode and "setuptools" in done.stderr:
        pytest.skip("the build needs setuptools, which cannot be had here")
    assert done.returncode == 0, done.stderr
    return next(folder.glob("*.whl"))


def test_recount_is_the_only_name(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"recount"}
    shipped = {name.removeprefix("recount/") for name in names if name.endswith((".py", ".pyi", ".typed", ".parquet", ".csv"))}
    in_folders = [path for folder in ("engine", "data", "sims") for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".pyi", ".parquet")]
    assert {path.relative_to(ROOT).as_posix() for path in in_folders} <= shipped
    assert {
        "__init__.py",
        "__init__.pyi",
        "py.typed",
        "data/catalogue/models.csv",
        "data/catalogue/organisations.csv",
        "data/catalogue/licences.csv",
    } <= shipped


def test_the_code_of_the_readme_runs_beside_folders_of_the_same_names(tmp_path):
    """A user's own `data/`, `data.py`, `engine.py`, `sims/` do no harm, and come to none."""
    (tmp_path / "data").mkdir()
    (tmp_path / "sims").mkdir()
    for path in ("data/__init__.py", "data.py", "engine.py", "sims/__init__.py"):
        (tmp_path / path).write_text("raise RuntimeError('the wrong module')\n", encoding="utf-8")
    rng_votes = "".join(
        f"{a},{b},{winner},v{i % 7}\n" for i in range(40) for a, b, winner in (("x", "y", "model_a"), ("y", "z", "tie"), ("z", "x", "model_a"))
    )
    (tmp_path / "votes.csv").write_text("model_a,model_b,winner,voter\n" + rng_votes, encoding="utf-8")
    assert CODE
    for code in CODE:
        done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, env=os.environ, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
