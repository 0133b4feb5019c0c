"""Figures: what they draw is what the answers say, names are text, the same bytes every time, colours that everybody can tell apart."""

import itertools
from xml.etree import ElementTree as ET

import numpy as np
import pandas as pd
import pytest

import recount
from recount import figures
from recount.engine.errors import InputError, OptionError
from recount.sims.countries.facts import facts_of
from recount.sims.figures import house
from recount.sims.figures.log_figures import votes_of_pairs
from recount.sims.multiverse.alone import each_choice_alone
from recount.sims.presentation import Table
from recount.sims.presentation.wording import clean
from recount.sims.report.svg_in_page import as_element
from tests.pages import HOSTILE, KNOWN, vote_frame

SVG = "{http://www.w3.org/2000/svg}"
# Machado, Oliveira and Fernandes (2009), table 1, severity 1: linear RGB as somebody sees it.
SEEN = {
    "all cones": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}


@pytest.fixture(scope="module")
def analysis():
    return recount.analyse(vote_frame([*KNOWN, *HOSTILE], 6000))


@pytest.fixture(scope="module")
def drawn(analysis):
    """One of every figure."""
    board, countries = analysis.leaderboard(), analysis.countries()
    facts = pd.DataFrame({"country": "US", "total_parameters_b": np.arange(1.0, len(board.frame) + 1)}, index=board.frame["competitor"])
    claims = Table(
        "claims",
        pd.DataFrame(
            {"id": ["a", "<b>"], "verdict": ["holds", "fails"], "p_true": [0.99, 0.01], "share_true": [1.0, np.nan], "tested": ["one <b>", "two"]}
        ),
    )
    through = pd.DataFrame({"date": ["2024-01-31", "2024-02-29"] * 2, "country": ["US", "US", "CN", "CN"], "rank": [1, 2, 2, 1]})
    through = through.assign(
        source="s", group="all", metric="best", unit="points", estimate=[1.0, 2, 0, 3], lower=0.0, upper=4.0, p_leads=[0.9, 0.2, 0.1, 0.8]
    )
    through = through.assign(gap=1.0, best_model="m")
    alone = each_choice_alone(analysis)
    rows = alone.frame[alone.frame["metric"] == "best"]
    group = rows["group"].iloc[0]
    grid = rows[rows["group"] == group]
    grid = grid.assign(analysis=range(len(grid)), ties=["half" if i % 2 else "drop" for i in range(len(grid))])
    return {
        "rating_intervals": figures.rating_intervals(board, facts["country"]),
        "all_ratings": figures.all_ratings(board),
        "win_probabilities": figures.win_probabilities(analysis.pairs()),
        "size_against_rating": figures.size_against_rating(board, facts),
        "country_metrics": figures.country_metrics(countries, "all"),
        "share_stacks": figures.share_stacks(countries),
        "frontier_through_time": figures.frontier_through_time(Table("through time", through)),
        "votes_over_time": figures.votes_over_time(np.array(["2024-01-01", "2024-01-02", "NaT"], "datetime64[D]")),
        "pair_coverage": figures.pair_coverage(analysis.log.counts, board.frame["competitor"].tolist()),
        "claim_verdicts": figures.claim_verdicts(claims),
        "removals": figures.removals([analysis.influence().summary]),
        "choice_tornado": figures.choice_tornado(alone, group=group, metric="best"),
        "specification_curve": figures.specification_curve(Table("specifications", grid), group=group, metric="best"),
    }


