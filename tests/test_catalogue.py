"""The catalogue of models: complete, possible, sourced; and catalogues that are not."""

import csv
import re
from datetime import date

import pandas as pd
import pytest

from recount.data import read_catalogue
from recount.data.catalogue import LICENCE_CLASSES
from recount.data.catalogue.iso_3166 import COUNTRIES
from recount.data.catalogue.tables import SOURCE_OF, spellings_in
from recount.engine import InputError

CLASS_OF_LICENCE = {
    "Proprietary": "proprietary",
    "Apache-2.0": "open_source",
    "MIT": "open_source",
    "AI2 ImpACT Low-risk": "open_weights",
    "ChatGLM2-6B License": "open_weights",
    "ChatGLM3-6B License": "open_weights",
    "Databricks Open Model": "open_weights",
    "DeepSeek License": "open_weights",
    "Falcon-180B TII License": "open_weights",
    "Gemma": "open_weights",
    "Llama 2 Community": "open_weights",
    "Llama 3 Community": "open_weights",
    "Llama 3.1 Community": "open_weights",
    "NVIDIA Open Model": "open_weights",
    "Tongyi Qianwen": "open_weights",
    "Yi License": "open_weights",
    "CC-BY-NC-4.0": "open_weights_noncommercial",
    "CC-BY-NC-SA-4.0": "open_weights_noncommercial",
    "ChatGLM-6B License": "open_weights_noncommercial",
    "LLaMA non-commercial": "open_weights_noncommercial",
    "Mistral Research": "open_weights_noncommercial",
    "Tongyi Qianwen Research": "open_weights_noncommercial",
}
ARENA, EPOCH, OPEN_LLM, ATOM = (
    "lmarena leaderboard table 2025-05-11",
    "Epoch benchmark-stitching model versions",
    "Open LLM Leaderboard v2",
    "ATOM tracked models",
)
# Boards and data sets with many models, by their names in data/README.md.
OTHERS = r"Arena leaderboard (data set )?20\d\d-\d\d-\d\d|compar:IA models|llm-leaderboard models|name of the model"
SOURCE = rf"https://[^\s;]+|arXiv:\d{{4}}\.\d{{5}}|{ARENA}|{EPOCH}|{OPEN_LLM}|{ATOM}|{OTHERS}"
# Billions, total and active.
MIXTURES = {
    "dbrx-instruct-preview": (132, 36),
    "deepseek-coder-v2": (236, 21),
    "deepseek-coder-v2-0724": (236, 21),
    "deepseek-v2-api-0628": (236, 21),
    "mixtral-8x22b-instruct-v0.1": (141, 39),
    "mixtral-8x7b-instruct-v0.1": (46.7, 12.9),
    "nous-hermes-2-mixtral-8x7b-dpo": (46.7, 12.9),
    "snowflake-arctic-instruct": (480, 17),
    "zephyr-orpo-141b-A35b-v0.1": (141, 39),
}
# A base as the notes name it, and a model of its size.
SIZE_OF_BASE = {
    "LLaMA 13B": "llama-13b",
    "LLaMA 33B": "vicuna-33b",
    "Llama 2 7B": "llama-2-7b-chat",
    "Llama 2 13B": "llama-2-13b-chat",
    "Llama 2 70B": "llama-2-70b-chat",
    "Llama 3 70B Instruct": "llama-3-70b-instruct",
    "Mistral 7B": "mistral-7b-instruct",
    "Mixtral 8x7B": "mixtral-8x7b-instruct-v0.1",
    "Mixtral 8x22B": "mixtral-8x22b-instruct-v0.1",
    "OpenChat 3.5": "openchat-3.5",
    "OpenChat 3.5 0106": "openchat-3.5-0106",
    "Pythia 12B": "dolly-v2-12b",
}


@pytest.fixture(scope="module")
def everything():
    return read_catalogue()


@pytest.fixture(scope="module")
def catalogue(arena_counts):
    """The models of the bundled votes."""
    return read_catalogue().models.loc[list(arena_counts.names)]


