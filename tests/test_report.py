"""The page of an analysis: numbers are those of the files, names are text, every section is filled or explained."""

import json
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest

import recount
from recount.engine.errors import InputError, OptionError
from recount.sims.claims.bundled import path_of
from recount.sims.presentation.choices_told import told_change
from recount.sims.presentation.wording import clean
from recount.sims.report import page
from recount.sims.report.countries_section import other_leaders, show_countries
from recount.sims.report.leaderboard_section import effects_of, show_leaderboard
from recount.sims.report.log_section import show_log
from recount.sims.report.material import Material
from recount.sims.report.opening import opening_of
from recount.sims.report.parts import PageTable, bars_of, csv_address, table_of
from recount.sims.report.sensitivity_section import p_moves, show_choices, show_removals
from tests.catalogues import among
from tests.pages import HOSTILE, KNOWN, attributes_of, read_page, text_of, vote_frame

CLAIM = """
[[claim]]
id = "<b>lead</b>"
quotation = "=HYPERLINK(1) <script>window.harmed = 5</script>"
source = "\\"onload=x"
metric = "best"
country = "US"
says = "leads"
"""
SECTIONS = ("ratings", "countries", "through-time", "claims", "choices", "worst-case", "audit", "log", "methods", "again")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("page")
    vote_frame(KNOWN).to_csv(made / "votes.csv", index=False)
    (made / "claims.toml").write_text(CLAIM, encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def made(folder):
    """The page of a small log, and the analysis."""
    analysis = recount.analyse(recount.read(folder / "votes.csv"))
    path = recount.write_report(analysis, folder / "page.html", claims=recount.read_claims(folder / "claims.toml"))
    return analysis, path.read_text(encoding="utf-8")


def test_numbers_are_those_of_the_answers(made):
    """Parsed back: each cell at full precision, and each file in the page, against files that the commands write."""
    analysis, html = made
    tables, files = read_page(html)
    board, told = analysis.leaderboard().frame, tables["leaderboard"]
    assert [text for _, text in told["competitor"]] == board["competitor"].tolist()
    for column in ("rank", "rating", "p_best", "n_votes"):
        assert [float(exact) for exact, _ in told[column]] == board[column].tolist()
    assert [text.split("–")[0] for _, text in told["rank_best"]] == board["rank_best"].astype(str).tolist()
    # Sets of ranks are sorted by the first rank, and then by the last.
    by_both = board.sort_values(["rank_best", "rank_worst"], kind="stable").index.tolist()
    assert np.argsort([float(exact) for exact, _ in told["rank_best"]], kind="stable").tolist() == by_both
    countries = analysis.countries().frame
    for column in ("estimate", "lower", "upper", "p_leads", "gap"):
        exact = [float(exact) if exact else np.nan for exact, _ in tables["countries-table"][column]]
        np.testing.assert_array_equal(exact, countries[column])
    for name, frame in (("leaderboard.csv", board), ("countries-table.csv", countries)):
        held = files[name].replace("", np.nan)
        for column in frame.select_dtypes("number"):
            np.testing.assert_array_equal(held[column].astype(float), frame[column].astype(float))


def test_the_command_s_page_equals_the_command_s_files(recount, folder, monkeypatch):
    monkeypatch.chdir(folder)
    for arguments in (("rate",), ("countries",)):
        assert recount(*arguments, "votes.csv", "-o", f"{arguments[0]}.csv", "--quiet").code == 0
    assert recount("claims", "claims.toml", "votes.csv", "-o", "claims.csv", "--quiet").code == 0
    said = recount("report", "votes.csv", "--claims", "claims.toml", "-o", "whole.html")
    assert said.code == 0
    assert said.err.splitlines()[-1].endswith("Everything is on one page in whole.html")
    html = (folder / "whole.html").read_text(encoding="utf-8")
    _, files = read_page(html)
    for name, written in (("leaderboard", "rate"), ("countries-table", "countries"), ("claims-table", "claims")):
        frame = pd.read_csv(folder / f"{written}.csv", dtype=str, keep_default_na=False)
        held = files[f"{name}.csv"][frame.columns]
        # An apostrophe keeps a text from being a formula.
        assert held.map(lambda text: text.removeprefix("'")).equals(frame.map(lambda text: text.removeprefix("'")))
    assert "recount report votes.csv --claims claims.toml -o whole.html" in unescape(html)
    manifest = json.loads((folder / "whole.html.manifest.json").read_text())
    assert [one["path"] for one in manifest["inputs"]][:1] == ["votes.csv"] or "votes.csv" in str(manifest["inputs"])
    inside = json.loads(unescape(re.search(r'aria-label="Manifest">(.*?)</pre>', html, re.S)[1]))
    for name in ("inputs", "specification", "seed", "command", "recount"):
        assert inside[name] == manifest[name]


def test_every_section_is_filled_or_explained(made):
    _, html = made
    for name in SECTIONS:
        section = re.search(rf'<section id="{name}".*?</section>', html, re.S)[0]
        assert any(part in section for part in ("<table", "<figure", 'class="missing"', "<math", "<pre")), name
    for missing in re.findall(r'class="missing">(.*?)</p>', html):
        assert len(missing) > 40


def test_of_a_board_what_needs_votes_is_explained(tmp_path):
    rows = [f"{i + 1},{name},{1200 - 10 * i},+5/-5,100,Org,MIT" for i, name in enumerate(KNOWN)]
    (tmp_path / "2024-08-01.csv").write_text("rank,model,arena_score,95_pct_ci,votes,organization,license\n" + "\n".join(rows) + "\n")
    board = recount.read_board(tmp_path / "2024-08-01.csv")
    (tmp_path / "claims.toml").write_text(CLAIM + 'category = "coding"\n')
    claims = recount.read_claims(tmp_path / "claims.toml")
    html = recount.write_report(recount.analyse(board), tmp_path / "page.html", claims=claims).read_text(encoding="utf-8")
    for name in ("log", "audit", "worst-case"):
        section = re.search(rf'<section id="{name}".*?</section>', html, re.S)[0]
        assert "give a vote log" in section
    assert "published board" in html
    said = f"oard 2024-08-01.csv, of 2024-08-01, with {len(KNOWN)} models"
    for place in (f"<span>B{said}</span>", f"The ratings are those of b{said}.", f": those of b{said}; no vote was seen"):
        assert place in html
    # No line ends within the name of an option.
    assert 'recount study standard <span class="line">--board</span> BOARD' in html
    section = re.search(r'<section id="claims".*?</section>', html, re.S)[0]
    assert "There are no ratings of category &#39;coding&#39; on this board" in section
    assert str(tmp_path) not in section


def test_votes_that_count_twice_are_the_first_thing_to_keep_in_mind(tmp_path):
    for name in ("a.csv", "b.csv"):
        vote_frame(KNOWN, 900).to_csv(tmp_path / name, index=False)
    analysis = recount.analyse(recount.read(tmp_path))
    opening = opening_of(Material(analysis, recount.read_catalogue()))
    copy, original = (str(tmp_path / name) for name in ("b.csv", "a.csv"))
    assert opening.caveats[0] == f"Votes count twice, which makes intervals too narrow: {copy} has the votes of {original}."


def test_names_are_text_everywhere(tmp_path):
    names = [*KNOWN[:4], *HOSTILE]
    analysis = recount.analyse(vote_frame(names, 6000))
    html = recount.write_report(analysis, tmp_path / "page.html").read_text(encoding="utf-8")
    assert len(re.findall("<script", html)) == 1
    assert not [name for name in attributes_of(html) if name.startswith("on")]
    shown = unescape(text_of(html))
    for name in names:
        assert clean(name) in shown
    tables, files = read_page(html)
    assert {text for _, text in tables["leaderboard"]["competitor"]} == set(names)
    held = set(files["leaderboard.csv"]["competitor"])
    assert {"'=1+1", "'@SUM(A1:A9)"} <= held
    assert held == {f"'{name}" if name[0] in "=@" else name for name in names}


def test_filters_offer_what_there_is(made):
    """No size or licence that nobody has, and "not known" where something is not."""
    _, html = made
    form = re.search(r'<div class="table" id="leaderboard".*?</form>', html, re.S)[0]
    offered = {name: re.findall(r'<option value="([^"]+)"', of) for name, of in re.findall(r'<select data-column="(\w+)">(.*?)</select>', form, re.S)}
    tables, _ = read_page(html)
    for name in ("country", "organisation", "licence_class"):
        assert sorted(offered[name]) == sorted({text or "?" for _, text in tables["leaderboard"][name]})
    sizes = [float(exact or "nan") for exact, _ in tables["leaderboard"]["total_parameters_b"]]
    for ends in offered["total_parameters_b"]:
        least, most = (np.nan, np.nan) if ends == "?" else map(float, ends.split(","))
        assert any(np.isnan(size) if ends == "?" else least <= size < most for size in sizes)


def test_the_usual_row_says_that_it_is_as_chosen(made):
    _, html = made
    tables, _ = read_page(html)
    rows = tables["choices-table"]
    usual = rows[rows["choices"] == (None, "(as chosen)")]
    assert len(usual) == len(rows[["group", "metric"]].drop_duplicates())
    assert set(usual["change"]) == {(None, "(as chosen)")}
    assert not any(text == "" for column in ("choices", "change") for _, text in rows[column])


def test_what_a_careful_author_could_write_has_room(made):
    _, html = made
    section = re.search(r'<section id="claims".*?</section>', html, re.S)[0]
    assert "What a careful author could write instead" in section
    tables, files = read_page(html)
    assert "instead" not in tables["claims-table"]
    assert files["claims-table.csv"]["instead"].iloc[0].replace(" %", "\xa0%") in unescape(section)


def test_claims_are_text(made):
    _, html = made
    assert "<b>lead" not in html
    tables, files = read_page(html)
    assert tables["claims-table"]["id"].tolist() == [(None, "<b>lead</b>")]
    assert files["claims-table.csv"]["quotation"].iloc[0].startswith("'=HYPERLINK")


def test_nothing_is_asked_of_a_network(made):
    _, html = made
    addresses = re.findall(r'(?:src|href|action|data|poster|xlink:href)="([^"]*)"', html)
    assert all(address.startswith(("#", "data:")) for address in addresses)
    style = re.search(r"<style>(.*?)</style>", html, re.S)[1]
    assert "url(" not in style
    assert "@import" not in style
    assert "default-src 'none'" in html


def test_identifiers_are_unique_and_references_exist(made):
    _, html = made
    names = re.findall(r'\sid="([^"]+)"', html)
    assert len(names) == len(set(names))
    used = re.findall(r'(?:xlink:href|href)="#([^"]+)"', html) + re.findall(r"url\(#([^)]+)\)", html)
    used += [name for several in re.findall(r'aria-labelledby="([^"]+)"', html) for name in several.split()]
    assert set(used) <= set(names)


def test_the_same_seed_gives_the_same_page(folder, monkeypatch):
    """But for when it was made."""
    monkeypatch.setattr(page, "SECTIONS", (show_leaderboard, show_countries, show_log))
    made = [recount.write_report(recount.analyse(recount.read(folder / "votes.csv")), folder / f"{name}.html") for name in ("one", "other")]
    one, other = (re.sub(r'"(finished|seconds)": [^\n]*', "", unescape(path.read_text(encoding="utf-8"))) for path in made)
    assert one == other


def test_a_number_is_as_the_column_says():
    frame = pd.DataFrame({"country": ["US"], "p_leads": [1.0], "estimate": [1234.5678]})
    table = table_of(frame, "countries", "t", "T")
    assert [(cell.text, cell.exact) for cell in table.rows[0]] == [("US", ""), (">0.99", "1.0"), ("1234.57", "1234.5678")]


def test_bars_are_shares_of_the_width():
    assert bars_of([0, 5], [5, 7.5], [10, 10]) == [(0.0, 1.0, 0.5), (0.5, 1.0, 0.75)]
    assert bars_of([-np.inf, np.nan], [1.0, 2.0], [3.0, np.nan]) == [(0.0, 1.0, 0.0), ()]
    assert bars_of([np.nan], [np.nan], [np.nan]) == [()]


def test_csv_is_no_formula_and_any_text():
    frame = pd.DataFrame({"=name": ['=1+1 "x", #%\n<a>', "ü 名前"], "n": [-1, 2]})
    _, files = read_page(f'<a download="x.csv" href="{csv_address(frame).replace("&", "&amp;").replace(chr(34), "&quot;").replace("<", "&lt;")}">')
    assert list(files["x.csv"]) == ["'=name", "n"]
    assert files["x.csv"].iloc[:, 0].tolist() == ['\'=1+1 "x", #%\n<a>', "ü 名前"]


@pytest.mark.parametrize(("name", "error", "said"), [("page.pdf", OptionError, "ends in '.pdf'"), ("no/page.html", InputError, "cannot be written")])
def test_a_page_that_cannot_be_written_is_refused_before_the_work(tmp_path, monkeypatch, name, error, said):
    monkeypatch.setattr(page, "SECTIONS", None)
    with pytest.raises(error, match=said):
        recount.write_report(recount.analyse(vote_frame(KNOWN)), tmp_path / name)


def test_claims_that_are_none_are_refused(tmp_path):
    with pytest.raises(OptionError, match=r"claims is .*; give a list of Claim"):
        recount.write_report(recount.analyse(vote_frame(KNOWN)), tmp_path / "page.html", claims="article")


def test_a_page_over_its_log_is_refused(folder):
    (folder / "log.html").write_text((folder / "votes.csv").read_text())
    with pytest.raises(InputError, match="one of the inputs"):
        recount.write_report(recount.analyse(recount.read(folder / "log.html")), folder / "log.html")


def test_numbers_keep_their_signs_on_a_line(made):
    """But what is copied, a command, is as it was."""
    _, html = made
    assert (
        page.held_together("1172 ± 71 (95 %), P = 0.98, P > 0.99, 5 models") == "1172\xa0±\xa071 (95\xa0%), P\xa0=\xa00.98, P\xa0>\xa00.99, 5 models"
    )
    shown = text_of(html)
    assert "95\xa0%" in shown
    assert not re.search(r"\d [%±]", text_of(re.sub("<svg.*?</svg>", "", html, flags=re.S)))
    assert page.held_together(page.escape("--where 'share = 5 %'")) == page.escape("--where 'share = 5 %'")


def test_without_any_country_in_the_catalogue_claims_are_untestable_and_the_page_is_there(tmp_path):
    claims = recount.read_claims(path_of("article"))
    analysis = recount.analyse(vote_frame(["red", "green", "blue", "cyan"], 900))
    html = recount.write_report(analysis, tmp_path / "page.html", claims=claims).read_text(encoding="utf-8")
    section = unescape(re.search(r'<section id="claims".*?</section>', html, re.S)[0])
    assert "No competitor has a country in the catalogue, for example 'blue'" in section
    assert "share-of-top-100 (“" in section


def test_where_strengths_and_ratings_have_different_leaders_that_is_said():
    """Few votes: of countries that are close, the one with the highest rating is not the likeliest to have the best model."""
    names = ["gpt-4-0613", "yi-34b-chat", "command-r-plus", "qwen1.5-72b-chat", "mixtral-8x7b-instruct-v0.1"]
    few, many = (Material(recount.analyse(votes), recount.read_catalogue()) for votes in (vote_frame(names, 60, seed=3), vote_frame(KNOWN)))
    assert other_leaders(many) == []
    by_strengths = few.countries.frame.query("group == 'all' and metric == 'best'")["country"].iloc[0]
    by_ratings = few.facts.frame.loc[few.leaderboard.frame["competitor"].iloc[0], "country"]
    assert (by_ratings, by_ratings == by_strengths) == ("CN", False)
    assert other_leaders(few) == ["CN has the best model of all"]
    assert "by the ratings of the leaderboard, CN has the best model of all" in " ".join(map(str, show_countries(few).parts))
    for material, says in ((few, True), (many, False)):
        assert any("another country may have the best model" in str(part) for part in show_removals(material).parts) == says


def test_an_effect_of_position_is_allowed_for():
    """Who is shown first wins more often: the opening says who is first without that; where the model has it, or the log cannot tell, nothing."""
    votes = vote_frame(KNOWN, 3000, seed=2)
    turned = np.random.default_rng(1).random(len(votes)) < 0.4
    votes.loc[turned & (votes["winner"] != "tie"), "winner"] = "model_a"
    asked = recount.analyse(votes)

    def defects(analysis):
        return [one for one in opening_of(Material(analysis, recount.read_catalogue())).caveats if one.startswith("Defects that an audit finds")]

    (said,) = defects(asked)
    alike = asked.under(asked.specification.but(position=True)).leaderboard()
    assert re.search(r"being shown first is worth \d+\.\d Elo", said)
    assert f"Allowed for (`position`), {alike.headline.removesuffix(alike.basis).strip()}" in said
    assert defects(asked.under(asked.specification.but(position=True))) == []
    by_alphabet = votes.assign(model_a=votes[["model_a", "model_b"]].min(axis=1), model_b=votes[["model_a", "model_b"]].max(axis=1), winner="tie")
    by_alphabet.loc[::3, "winner"], by_alphabet.loc[1::3, "winner"] = "model_a", "model_b"
    assert defects(recount.analyse(by_alphabet)) == []


def test_nobody_is_no_country_in_a_grid():
    """Of large models of 30 billion or more parameters there are none, and of 10 or more some: no leader is lost who never was."""
    names = ["gpt-4-0613", "claude-3-opus-20240229", "phi-3-medium-4k-instruct", "gemma-2-9b-it"]
    sizes = pd.DataFrame(
        {"country": ["US", "CN", "US", "CN"], "organisation": list("abcd"), "total_parameters_b": [12.0, 14.0, 15.0, 9.0]}, index=names
    )
    sizes = sizes.assign(licence_class="open_source")
    analysis = recount.analyse(vote_frame(names, 900), groups="large", metrics="best", n_draws=50)
    material = Material(analysis, among(sizes), specifications="grid")
    assert material.grid.summary.frame["leader"].isna().all()
    assert not [one for one in opening_of(material).caveats if "nan" in one.split() or "Reasonable choices" in one]


def test_one_of_several_leaders_with_hardly_any_votes():
    """Two win as often as they lose, in 40 votes and in 2: both are first, and of one that means little."""
    rows = [("a", "b", "model_a"), ("b", "a", "model_a")] * 20 + [("d", "b", "model_a"), ("b", "d", "model_a")]
    caveats = opening_of(Material(recount.analyse(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"])), recount.read_catalogue())).caveats
    assert "d, one of those who share first place, has 2 votes only." in caveats


def test_a_grid_is_told_in_words_a_paragraph_a_group():
    material = Material(recount.analyse(vote_frame(KNOWN, 900), n_draws=50, top=5), recount.read_catalogue(), specifications="grid")
    section = show_choices(material)
    paragraphs = [part for part in section.parts if isinstance(part, str)]
    assert section.lead == material.grid.summary.headline[: len(section.lead)]
    assert [text.partition(":")[0] for text in paragraphs] == ["All", "Open weights", "Large"]
    assert not [name for name in ("size_threshold", "open_weights", "country_draws", "minimum_votes") if name in " ".join(paragraphs)]
    tables = {part.name: part for part in section.parts if isinstance(part, PageTable)}
    shown = {cell.text for table in tables.values() for row in table.rows for cell in row}
    assert not shown & {"k", "ties", "top", "size_threshold", "open_weights"}
    assert told_change("k=1.0") == told_change("k=1") == "the one best model"


def test_of_a_board_without_intervals_no_column_is_empty(tmp_path):
    pd.DataFrame({"model": KNOWN, "rating": np.arange(1200.0, 1120.0, -10.0)}).to_csv(tmp_path / "board.csv", index=False)
    page_file = recount.write_report(recount.analyse(recount.read_board(tmp_path / "board.csv")), tmp_path / "page.html")
    tables, _ = read_page(page_file.read_text(encoding="utf-8"))
    assert {"leaderboard", "countries-table"} <= tables.keys()
    for name, table in tables.items():
        assert not [column for column in table if not any(text for _, text in table[column])], name
    assert "p_best" not in tables["leaderboard"]
    assert "p_leads" not in tables["countries-table"]


def test_what_ratings_are_adjusted_for_is_shown():
    analysis = recount.analyse(vote_frame(KNOWN, 1500), position=True)
    shown = show_leaderboard(Material(analysis, recount.read_catalogue()))
    assert any(isinstance(part, str) and part.startswith("Ratings are adjusted for") for part in shown.parts)
    (table,) = (part for part in shown.parts if isinstance(part, PageTable) and part.name == "effects-table")
    assert [cell.exact for cell in table.rows[0]][1] == str(analysis.effects().frame["estimate"].iloc[0])
    assert not effects_of(Material(recount.analyse(vote_frame(KNOWN, 1500)), recount.read_catalogue()))


def test_a_probability_that_moves_with_the_lead_unmoved_is_explained():
    rows = pd.DataFrame({"group": "all", "metric": "best", "leader": "US", "leads": ["US", "US", "CN"], "p_usual": [0.5, 0.6, 0.1]})
    assert not p_moves(rows)
    assert p_moves(rows.assign(p_usual=[0.5, 0.1, 0.5]))
    assert p_moves(rows.drop(columns=["group", "metric"]).assign(conclusion="first place", p_usual=[0.5, 0.1, 0.5]))


def test_where_two_are_level_a_page_gives_no_advice_on_conclusions():
    rows = [("a", "b", "model_a"), ("b", "a", "model_a")] * 20
    material = Material(recount.analyse(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"])), recount.read_catalogue())
    said = show_removals(material).missing[0]
    assert said.startswith("Removals that change who is first cannot be asked for: the ratings do not say that 'a' is first: 'a' and 'b' are level")
    assert said.endswith("level.")


def test_numbers_have_the_decimals_of_their_unit():
    """A count of models is whole, beside shares and points in one column; exact values are kept for sorting."""
    frame = pd.DataFrame(
        {"metric": ["best", "number in top", "share of top"], "estimate": [1314.4871, 18.0, 0.9], "unit": ["points", "models", "share"]}
    )
    table = table_of(frame, "countries", "x", "x")
    assert [row[1].text for row in table.rows] == ["1314.5", "18", "0.90"]
    assert [row[1].exact for row in table.rows] == ["1314.4871", "18.0", "0.9"]


def test_where_no_country_is_known_nothing_is_said_of_whose_lead():
    section = show_removals(Material(recount.analyse(vote_frame(["Ajax", "PSV", "AZ", "NEC"])), recount.read_catalogue()))
    assert section.parts
    assert not section.missing