def texts(svg):
    return [element.text for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_every_public_figure_is_drawn(drawn):
    assert {*drawn, "DrawnFigure"} == set(figures.__all__)
    for name, figure in drawn.items():
        assert figure.sentence.endswith("."), name
        assert "nan" not in figure.sentence.lower().split(), name
        assert len(figure.frame), name


def test_names_are_text(drawn):
    """In SVG, in its titles, and in what a notebook shows."""
    for name, figure in drawn.items():
        root = ET.fromstring(as_element(figure, "x"))
        assert not list(root.iter(f"{SVG}script")), name
        assert not [attribute for element in root.iter() for attribute in element.attrib if attribute.startswith("on")]
        assert "<script" not in figure._repr_html_()
        assert not [text for text in texts(figure.as_svg()) if "mathdefault" in text]
    shown = texts(drawn["rating_intervals"].as_svg())
    for hostile in HOSTILE:
        assert house.label(hostile) in shown
    titles = [one.text for one in ET.fromstring(as_element(drawn["rating_intervals"], "x")).iter(f"{SVG}title")]
    assert len(titles) == len(KNOWN) + len(HOSTILE)
    assert any(clean(HOSTILE[0])[:40] in title for title in titles)


def test_a_title_belongs_to_its_mark(analysis):
    """Places of signs, read back from the SVG, have the order and the distances of the ratings."""
    board = analysis.leaderboard()
    figure = figures.all_ratings(board)
    group = next(one for one in ET.fromstring(figure.as_svg()).iter(f"{SVG}g") if one.get("id") == "signs-")
    places = [(float(one.get("x")), float(one.get("y"))) for one in group.iter(f"{SVG}use")]
    ratings = board.frame["rating"].to_numpy()
    ys = np.array([y for _, y in places])
    np.testing.assert_allclose(np.corrcoef(ys, -ratings)[0, 1], 1, atol=1e-9)
    assert [text.partition(":")[0] for text in figure.marks["signs-"]][:3] == [name[:48] for name in board.frame["competitor"][:3]]


def test_a_page_moves_nothing(drawn):
    """Places within a hundredth of a point, pictures as they were."""
    for name, figure in drawn.items():
        plain, fitted = (list(ET.fromstring(svg).iter()) for svg in (figure.as_svg(), as_element(figure, "x")))
        scales = [[one.get("transform") for one in every if one.tag == f"{SVG}image"] for every in (plain, fitted)]
        assert scales[0] == scales[1], name
        for side in ("x", "y"):
            at = [[float(one.get(side)) for one in every if one.tag == f"{SVG}use"] for every in (plain, fitted)]
            np.testing.assert_allclose(*at, atol=0.0101, err_msg=name)


@pytest.mark.parametrize("ending", [".svg", ".pdf", ".png"])
def test_the_same_figure_has_the_same_bytes(analysis, tmp_path, ending):
    figure = figures.rating_intervals(analysis.leaderboard(), n=8)
    figure.save(tmp_path / f"one{ending}")
    figure.save(tmp_path / f"one{ending}")
    figures.rating_intervals(analysis.leaderboard(), n=8).save(tmp_path / f"other{ending}")
    one, other = ((tmp_path / f"{name}{ending}").read_bytes() for name in ("one", "other"))
    assert one == other
    assert len(one) > 2000


def test_the_settings_of_the_user_change_nothing_and_stay(analysis):
    import matplotlib

    board = analysis.leaderboard()
    plain = figures.rating_intervals(board).as_svg()
    with matplotlib.rc_context({"font.size": 30, "axes.facecolor": "red", "svg.fonttype": "path", "text.parse_math": True}):
        before = dict(matplotlib.rcParams)
        assert figures.rating_intervals(board).as_svg() == plain
        assert dict(matplotlib.rcParams) == before


def test_what_other_endings_and_tables_say(analysis, tmp_path):
    with pytest.raises(OptionError, match=r"ends in '\.gif'"):
        figures.all_ratings(analysis.leaderboard()).save(tmp_path / "x.gif")
    with pytest.raises(OptionError, match="'leaderboard', and the table is 'countries'"):
        figures.all_ratings(analysis.countries())
    with pytest.raises(OptionError, match="leaderboard is a DataFrame; give a Table"):
        figures.all_ratings(analysis.leaderboard().frame)
    with pytest.raises(OptionError, match="group 'x' is not in the table"):
        figures.country_metrics(analysis.countries(), "x")
    with pytest.raises(OptionError, match="no vote has a time"):
        figures.votes_over_time(np.array(["NaT"], "datetime64[D]"))
    with pytest.raises(OptionError, match=r"no table is given; give analysis\.influence"):
        figures.removals([])
    with pytest.raises(OptionError, match=r"'pairs' or 'pair', and the table is 'leaderboard'; give analysis\.pairs\(\)"):
        figures.win_probabilities(analysis.leaderboard())
    with pytest.raises(OptionError, match="summaries is an Influence; give a Table"):
        figures.removals(analysis.influence())
    with pytest.raises(InputError, match="its folder is not a directory"):
        figures.all_ratings(analysis.leaderboard()).save(tmp_path / "none" / "x.svg")
    assert figures.removals(analysis.influence().summary).sentence
    unknown = pd.DataFrame({"country": "", "total_parameters_b": np.nan}, index=list(KNOWN))
    with pytest.raises(OptionError, match="knows the size of none"):
        figures.size_against_rating(analysis.leaderboard(), unknown)


def test_ends_that_are_infinite_or_missing(analysis):
    board = analysis.leaderboard()
    frame = board.frame.copy()
    frame.loc[0, "upper"], frame.loc[1, "lower"] = np.inf, -np.inf
    frame.loc[2, ["lower", "upper"]] = np.nan
    for draw in (figures.rating_intervals, figures.all_ratings):
        figure = draw(Table("leaderboard", frame))
        assert "nan" not in figure.as_svg().lower().replace("nano", "")
        assert len(figure.marks["signs-"]) == min(len(frame), 25)
    nobody = pd.array([pd.NA] * len(frame), "Int64")
    stated = frame.assign(lower=np.nan, upper=np.nan, rank_best=nobody, rank_worst=nobody)
    assert "nothing says how sure" in figures.rating_intervals(Table("leaderboard", stated)).sentence


def test_votes_of_pairs_are_those_of_the_log():
    frame = vote_frame(KNOWN, 500)
    votes = votes_of_pairs(recount.analyse(frame).log.counts, KNOWN)
    for i, j in itertools.combinations(range(len(KNOWN)), 2):
        met = frame["model_a"].isin([KNOWN[i], KNOWN[j]]) & frame["model_b"].isin([KNOWN[i], KNOWN[j]])
        assert votes[i, j] == votes[j, i] == met.sum()
    assert not votes.diagonal().any()


@pytest.mark.parametrize(("n_days", "step"), [(10, "day"), (300, "week"), (2000, "month")])
def test_votes_over_time_are_all_there(n_days, step):
    days = np.datetime64("2024-01-01") + np.random.default_rng(1).integers(0, n_days, 5000)
    figure = figures.votes_over_time(days)
    assert figure.frame["n_votes"].sum() == 5000
    assert f"most in the {step} from" in figure.sentence
    starts = pd.to_datetime(figure.frame["from"])
    if step == "week":
        assert set(starts.dt.day_of_week) == {0}
    if step == "month":
        assert set(starts.dt.day) == {1}
    by_hand = pd.Series(days).groupby(pd.Series(days).dt.to_period({"day": "D", "week": "W", "month": "M"}[step])).size()
    assert figure.frame.loc[figure.frame["n_votes"] > 0, "n_votes"].tolist() == by_hand.tolist()


def linear(colour):
    channels = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def luminance(colour):
    return linear(colour) @ [0.2126, 0.7152, 0.0722]


def contrast(one, other):
    """WCAG 2.2."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def lab(rgb):
    """CIE 1976 of linear sRGB, D65."""
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089]
    f = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("dark", [False, True])
def test_colours_stand_out_and_apart(dark):
    """For all kinds of cones; a difference of 2 can just be seen side by side."""

    def shown(colour):
        return house.DARK[colour] if dark else colour

    colours = [shown(colour) for colour, _ in (*house.COUNTRIES.values(), house.OTHER)]
    paper = shown(house.PAPER)
    assert all(contrast(colour, paper) >= 3 for colour in (*colours, shown(house.MAIN), shown(house.COUNTER)))
    assert all(contrast(shown(text), paper) >= 4.5 for text in (house.INK, house.SOFT, house.MAIN))
    for cones, matrix in SEEN.items():
        seen = [lab(np.array(matrix) @ linear(colour)) for colour in colours]
        assert min(np.linalg.norm(one - other) for one, other in itertools.combinations(seen, 2)) > 15, cones
    signs = [house.sign_of(country) for country in (*house.COUNTRIES, *house.SIGNS, "elsewhere")]
    assert len(set(signs)) == len(signs)


def test_a_country_that_leads_is_named(analysis):
    """Also one without a colour of its own, in the legend of every figure that has one."""
    table = analysis.countries()
    renamed = table.frame.assign(country=table.frame["country"].replace({"US": "DE"}))
    stacks = figures.share_stacks(Table("countries", renamed)).as_svg()
    assert "DE" in texts(stacks)
    assert house.sign_of("DE") != house.sign_of("elsewhere") != house.sign_of("JP")


def test_every_colour_of_a_figure_has_a_dark_one(drawn):
    import re

    for name, figure in drawn.items():
        used = set(re.findall(r"#[0-9a-f]{6}\b", " ".join(re.findall(r'style="([^"]*)"', figure.as_svg()))))
        assert used <= set(house.DARK), (name, used - set(house.DARK))


def test_leads_are_on_a_common_scale_where_one_is_used():
    """Of two competitors there is none: their leads are told in points."""
    columns = {"choices": ["", "ties"], "change": ["", "ties=drop"], "leader": "a", "leads": "a", "comparable": True, "p_usual": [0.9, 0.99]}
    frame = pd.DataFrame(
        {"conclusion": "who is first", **columns, "lead": [150.0, 200.0], "lead_lower": 100.0, "lead_upper": 250.0, "unit": "points"}
    )
    for scale, said in ((1.0, "between 150 and 200 points."), ([1.0, 0.8], "between 150 and 200 points on the usual scale.")):
        drawn = figures.choice_tornado(Table("one choice", frame.assign(scale=scale)))
        assert "Grey line and band: those as chosen" in drawn.sentence
        assert not any(sign in drawn.sentence for sign in ("red square", "dashed line"))
        assert f"{said} Points and lines: " in drawn.sentence
        words = [*texts(drawn.as_svg()), *(one for words in drawn.marks.values() for one in words)]
        assert any("usual scale" in one for one in words) == (scale != 1.0)
    lost = frame.assign(scale=1.0, leads=["a", "b"], lead=[150.0, -20.0], lead_lower=[100.0, -90.0])
    sentence = figures.choice_tornado(Table("one choice", lost)).sentence
    assert sentence.endswith("a red square: another leads. Grey line and band: those as chosen; dashed line: no lead.")


def test_ranks_in_the_matrix_are_apart_from_names():
    """A number in the text of a name that is written from right to left would be drawn within it."""
    names = ["evil rtl \u05e9\u05dc\u05d5\u05dd", "b"]
    frame = pd.DataFrame({"competitor": names[:1], "other": names[1:], "expected_score": 0.7})
    shown = texts(figures.win_probabilities(Table("pairs", frame)).as_svg())
    assert [one for one in shown if one in names] == names
    assert shown.count("1") == shown.count("2") == 2


def test_sizes_are_those_of_the_catalogue(analysis):
    """By default, as given, or as a table of what it knows."""
    board, catalogue = analysis.leaderboard(), recount.read_catalogue()
    by_table = figures.size_against_rating(board, facts_of(tuple(board.frame["competitor"]), catalogue).frame)
    for drawn in (figures.size_against_rating(board), figures.size_against_rating(board, catalogue)):
        assert (drawn.sentence, drawn.as_svg()) == (by_table.sentence, by_table.as_svg())


def test_nothing_is_the_most_of_what_is_alike():
    """Every pair has two votes, and every day two; a list of many names is no end of a sentence."""
    names = ["a", "b", "c"]
    counts = recount.read(pd.DataFrame([(x, y, "model_a") for x in names for y in names if x != y], columns=["model_a", "model_b", "winner"])).counts
    assert figures.pair_coverage(counts, names).sentence.endswith("half of the votes are of 2 pairs, 2 of a pair at most.")
    times = np.array(["2024-01-01", "2024-01-02"] * 2, "datetime64[D]")
    assert figures.votes_over_time(times).sentence == "4 votes from 2024-01-01 to 2024-01-02, 2 in a day at most."
    row = {"conclusion": "the 10 best are 'a', 'b'", "change": "drop", "result": "'c' passes 'b'", "n_changed": 2, "n_units": 40, "share": 0.05}
    told = pd.DataFrame([{**row, "unit": "vote", "n_votes_changed": 2, "fewest": True, "n_votes": 40}])
    assert figures.removals(Table("influence summary", told)).sentence == "2 of 40 votes (5 %) are enough to change who the 10 best are."


def test_a_long_name_of_a_column_stays_within_its_figure():
    """Names are cut in the middle, so that the label of the axis does not take the room of the plot."""
    row = {"conclusion": "'a' is first", "change": "drop", "result": "'b' passes 'a'", "n_changed": 2, "n_units": 40, "share": 0.05}
    told = [{**row, "unit": unit, "n_votes_changed": 2, "fewest": True, "n_votes": 40} for unit in ("vote", "taster " * 40, "W" * 300)]
    figure = figures.removals(Table("influence summary", pd.DataFrame(told)))
    drawn = figure.figure
    drawn.draw_without_rendering()
    axis = drawn.axes[0].xaxis.label.get_window_extent()
    assert 0 <= axis.x0 <= axis.x1 <= drawn.bbox.x1
    assert drawn.axes[0].get_position().width > 0.85
    assert max(map(len, figure.marks["removal1"])) < 200
