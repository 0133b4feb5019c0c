"""Names in any script: room for them, text that stays text, other fonts where letters are drawn, and a word where there are only boxes."""

import re
import warnings
from xml.etree import ElementTree as ET

import numpy as np
import pytest

import recount
from recount.sims.figures.glyphs import fonts_with, is_drawn, stand_in
from recount.sims.figures.house import label
from recount.sims.presentation.wording import name
from tests.pages import vote_frame

NAMES = ["通义千问-七十二", "日本語モデル", "한국어 모델", "نموذج عربي", "🦙 llama", "gpt-4o"]


def drawn(names):
    return recount.figures.rating_intervals(recount.analyse(vote_frame(names, 600)).leaderboard())


def left_of_axes(figure):
    return figure.figure.axes[0].get_position().x0


def test_stand_ins_are_as_wide():
    assert stand_in("gpt-4o é") == "gpt-4o é"
    assert stand_in("日本🦙") == "———"
    # A mark takes no room of its own.
    assert stand_in("हि\N{DEVANAGARI SIGN ANUSVARA}") in ("nn", "n")
    assert all(map(is_drawn, stand_in("".join(NAMES))))


def test_labels_are_cut_by_width():
    assert label("m" * 40) == "m" * 13 + "…" + "m" * 12
    assert label("語" * 40) == "語" * 6 + "…" + "語" * 6
    assert label("語" * 13) == "語" * 13


def test_names_that_begin_alike_stay_apart():
    names = [f"Cabernet Sauvignon Reserve Estate Bottled Napa Valley {year}" for year in ("2016 magnum", "2016", "2017", "2018")]
    assert len(set(map(label, names))) == len(set(map(name, names))) == len(names)
    assert max(map(len, map(label, names))) <= 26


def test_text_stays_text_and_has_room():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = drawn(NAMES)
        svg = figure.as_svg()
    texts = [element.text for element in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert set(NAMES) <= set(texts)
    assert set(re.findall(r"font-family: ([^;\"]+)", svg)) == {"'DejaVu Sans', sans-serif"}
    assert figure.as_svg() == svg


def test_wide_characters_have_more_room():
    wide, narrow = drawn(["语言模型七十二乙", "日本"]), drawn(["n" * 8, "n" * 2])
    assert left_of_axes(wide) > 1.3 * left_of_axes(narrow)


def test_boxes_are_told_once(tmp_path, monkeypatch):
    figure = drawn(["gpt-4o", "🦙 日本"])
    svg = figure.as_svg()
    monkeypatch.setattr("matplotlib.font_manager.fontManager.ttflist", [])
    with pytest.warns(UserWarning, match="no font of this machine has '日本🦙', drawn as boxes in ratings.png; install one that does") as told:
        figure.save(tmp_path / "ratings.png")
    assert [one.filename for one in told] == [__file__]
    # Nothing of it is left.
    assert figure.as_svg() == svg


def test_fonts_are_those_with_most():
    assert fonts_with(set()) == ([], "")
    found, lacking = fonts_with({"\N{EM DASH}"})
    assert found
    assert not lacking
    assert not np.intersect1d(found, ["Last Resort High-Efficiency"]).size
