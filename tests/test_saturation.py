"""The saturation index: the published one of 60 benchmarks, closed forms, and what has none."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data.scores.stated import Stated
from recount.data.scores.tidy_scores import judged
from recount.engine import InputError, OptionError
from recount.sims.benchmark_scores.saturated_benchmarks import saturation_index, saturation_of
from recount.sims.benchmark_scores.saturation_choices import OfSaturation

FILE = "benchmark_saturation/manual_annotation_data.csv"
PUBLISHED = {0.5: 29, 0.75: 9, 1.0: 3}
# In the file the numbers of which the index was computed are not the five scores that stand beside them: rounded, out of order, one of five invented.
OTHERWISE = {"SQuaD v2", "Multilingual Massive Multitask Language Understanding (MMMLU)", "Multilingual Competition Level Math (MCLM)"}


def scores(*rows):
    """Scores of rows (model, benchmark, score, further columns), shares of 100 items."""
    common = {"maximum": 1.0, "n_items": 100, "file": Path("f"), "row": 1}
    return judged(Stated([common | {"model": model, "benchmark": name, "score": score} | more for model, name, score, more in rows]))


def five(name="B", best=(0.9, 0.8, 0.7, 0.6, 0.5), models="abcde", **more):
    return [(model, name, score, more) for model, score in zip(models, best, strict=True)]


@pytest.fixture
def published(shared):
    """The rows of the published file, its numbers as numbers."""
    frame = pd.read_csv(shared / FILE).iloc[:60]
    assert len(frame) == frame["Name"].notna().sum() == 60
    sizes = frame["Quantity of test samples"].str.replace(",", "").astype(float)
    return frame.assign(n_items=sizes, name=frame["Name"].str.strip())


def test_the_published_indices(published):
    """All 60, of the best and the fifth number as they stand in the file; and how many are saturated by each exponent."""
    for exponent, n in PUBLISHED.items():
        found = np.array(
            [
                saturation_index(row["top model 1"] / 100, row["top model 5"] / 100, (row.n_items, row.n_items), exponent)
                for _, row in published.iterrows()
            ]
        )
        assert (found[:, 1] >= 0.7).sum() == n
        if exponent == 0.5:
            assert found[:, 1] == pytest.approx(published["Saturation Index"].to_numpy(), abs=1e-6)
            assert found[:, 0] == pytest.approx(published["SE_delta"].to_numpy(), abs=1e-6)


def test_the_published_file_as_it_is_read(published, shared):
    """The same but for three benchmarks, of which the file says two things, which the reader tells."""
    read = recount.read_scores(shared / FILE)
    frame = recount.saturation_of(read).frame.set_index("benchmark")
    stated = published.set_index("name")["Saturation Index"]
    both = stated.index.intersection(frame.index)
    differ = (frame.loc[both, "saturation"] - stated[both]).abs() > 1e-6
    assert set(stated.index) - set(both[~differ]) == OTHERWISE
    assert {item.rpartition(": ")[0] for topic, item in read.doubts[["topic", "item"]].itertuples(index=False) if topic == "scores"} == OTHERWISE
    for exponent, n in PUBLISHED.items():
        assert recount.saturation_of(read, OfSaturation(exponent)).frame["is_saturated"].sum() == n


def test_who_counts_models_has_fewer(shared):
    table = recount.saturation_of(recount.read_scores(shared / FILE), OfSaturation(best_of="models"))
    assert len(table.frame) == 54
    assert table.frame["is_saturated"].sum() == 26
    assert any("because fewer than 5 models have a score" in note and "OpenBookQA" in note for note in table.notes)


def test_closed_forms():
    """(0.9, 0.5) of 100 items: variances 0.09 / 10 and 0.25 / 10 at the published exponent."""
    frame = saturation_of(scores(*five())).frame
    assert frame["standard_error"][0] == pytest.approx(np.sqrt(0.034), rel=1e-14)
    assert frame["saturation"][0] == pytest.approx(np.exp(-0.16 / 0.034), rel=1e-14)
    assert saturation_of(scores(*five()), OfSaturation(1.0)).frame["saturation"][0] == pytest.approx(np.exp(-0.16 / 0.0034), rel=1e-14)
    assert saturation_of(scores(*five()), OfSaturation(0.0)).frame["saturation"][0] == pytest.approx(np.exp(-0.16 / 0.34), rel=1e-14)
    assert frame.iloc[0][["best_model", "best", "fifth_model", "fifth", "n_items"]].tolist() == ["a", 0.9, "e", 0.5, 100]


def test_each_score_is_a_share_of_its_own_items():
    rows = [*five()[:4], ("e", "B", 0.5, {"n_items": 10_000})]
    assert saturation_of(scores(*rows), OfSaturation(1.0)).frame["standard_error"][0] == pytest.approx(np.sqrt(0.0009 + 0.000025), rel=1e-14)


@pytest.mark.parametrize(("best", "index"), [((1, 1, 1, 1, 1), 1.0), ((0.5,) * 5, 1.0), ((1, 1, 1, 1, 0), 0.0)])
def test_at_the_ends(best, index):
    assert saturation_of(scores(*five(best=best))).frame["saturation"].tolist() == [index]


def test_the_fifth_best_is_not_the_fifth_that_is_listed():
    shuffled = five(best=(0.5, 0.9, 0.7, 0.3, 0.8, 0.6), models="abcdef")
    assert saturation_of(scores(*shuffled)).frame[["best_model", "fifth_model"]].iloc[0].tolist() == ["b", "a"]


def test_several_scores_of_a_model():
    rows = [*five(), ("a", "B", 0.85, {}), ("a", "B", 0.84, {})]
    by_scores = saturation_of(scores(*rows))
    assert by_scores.frame[["n_scores", "n_models", "fifth"]].iloc[0].tolist() == [7, 5, 0.7]
    assert saturation_of(scores(*rows), OfSaturation(best_of="models")).frame["fifth"].tolist() == [0.5]
    with pytest.raises(InputError, match=r"no benchmark has 5 models with scores that are shares .*fewer than 5 models have a score: 'B'"):
        saturation_of(scores(*five(models="aabbc")), OfSaturation(best_of="models"))
    few = saturation_of(scores(*five(models="aabbc")))
    assert any("of fewer than 5 models on 1: 'B'" in note for note in few.notes)


def test_what_has_no_index_is_named():
    rows = [*five(), *five("short")[:4], *five("down", lower_is_better=True), *five("unsized", n_items=None)]
    rows += five("unscaled", best=(200, 190, 180, 170, 160), maximum=None)
    table = saturation_of(scores(*rows))
    assert table.frame["benchmark"].tolist() == ["B"]
    told = "\n".join(table.notes)
    for why, name in (
        ("there are fewer than 5 scores", "short"),
        ("lower is better", "down"),
        ("the number of items is not known", "unsized"),
        ("no one states of what maximum scores are", "unscaled"),
    ):
        assert f"because {why}: {name!r}" in told
    with pytest.raises(InputError, match=r"no benchmark has 5 scores .*the number of items is not known: 'unsized'"):
        saturation_of(scores(*five("unsized", n_items=None)))


def test_rows_that_are_no_scores_are_told():
    """One of them may be the best model of all."""
    rows = [*five(), ("f", "B", 1.6, {}), ("g", "B", "?", {}), ("h", "B", -0.3, {}), ("i", "B", 70, {})]
    told = (
        "4 of 9 rows of scores are left out because they are no scores: 2 score above its maximum, 1 score is not a number, 1 score below its minimum"
    )
    assert any(told in note for note in saturation_of(scores(*rows)).notes)
    with pytest.raises(InputError, match="4 of 8 rows of scores are left out because they are no scores"):
        saturation_of(scores(*rows[1:]))
    assert not any("left out" in note for note in saturation_of(scores(*five())).notes)


def test_sizes_that_differ_and_floors_are_told():
    rows = [*five("sizes")[:4], ("e", "sizes", 0.5, {"n_items": 50}), *five("floor", best=(0.0,) * 5), *five("top", best=(1.0,) * 5)]
    notes = saturation_of(scores(*rows)).notes
    assert any("shares of different numbers of items, and each has the error of its own: 'sizes', 100 and 50" in note for note in notes)
    assert any("a high index is that of a floor" in note and "'floor'" in note and "'top'" not in note for note in notes)


def test_numbers_of_items_that_may_be_others_are_told():
    table = saturation_of(scores(*five("GPQA", n_items=None)))
    assert any("'GPQA', 448 items by its name, or 198 of the diamond set" in note for note in table.notes)
    assert not any("diamond" in note for note in saturation_of(scores(*five("GPQA", n_items=448))).notes)


def test_the_headline_counts():
    table = saturation_of(scores(*five(), *five("flat", best=(0.9,) * 5)))
    assert table.headline == (
        "1 of 2 benchmarks is saturated (index 0.7 or more), from flat (1.00) to B (0.01). The fifth best of scores; n items count as n^0.5."
    )
    assert table.frame["benchmark"].tolist() == ["flat", "B"]
    assert (
        table.notes[0] == "how many of 2 are saturated, by the power of n as which a benchmark counts: 1 with 0.5, 1 with 0.75, 1 with 1; "
        "sampling of items would make it 1"
    )


def test_what_is_given_is_of_its_kind():
    with pytest.raises(OptionError, match=r"scores is 'scores.csv'; give a Scores"):
        saturation_of("scores.csv")
    with pytest.raises(OptionError, match=r"choices is 1.0; give an OfSaturation"):
        saturation_of(scores(*five()), 1.0)


@pytest.mark.parametrize("bad", [{"size_exponent": 1.5}, {"size_exponent": -0.1}, {"best_of": "all"}])
def test_choices_are_checked(bad):
    with pytest.raises(OptionError):
        OfSaturation(**bad)


def test_the_command(recount, shared, tmp_path):
    said = recount("saturation", shared / FILE)
    assert said.code == 0
    assert said.frame("benchmark")["is_saturated"].eq("True").sum() == 29
    said = recount("saturation", shared / FILE, "--size-exponent", "1", "--best-of", "models", "-o", "s.csv")
    assert said.code == 0
    assert pd.read_csv(tmp_path / "s.csv")["is_saturated"].sum() == 1


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.csv"], "nothing.csv: does not exist"),
        (["votes.csv"], "is in no known form of scores"),
        (["answers.csv"], "'answers.csv' has answers to single items (model, item, correct); give the mean scores of models, a row a score"),
        (["empty.csv"], "there is no score in 'empty.csv' (it is empty)"),
        (["scores.csv", "--size-exponent", "2"], "--size-exponent is 2.0; give a number, from 0 to 1"),
        (["scores.csv", "-o", "scores.csv"], "output 'scores.csv' is one of the inputs"),
        (["scores.csv", "more.csv"], "unexpected extra argument"),
        ([], "SCORES"),
    ],
)
def test_bad_use_is_one_line(recount, tmp_path, arguments, message):
    (tmp_path / "answers.csv").write_text("model,item,correct\na,i,1\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("model,benchmark,score\n", encoding="utf-8")
    (tmp_path / "votes.csv").write_text("model_a,model_b,winner\na,b,model_a\n", encoding="utf-8")
    (tmp_path / "scores.csv").write_text("model,benchmark,score,n_items\n" + "".join(f"m{k},B,0.{k},9\n" for k in range(1, 7)), encoding="utf-8")
    said = recount("saturation", *arguments)
    assert said.code == 2
    assert message in said.err