def table(path, key):
    """Rows of a CSV by one of its columns, in lower case."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row[key].lower(): row for row in csv.DictReader(file)}


def test_one_row_a_model_of_the_bundled_votes(catalogue, arena_counts):
    assert sorted(catalogue.index) == sorted(arena_counts.names)
    assert len(catalogue) == 129
    assert {"organisation", "country", "licence_class"} <= set(catalogue)


@pytest.mark.parametrize("table", ["models", "organisations", "licences"])
def test_every_fact_has_a_source_and_every_source_a_fact(everything, table):
    """But for what follows from another table: the country of a model, the class of a licence that has no text."""
    rows, n_sources = getattr(everything, table), 0
    for fact, source in SOURCE_OF.items():
        if fact in rows and source in rows and (table, fact) != ("models", "country"):
            known = rows[fact].notna() & (rows[fact].astype(str) != "") & (rows.index != "Proprietary")
            assert rows.index[known != (rows[source] != "")].tolist() == [], fact
            n_sources += 1
            odd = [one for cell in rows[source] if cell for one in cell.split("; ") if not re.fullmatch(SOURCE, one)]
            assert odd == [], source
    assert n_sources >= {"models": 7, "organisations": 3, "licences": 1}[table]


def test_facts_are_possible(catalogue):
    assert set(catalogue["country"]) <= {"", *COUNTRIES}
    # 249 are officially assigned; UK, EU, XK and SU are not among them.
    assert len(COUNTRIES) == 249
    assert {"GB", "TW", "HK", "SS", "CW", "AX"} <= COUNTRIES
    assert not {"UK", "EU", "XK", "SU", "AN", "YU"} & COUNTRIES
    assert set(catalogue["licence_class"]) == set(LICENCE_CLASSES)
    assert (catalogue["total_parameters_b"].isna() == catalogue["active_parameters_b"].isna()).all()
    text = catalogue.select_dtypes(exclude="number")
    assert (text == text.apply(lambda column: column.str.strip())).all(axis=None)
    assert (catalogue["organisation"] != "").all()
    assert catalogue["display_name"].is_unique


def test_dates_are_dates_from_chatgpt_to_the_end_of_the_votes(catalogue):
    for key, released in catalogue["release_date"].items():
        day = date.fromisoformat(released if len(released) == 10 else f"{released}-01")
        assert date(2022, 11, 30) <= day <= date(2024, 8, 14), key


def test_dates_in_keys(catalogue):
    """A checkpoint is released on the day in its name or up to two weeks later; `gpt-3.5-turbo-0314` is OpenAI's 0301."""
    seen = 0
    for key, released in catalogue["release_date"].drop("gpt-3.5-turbo-0314").items():
        named = re.search(r"(20\d\d)-?(\d\d)-?(\d\d)(?!\d)", key) or re.search(r"-()(0[1-9]|1[0-2])([0-3]\d)(?!\d)", key)
        if named:
            seen += 1
            named_day = date(int(named[1] or released[:4]), int(named[2]), int(named[3]))
            assert released == f"{named_day:%Y-%m}" or 0 <= (date.fromisoformat(released) - named_day).days <= 14, key
        elif named := re.search(r"-(2[34])(0[1-9]|1[0-2])(?!\d)", key):
            seen += 1
            assert released.startswith(f"20{named[1]}-{named[2]}"), key
    assert seen >= 35


def test_the_class_follows_from_the_licence(catalogue):
    assert dict(zip(catalogue["licence"], catalogue["licence_class"], strict=True)) == CLASS_OF_LICENCE
    assert (catalogue["licence"].map(CLASS_OF_LICENCE) == catalogue["licence_class"]).all()


def test_sizes(catalogue):
    """Public weights can be counted; of the others only these sizes were published."""
    sized = catalogue["total_parameters_b"].notna()
    proprietary = catalogue["licence_class"] == "proprietary"
    assert catalogue.index[~proprietary & ~sized].tolist() == []
    published = {"deepseek-coder-v2-0724", "pplx-70b-online", "pplx-7b-online", "reka-flash-21b-20240226", "reka-flash-21b-20240226-online"}
    assert set(catalogue.index[proprietary & sized]) == published
    sparse = catalogue[sized & (catalogue["active_parameters_b"] != catalogue["total_parameters_b"])]
    assert {key: (row["total_parameters_b"], row["active_parameters_b"]) for key, row in sparse.iterrows()} == MIXTURES


