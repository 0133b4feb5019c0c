"""Names that look alike, and names that may stand for a missing one: told, and kept apart."""

from pathlib import Path

import pytest

from recount.data import read_counts
from recount.data.confusables import lookalikes, told_apart, words_for_missing
from tests.logs import HEADER

NAMES = Path(__file__).parents[2] / "shared" / "cases" / "names"
NFC, NFD = "b\u00e9ta", "be\u0301ta"


def test_space_and_case():
    names = ["gpt-4", "GPT-4", "gpt -4", "claude", "claude ", "gemini", "Straße", "STRASSE"]
    assert lookalikes(names) == (("GPT-4", "gpt -4", "gpt-4"), ("claude", "claude "), ("STRASSE", "Straße"))
    assert lookalikes(["a", "b"]) == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (NFC, NFD),
        (NFC, NFD.upper()),
        ("gpt", "g\u200bpt"),
        ("gpt", "gpt\u200b"),
        ("gpt", "\ufeffgpt"),
        ("gpt", "gp\u00adt"),
        ("gpt", "gp\u2060t"),
        ("gpt", "gpt\ufe0f"),
        ("gpt", "gpt\u3164"),
        ("gpt", "\u202egpt"),
        ("gpt 4", "gpt\u00a04"),
        ("gpt-4", "ｇｐｔ－４"),
        ("gpt-4", "gpt\u20114"),
        ("gpt-4", "gpt\u22124"),
        ("gpt-4", "gpt\u20134"),
        ("o1", "\u043e1"),
        ("PaLM", "\u0420\u0430LM"),
        ("Kimi", "\u039aimi"),
        ("x²", "x2"),
        ("ﬁne", "fine"),
        ("Claude’s", "Claude's"),
        ("007", "7"),
        ("0", "000"),
        # Bytes read in another encoding, once and twice, and what a page of HTML holds.
        ("Größe", "GrÃ¶ÃŸe"),
        ("béta", "bÃƒÂ©ta"),
        ("R&D", "R&amp;D"),
        ("org/alpha", "alpha"),
        ("c d", "c%20d"),
        ("alpha", "alpha*"),
        ("alpha", '"alpha"'),
    ],
    ids=ascii,
)
def test_what_prints_alike(one, other):
    assert lookalikes([one, "z", other]) == (tuple(sorted((one, other))),)
    told = told_apart((one, other))
    assert told[0] != told[1]
    assert all(text.isprintable() for text in told)


def test_what_does_not_print_alike():
    assert lookalikes(["gpt-4", "gpt-4o", "gpt-40", "gpt4", "béta", "beta", "名前", "名", "ж", "zh", "👩‍💻", "👩"]) == ()
    assert told_apart(("gpt", "GPT", "名前")) == ["'gpt'", "'GPT'", "'名前'"]
    assert told_apart((NFC, NFD)) == [r"'b\xe9ta'", r"'be\u0301ta'"]


def test_words_for_missing():
    assert words_for_missing(["NA", "nat", "N/A ", "Nancy", "name", "gpt-na"]) == ("N/A ", "NA", "nat")


def log_with(*names):
    """A log in which every name beats every other."""
    return "\n".join([",".join(HEADER), *(f"{a},{b},model_a" for a in names for b in names if a != b)]) + "\n"


def test_are_told_with_every_answer(recount, tmp_path):
    (tmp_path / "log.csv").write_text(log_with("alpha", NFC, NFD, "NA"), encoding="utf-8")
    for command in ("rate", "elo", "check"):
        said = recount(command, "log.csv")
        assert said.code == 0
        text = said.out + said.err
        assert r"'b\xe9ta'" in text, command
        assert r"'be\u0301ta'" in text, command
        assert "'NA'" in text, command
        assert "for a missing value" in text, command


@pytest.mark.parametrize("word", ["NA", "N/A", "none"])
def test_labels_that_may_be_missing_are_told(recount, tmp_path, word):
    """A voter called NA may be all votes without a voter, as one."""
    rows = [f"{a},{b},{w},{v}" for a, b in ("pq", "qp", "pr", "rq", "rp") for w in ("model_a", "model_b") for v in ("v1", "v2", "v3", word)]
    (tmp_path / "log.csv").write_text("\n".join(["model_a,model_b,winner,voter", *rows]) + "\n")
    for options in ("--cluster voter", "--weights voters:voter", "--by voter"):
        said = recount("rate", "log.csv", *options.split())
        assert said.code == 0
        assert f"labels of 'voter' that some programs write for a missing value, taken as they are: {word!r}" in said.err, options
    (tmp_path / "latin.csv").write_bytes("\n".join(["model_a,model_b,winner,voter", *rows]).replace(word, "M\xfcller").encode("latin-1"))
    assert "characters of 1 label of 'voter' are not UTF-8" in recount("rate", "latin.csv", "--cluster", "voter").err


@pytest.mark.skipif(not NAMES.is_dir(), reason="the shared cases are not beside the checkout")
def test_shared_cases(recount):
    for name in ("nfd.csv", "zwsp.csv"):
        quarantine = read_counts(NAMES / name)[1]
        assert [len(group) for group in quarantine.lookalikes] == [2], name
        assert "names that look alike" in recount("rate", NAMES / name).err
    counts, quarantine = read_counts(NAMES / "NA.csv")
    assert quarantine.words_for_missing == ("NA",)
    assert counts.n_competitors == 4
    assert "taken for competitors: 'NA'" in recount("rate", NAMES / "NA.csv").err
