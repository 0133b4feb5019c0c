"""The public data sets: address and checksum of every file, licence, citation, and the command that reads them.

Addresses are of one commit, so that what they name does not change, except where a site has none. A checksum is known where the unmodified original
was at hand; where it is not, a file has to stay what it was when it was first fetched.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd

from recount.engine.choices import of_kind
from recount.engine.errors import OptionError
from recount.engine.near_names import did_you_mean

FILES = Path(__file__).with_name("files.csv")
ARENA_PAPER = "Chiang et al. 2024, Chatbot Arena, arXiv 2403.04132"
JUDGE_PAPER = "Zheng et al. 2023, Judging LLM-as-a-Judge, arXiv 2306.05685"
HUGGING_FACE = "https://huggingface.co/datasets/"
GITHUB = "https://github.com/"


@dataclass(frozen=True, slots=True)
class File:
    """One file of a data set.

    Attributes
    ----------
    path : str
        Where it stands in the cache, and in a mirror; with slashes.
    address : str
    sha256 : str
        "" where it is not known.
    """

    path: str
    address: str
    sha256: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """A public data set.

    Attributes
    ----------
    name : str
    what : str
        One phrase.
    kind : {"votes", "board", "scores", "facts"}
    entry : str
        The file or folder that a command is given, as a path in the cache.
    homepage, licence, citation : str
    needs_login : bool
        Whether its owner asks for an account and consent before files can be had.
    """

    name: str
    what: str
    kind: Literal["votes", "board", "scores", "facts"]
    entry: str
    homepage: str
    licence: str
    citation: str
    needs_login: bool = False

    @property
    def files(self) -> tuple[File, ...]:
        """Its files, in the order of the registry."""
        return _files()[self.name]

    @property
    def command(self) -> str:
        """The command that reads it; "" for facts of models, which are no input of a command."""
        return "" if self.kind == "facts" else f'recount check "$(recount data path {self.name})"'


DATA_SETS = (
    DataSet(
        "arena-leaderboard",
        "Arena's own boards of text, vision and web development, every category, as of 2026-09",
        "board",
        "arena_leaderboard/text_style_control/latest.parquet",
        f"{HUGGING_FACE}lmarena-ai/leaderboard-dataset",
        "CC-BY-4.0",
        ARENA_PAPER,
    ),
    DataSet(
        "arena-leaderboard-full",
        "Arena's own boards of text, every published date from 2023-05 to 2026-09",
        "board",
        "arena_leaderboard_full/text_style_control.parquet",
        f"{HUGGING_FACE}lmarena-ai/leaderboard-dataset",
        "CC-BY-4.0",
        ARENA_PAPER,
    ),
    DataSet(
        "human-preference-55k",
        "57,000 Arena votes with prompts and answers, of a Kaggle competition",
        "votes",
        "human_preference_55k/train.csv",
        f"{HUGGING_FACE}lmarena-ai/arena-human-preference-55k",
        "Apache-2.0",
        ARENA_PAPER,
    ),
    DataSet(
        "human-preference-100k",
        "100,000 Arena votes of 2024 with categories, language and style",
        "votes",
        "human_preference_100k/arena-explorer-preference-100k.parquet",
        f"{HUGGING_FACE}lmarena-ai/arena-human-preference-100k",
        "prompts CC-BY-4.0; answers under their makers' terms",
        "Tang et al. 2025, Explore Arena, arXiv 2502.14301; " + ARENA_PAPER,
    ),
    DataSet(
        "human-preference-140k",
        "140,000 Arena votes of 2025 with sessions, categories, language and style",
        "votes",
        "human_preference_140k",
        f"{HUGGING_FACE}lmarena-ai/arena-human-preference-140k",
        "prompts CC-BY-4.0; answers under their makers' terms",
        ARENA_PAPER,
    ),
    DataSet(
        "chatbot-arena-conversations",
        "33,000 Arena votes of April to June 2023 with voters and times",
        "votes",
        "chatbot_arena_conversations/train.parquet",
        f"{HUGGING_FACE}lmsys/chatbot_arena_conversations",
        "prompts CC-BY-4.0; answers CC-BY-NC-4.0",
        JUDGE_PAPER,
        needs_login=True,
    ),
    DataSet(
        "mt-bench",
        "3,355 expert votes and 2,400 by GPT-4 on MT-bench",
        "votes",
        "mt_bench/human.parquet",
        f"{HUGGING_FACE}lmsys/mt_bench_human_judgments",
        "CC-BY-4.0",
        JUDGE_PAPER,
    ),
    DataSet(
        "llmfao",
        "8,931 votes of 124 crowd workers on 59 models, and the same by GPT-3 and GPT-4",
        "votes",
        "llmfao/crowd-comparisons.csv",
        f"{GITHUB}dustalov/llmfao",
        "CC-BY-4.0; golden file Apache-2.0",
        "Ustalov 2023, LLMFAO; Ustalov 2025, Evalica, COLING",
    ),
    DataSet(
        "comparia-votes",
        "votes of compar:IA, the arena of the French Ministry of Culture",
        "votes",
        "comparia_votes/votes.parquet",
        f"{HUGGING_FACE}ministere-culture/comparia-votes",
        "Etalab 2.0",
        "Ministère de la Culture, compar:IA",
        needs_login=True,
    ),
    DataSet(
        "open-llm",
        "Open LLM leaderboard v2: 4,576 open models on IFEval, BBH, MATH level 5, GPQA, MuSR, MMLU-Pro",
        "scores",
        "open_llm/open_llm_huggingface_v2.csv",
        f"{GITHUB}fboulnois/llm-leaderboard-csv",
        "MPL-2.0",
        "Fourrier et al. 2024, Open LLM Leaderboard v2",
    ),
    DataSet(
        "llm-stats",
        "2,224 scores of 169 models on 339 benchmarks, most of them self-reported, to 2025-10",
        "scores",
        "benchmark_scores",
        f"{GITHUB}leonardogrig/llm-leaderboard",
        "CC-BY-4.0",
        "LLM Stats, llm-stats.com",
    ),
    DataSet(
        "epoch-runs",
        "541 runs of GPQA diamond, MATH level 5, FrontierMath and others by Epoch AI, and 574 versions of models",
        "scores",
        "metadata/epoch_stitching",
        f"{GITHUB}epoch-research/benchmark-stitching",
        "MIT",
        "Epoch AI, benchmark stitching",
    ),
    DataSet(
        "benchmark-saturation",
        "the five best scores on each of 60 benchmarks, with their number of items",
        "scores",
        "benchmark_saturation/manual_annotation_data.csv",
        f"{GITHUB}evaleval/benchmark-saturation",
        "MIT",
        "EvalEval Coalition, benchmark saturation",
    ),
    DataSet(
        "arena-votes-2024-08",
        "1,670,250 Arena votes to 2024-08-14 as counts; the bundled votes, unconverted, with published tables",
        "votes",
        "arena_20240814/chatbotarena_20240814.json",
        f"{GITHUB}suquark/leaderbot",
        "BSD-3-Clause",
        "Ameli et al. 2025, A Statistical Framework for Ranking LLM-Based Chatbots, ICLR",
    ),
    DataSet(
        "arena-history",
        "Arena ratings of 227 models on 98 dates, 2023-05 to 2025-02",
        "board",
        "leaderboards/nakasyou/result.csv",
        f"{GITHUB}nakasyou/lmarena-history",
        "MIT",
        ARENA_PAPER,
    ),
    DataSet(
        "arena-monthly",
        "Arena's board once a month as it was then, 2024-06 to 2025-08, with organisations and licences",
        "board",
        "leaderboards/monthly/2025-08-06.csv",
        f"{GITHUB}fboulnois/llm-leaderboard-csv",
        "MPL-2.0",
        ARENA_PAPER,
    ),
    DataSet(
        "arena-tables",
        "Arena's table of models of 2025-05: names, licences, organisations, MT-bench, MMLU",
        "board",
        "leaderboards/tables/leaderboard_table_20250511.csv",
        f"{GITHUB}utterstep/chatbot-arena-leaderbord-vis",
        "Apache-2.0",
        ARENA_PAPER,
    ),
    DataSet(
        "arena-2025-11",
        "Arena's boards of 2025-11-06, with and without style control, 29 categories",
        "board",
        "arena_2025/leaderboard-text-style-control.json",
        f"{GITHUB}lmarena/arena-catalog",
        "none stated there; Arena publishes the same under CC-BY-4.0",
        ARENA_PAPER,
    ),
    DataSet(
        "arena-2026",
        "captures of Arena's boards of 2026-06 and 2026-08, every category",
        "board",
        "arena_2026/2026-08-22/text_style_control.json",
        f"{GITHUB}Scarlett9826/arena-ai-leaderboards",
        "MIT; data CC-BY-4.0",
        ARENA_PAPER,
    ),
    DataSet(
        "arena-truncated",
        "captures of Arena's board that a scraper cut off after 20 to 71 models",
        "board",
        "arena_truncated/2026-04-19.text.json",
        f"{GITHUB}oolong-tea-2026/arena-ai-leaderboards",
        "MIT",
        ARENA_PAPER,
    ),
    DataSet(
        "tracked-models",
        "118 organisations with their regions; parameters and release dates of models",
        "facts",
        "metadata/atom_tracked_models",
        f"{GITHUB}Interconnects-AI/tracked-models",
        "Apache-2.0",
        "Lambert et al., ATOM project",
    ),
    DataSet(
        "comparia-models",
        "118 models of 24 organisations: licence, parameters, architecture, release date",
        "facts",
        "metadata/comparia",
        f"{GITHUB}betagouv/ComparIA",
        "Apache-2.0",
        "Ministère de la Culture, compar:IA",
    ),
)


def data_set(name: str) -> DataSet:
    """Return the data set of a name.

    Raises
    ------
    OptionError
        If there is none, with a name near it.
    """
    of_kind("name", name, str)
    by_name = {one.name: one for one in DATA_SETS}
    if name not in by_name:
        raise OptionError(f"there is no data set {name!r}; {did_you_mean(name, by_name)}")
    return by_name[name]


def registry_as_markdown() -> str:
    """Return the data sets as a Markdown table, for the documentation."""
    lines = ["| name | what | read by | licence | citation | source | checksums |", "|---|---|---|---|---|---|---|"]
    for one in DATA_SETS:
        login = "; needs a login" if one.needs_login else ""
        command = f"`{one.command}`" if one.command else "a table for your own use"
        source = f"[{one.homepage.removeprefix('https://')}]({one.homepage}){login}"
        lines.append(f"| `{one.name}` | {one.what} | {command} | {one.licence} | {one.citation} | {source} | {_known(one)} |")
    return "\n".join(lines) + "\n"


def registry_as_frame() -> pd.DataFrame:
    """Return the data sets as a frame: name, kind, what, n_files, licence, needs_login, checksums, homepage, citation, command."""
    return pd.DataFrame(
        {
            "name": [one.name for one in DATA_SETS],
            "kind": [one.kind for one in DATA_SETS],
            "what": [one.what for one in DATA_SETS],
            "n_files": [len(one.files) for one in DATA_SETS],
            "licence": [one.licence for one in DATA_SETS],
            "needs_login": [one.needs_login for one in DATA_SETS],
            "checksums": [_known(one) for one in DATA_SETS],
            "homepage": [one.homepage for one in DATA_SETS],
            "citation": [one.citation for one in DATA_SETS],
            "command": [one.command for one in DATA_SETS],
        }
    )


def _known(one: DataSet) -> str:
    return "known" if all(file.sha256 for file in one.files) else "not known: as at the first fetch"


@cache
def _files() -> dict[str, tuple[File, ...]]:
    """Files of every data set, by its name."""
    with FILES.open(encoding="utf-8", newline="") as opened:
        rows = list(csv.DictReader(opened))
    return {one.name: tuple(File(row["path"], row["address"], row["sha256"]) for row in rows if row["dataset"] == one.name) for one in DATA_SETS}