def test_names_that_say_the_size_agree_with_it(catalogue):
    """`llama-2-70b-chat` has 70 billion parameters; names round (Gemma 7B has 8.5), and mixtures of experts (`8x7b`) are named otherwise."""
    for key, total in catalogue["total_parameters_b"].dropna().items():
        if named := re.search(r"(?<![\dx.])(\d+(?:\.\d+)?)b(?![a-z])", key.lower()):
            assert total == pytest.approx(float(named[1]), rel=0.25, abs=1), key


def test_a_fine_tuned_model_has_the_size_of_its_base(catalogue):
    bases = catalogue["notes"].str.extract(r"\bbase: ([^(;]+) \(")[0].dropna()
    assert len(bases) >= 25
    for key, base in bases.items():
        if base != "Flan-T5-XL":
            assert catalogue.loc[key, "total_parameters_b"] == catalogue.loc[SIZE_OF_BASE[base], "total_parameters_b"], key


def test_one_organisation_has_one_spelling_and_one_country(catalogue):
    assert catalogue.groupby("organisation")["country"].nunique().max() == 1
    names = set(catalogue["organisation"])
    plain = {re.sub(r"[^a-z0-9]", "", name.lower()).removesuffix("ai") for name in names}
    assert len(plain) == len(names) == 35


def test_agrees_with_the_arenas_own_table(catalogue, shared):
    """Its spelling of organisations and licences drifts; where a licence is another one, the notes of the row say why."""
    arena = table(shared / "leaderboards" / "tables" / "leaderboard_table_20250511.csv", "key")
    rows = {key: arena[key.lower()] for key in catalogue.index}
    ours = {}
    for key, row in rows.items():
        ours.setdefault(row["Organization"], set()).add(catalogue.loc[key, "organisation"])
    assert {theirs: names for theirs, names in ours.items() if len(names) > 1} == {}
    same = {
        "Apache 2.0": "Apache-2.0",
        "DBRX LICENSE": "Databricks Open Model",
        "DeepSeek": "DeepSeek License",
        "Gemma license": "Gemma",
        "Non-commercial": "LLaMA non-commercial",
        "Qianwen LICENSE": "Tongyi Qianwen",
    }
    other = {key for key, row in rows.items() if same.get(row["License"], row["License"]) != catalogue.loc[key, "licence"]}
    assert other == {"chatglm-6b", "chatglm2-6b", "chatglm3-6b", "qwen1.5-4b-chat"}
    assert (catalogue.loc[sorted(other), "notes"] != "").all()


def test_facts_from_data_sets_are_in_them(catalogue, shared):
    epoch = table(shared / "metadata" / "epoch_stitching" / "stitching_model_versions.csv", "id")
    names = {"gpt-3.5-turbo-0314": "gpt-3.5-turbo-0301", "deepseek-coder-v2": "deepseek-coder-v2-instruct"}
    dated = catalogue[catalogue["source_release_date"] == EPOCH]
    assert len(dated) >= 35
    for key, released in dated["release_date"].items():
        name = names.get(key, key).lower()
        assert epoch[name]["Version release date"] == released, key
    counted = table(shared / "open_llm" / "open_llm_huggingface_v2.csv", "model_name")
    for key, row in catalogue[catalogue["source_parameters"].str.contains(OPEN_LLM)].iterrows():
        repository = re.search(r"https://huggingface\.co/([^/]+/[^/;]+)", row["source_parameters"])[1].lower()
        assert row["total_parameters_b"] == pytest.approx(float(counted[repository]["metadata_params_billions"]), abs=0.06), key
    tracked = table(shared / "metadata" / "atom_tracked_models" / "metadata_model_parameters.csv", "model_id")
    coder = tracked["deepseek-ai/deepseek-coder-v2-instruct-0724"]
    sizes = catalogue.loc[catalogue["source_parameters"] == ATOM, ["total_parameters_b", "active_parameters_b"]]
    assert sizes.to_dict("index") == {
        "deepseek-coder-v2-0724": {"total_parameters_b": float(coder["total_params_b"]), "active_parameters_b": float(coder["active_params_b"])}
    }


def test_tables_are_possible(everything):
    models, organisations, licences = everything.models, everything.organisations, everything.licences
    assert (len(models) >= 520, len(organisations) >= 100, len(licences) >= 40) == (True, True, True)
    assert set(organisations["country"]) | set(organisations["parent_country"]) <= {"", *COUNTRIES}
    assert (organisations["country"] != "").all()
    assert ((organisations["parent"] == "") == (organisations["parent_country"] == "")).all()
    assert set(models["organisation"]) <= set(organisations.index)
    assert set(models["licence"]) <= {"", *licences.index}
    of_licence = licences["licence_class"].reindex(models["licence"]).fillna("").to_numpy()
    assert (models["licence_class"].to_numpy() == of_licence).all()
    assert models["display_name"].is_unique
    assert ((models["active_parameters_b"] <= models["total_parameters_b"]) | models["total_parameters_b"].isna()).all()
    for released in models["release_date"]:
        assert not released or date.fromisoformat(released if len(released) == 10 else f"{released}-01") >= date(2022, 11, 1)
    # No name of a model is also a spelling of another at the same time.
    for key, cell in models["spellings"].items():
        for spelling in spellings_in(cell):
            assert everything.key_of(spelling.name, spelling.last or spelling.first or None) == key, spelling


def test_who_is_who(everything):
    """Spellings that published boards have had."""
    for stated, name in {
        "Z.ai": "Zhipu AI",
        "zai": "Zhipu AI",
        "Zhipu": "Zhipu AI",
        "ai2": "Allen Institute for AI",
        "allenai": "Allen Institute for AI",
        "SpaceXAI": "xAI",
        "XAI": "xAI",
        " 01 AI ": "01.AI",
        "Aliaba": "Alibaba",
        "Google DeepMind": "Google",
        "mistralai": "Mistral AI",
    }.items():
        assert everything.organisation_of(stated) == name
    countries = {
        "Qwen": "CN",
        "Mistral": "FR",
        "Cohere": "CA",
        "AI21": "IL",
        "TII": "AE",
        "Naver": "KR",
        "01.AI": "CN",
        "Reka": "US",
        "Stability AI": "GB",
        "HuggingFace": "US",
        "UCSD": "US",
        "Upstage": "KR",
        "Black Forest Labs": "DE",
        "Ideogram": "CA",
    }
    assert {one: everything.organisations.loc[everything.organisation_of(one), "country"] for one in countries} == countries
    assert everything.organisations.loc["Google", ["parent", "parent_country"]].tolist() == ["Alphabet", "US"]
    assert everything.organisation_of("Mistrall") is None
    assert "Mistral AI" in everything.near_organisations("Mistrall")
    for stated, name in {
        "Apache 2.0": "Apache-2.0",
        "Propretary": "Proprietary",
        "Llama 3.1": "Llama 3.1 Community",
        "MRL": "Mistral Research",
    }.items():
        assert everything.licence_of(stated) == name
    assert everything.licence_of("Other") is everything.licence_of("") is None


def test_a_spelling_is_valid_on_its_days(everything):
    """Arena renamed models on 2026-08-12; before that day the new name, and after it the old one, meant nothing."""
    old, new = "claude-opus-4-6-thinking", "claude-opus-4-6-high"
    assert everything.key_of(old, "2026-08-11") == everything.key_of(new, "2026-08-12") == everything.key_of(old) == new
    assert everything.key_of(old, "2026-08-12") is None
    assert everything.key_of("deepseek-v4-pro-thinking", "2026-08-01") == "deepseek-v4-pro-high-preview"
    assert everything.key_of("claude-v1", "2023-07-17") == "claude-1"
    assert everything.key_of("GPT-4o-2024-05-13") == "gpt-4o-2024-05-13"


def test_own_tables_lie_over_the_bundled_ones(tmp_path):
    (tmp_path / "models.csv").write_text(
        "key,spellings,organisation,licence,total_parameters_b\ngpt-4o-2024-05-13,,Mistral,,\n"
        "own,Own 1 | own-1,Our Lab,MIT,7\nllama-2-7b-chat,,,,6.7\n"
    )
    (tmp_path / "organisations.csv").write_text("name,spellings,country\nOur Lab,OL,GB\nCohere,,US\n")
    (tmp_path / "licences.csv").write_text("name,spellings,licence_class\nOur Licence,ours,open_weights\n")
    own = read_catalogue(*(tmp_path / name for name in ("models.csv", "organisations.csv", "licences.csv")))
    bundled = read_catalogue()
    changed = own.models.loc["gpt-4o-2024-05-13"]
    assert changed[["organisation", "country", "licence_class", "source_organisation"]].tolist() == ["Mistral AI", "FR", "proprietary", ""]
    assert own.models.loc["own", ["organisation", "country", "licence_class"]].tolist() == ["Our Lab", "GB", "open_source"]
    assert own.key_of("own-1") == "own"
    assert own.models.loc["llama-2-7b-chat", "total_parameters_b"] == 6.7
    assert own.models.loc["llama-2-7b-chat", "organisation"] == "Meta"
    assert own.models.loc["command-r", "country"] == "US" != bundled.models.loc["command-r", "country"]
    assert own.licence_of("OURS") == "Our Licence"
    rest = bundled.models.index.difference(["gpt-4o-2024-05-13", "llama-2-7b-chat"])
    same = [name for name in bundled.models if name not in ("country", "source_organisation")]
    pd.testing.assert_frame_equal(own.models.loc[rest, same], bundled.models.loc[rest, same])


HEADER = "key,organisation,country,licence_class,total_parameters_b\n"
BAD = {
    "empty": (b"", "cannot be read"),
    "no key": (b"model,organisation,country\na,x,US\n", "no column 'key'"),
    "no fact": (b"key,remark\na,x\n", "no column with a fact"),
    "nearly a column": (b"key,organization,country\na,x,US\n", "'organization'; if it is 'organisation', call it so"),
    "no code": (HEADER.encode() + b"a,x,UK,proprietary,\n", "country 'UK' is no code of ISO 3166-1"),
    "empty key": (HEADER.encode() + b",x,GB,proprietary,\n", "no key in row 1"),
    "organisation twice": (b"name,country\nx,US\nx,GB\n", "the name 'x' twice"),
    "spelling of two": (b"name,spellings,country\nx,Zed,US\ny,zed,GB\n", "'zed' is a spelling of 'x' and of 'y'"),
    "date of a spelling": (b"key,spellings,organisation\na,b @ 2024..,x\n", "a date that is not written as 2024-05-13"),
    "key twice": (HEADER.encode() + b"a,x,US,proprietary,\na,y,FR,proprietary,\n", "the key 'a' twice"),
    "licence class": (HEADER.encode() + b"a,x,US,libre,\n", "licence class 'libre'; allowed are"),
    "size is text": (HEADER.encode() + b"a,x,US,proprietary,many\n", "total_parameters_b holds a value that is no number"),
    "size 0": (HEADER.encode() + b"a,x,US,proprietary,0\n", "total_parameters_b of .a. is 0; give billions of parameters, above 0"),
    "ragged": (HEADER.encode() + b"a,x,US,proprietary,1,2,3,4,5,6\nb\n", "licence class|cannot be read"),
    "latin 1": (HEADER.encode() + "a,é,FR,proprietary,\n".encode("latin1"), "cannot be read"),
    "utf 16": (HEADER.encode("utf-16"), "cannot be read"),
    "binary": (bytes(range(256)) * 40, "cannot be read|no column"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_catalogues(tmp_path, case):
    path = tmp_path / "catalogue.csv"
    path.write_bytes(BAD[case][0])
    with pytest.raises(InputError, match=BAD[case][1]) as caught:
        read_catalogue(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_no_catalogue(tmp_path):
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError, match="cannot be read"):
            read_catalogue(path)


def test_unknown_is_missing(tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_text(HEADER + "NA,None,NA,,\n", encoding="utf-8")
    row = read_catalogue(path).models.loc["NA"]
    # Namibia, and nobody's missing value.
    assert (row["organisation"], row["country"], row["licence_class"]) == ("None", "NA", "")
    assert row["total_parameters_b"] != row["total_parameters_b"]
