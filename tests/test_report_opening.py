"""What a page says first: which votes are rated, what is taken as independent, and which defects the log has; and what a grid changes."""

import re

import pandas as pd
import pytest

import recount
from recount.sims.presentation.wording import probability
from recount.sims.report import page
from recount.sims.report.countries_section import show_countries
from recount.sims.report.leaderboard_section import leaderboard_table
from recount.sims.report.material import Material
from recount.sims.report.methods_section import show_methods
from recount.sims.report.opening import opening_of
from recount.sims.report.parts import PageFigure, PageTable
from recount.sims.report.sensitivity_section import show_audit, show_choices
from recount.sims.report.writing import write_page
from recount.sims.specification import Specification
from tests.commands import one_line, runner
from tests.pages import KNOWN, vote_frame


@pytest.fixture
def recount_command(monkeypatch, capsys):
    return runner(monkeypatch, capsys)


def test_what_choices_leave_out_stands_under_the_headline():
    """The best has fewest votes, and another is never beaten: pages without them say so, with the number of votes that are rated."""
    votes = vote_frame(KNOWN, 3000)
    few = votes[(votes[["model_a", "model_b"]] != KNOWN[0]).all(axis=1) | (votes.index % 5 == 0)]
    n_of_best = int((few[["model_a", "model_b"]] == KNOWN[0]).any(axis=1).sum())
    asked = recount.analyse(few)

    def told(**choices):
        material = Material(asked.under(asked.specification.but(**choices)), recount.read_catalogue())
        return page._source(material), opening_of(material).left_out

    assert told() == (f"{len(few):,} votes, 8 competitors", "")
    n, rated = len(few) - n_of_best, f"{len(few) - n_of_best:,} votes, 7 competitors"
    for choices, said in (
        ({"minimum_votes": n_of_best + 1}, f"minimum_votes={n_of_best + 1}"),
        ({"without": (KNOWN[0],)}, f"without='{KNOWN[0]}'"),
    ):
        assert told(**choices) == (
            rated,
            f"Rated are {n:,} of {len(few):,} votes and 7 of 8 competitors. Left out by {said} ({n_of_best} votes). "
            f"1 competitor is left out, the best first: {KNOWN[0]}; by all votes {KNOWN[0]} would be first.",
        )
    n_ties = int((few["winner"] == "tie").sum())
    assert told(ties=recount.TieRule.DROP) == (
        f"{len(few) - n_ties:,} votes, 8 competitors",
        f"Rated are {len(few) - n_ties:,} of {len(few):,} votes. Left out by the rules of ties ({n_ties} votes).",
    )
    n_early = int((few["tstamp"] < pd.Timestamp("2024-02-01").timestamp()).sum())
    source, said = told(window=recount.Window(since="2024-02-01"))
    assert source == f"{len(few) - n_early:,} votes, 8 competitors"
    assert said == f"Rated are {len(few) - n_early:,} of {len(few):,} votes. Left out by since='2024-02-01' by 'tstamp' ({n_early} votes)."
    unbeaten = pd.concat([few, pd.DataFrame({"model_a": ["A"] * 9, "model_b": KNOWN[1], "winner": "model_a"})])
    dropped = Material(recount.analyse(unbeaten, existence="drop"), recount.read_catalogue())
    assert "Left out by existence='drop' (9 votes). 1 competitor is left out, the best first: A; by all votes A would be first." in (
        opening_of(dropped).left_out
    )


def test_that_votes_are_taken_as_independent_is_said():
    """Where a column has a usual name of voters, where none has, and of counts; not where votes are clustered."""
    votes = vote_frame(KNOWN, 900)

    def caveats(analysis):
        return [one for one in opening_of(Material(analysis, recount.read_catalogue())).caveats if "independent" in one]

    remark = "Votes are taken as independent of each other. If voters cast several, intervals are too narrow; "
    assert caveats(recount.analyse(votes))[0].startswith("Votes of one voter are taken as independent, though column voter names voters.")
    assert caveats(recount.analyse(votes.rename(columns={"voter": "taster"}))) == [f"{remark}`clusters` COLUMN allows for that."]
    assert caveats(recount.analyse()) == [f"{remark}these are counts, which do not say who cast a vote."]
    assert caveats(recount.analyse(votes, clusters="voter")) == []


def test_all_defects_that_an_audit_finds_are_named():
    """Of counts two are found, one of which is a column that they lack."""
    material = Material(recount.analyse(), recount.read_catalogue())
    found = material.audited.frame.query("finding == 'found'")
    assert found["probe"].tolist() == ["order of names", "intransitivity"]
    (said,) = (one for one in opening_of(material).caveats if one.startswith("Defects"))
    assert "order of names; leads of pairs deviate" in said


@pytest.mark.parametrize(
    ("choices", "said"),
    [({}, "Votes are taken as independent of each other, also those of"), ({"clusters": "voter"}, "Clusters are taken as independent")],
)
def test_methods_say_what_is_taken_as_independent(tmp_path, monkeypatch, choices, said):
    monkeypatch.setattr(page, "SECTIONS", (show_methods,))
    html = recount.write_report(recount.analyse(vote_frame(KNOWN, 900), **choices), tmp_path / "page.html").read_text(encoding="utf-8")
    assert said in html


def test_clusters_with_no_usual_name_are_the_voters_of_the_audit():
    """Tasters are looked at as voters are, and the page says so; days, and clusters beside a column of voters, are not."""
    votes = vote_frame(KNOWN, 900)
    tasters = votes.rename(columns={"voter": "taster"})

    def audit_by(frame, clusters):
        return show_audit(Material(recount.analyse(frame, clusters=clusters), recount.read_catalogue()))

    by_taster = audit_by(tasters, "taster")
    assert by_taster.notes[0] == "clusters by taster are taken as the votes of a voter each"
    assert not by_taster.missing
    said = [[cell.text for cell in row] for row in by_taster.parts[0].rows]
    assert not any("no voters:" in text for row in said for text in row)
    by_day = audit_by(tasters, "tstamp:day")
    assert by_day.missing
    assert not any("taken as the votes" in note for note in (*by_day.notes, *audit_by(votes, "winner").notes))


def test_a_column_of_times_that_is_not_there_is_refused(tmp_path, recount_command):
    vote_frame(KNOWN, 300).to_csv(tmp_path / "log.csv", index=False)
    for named, has in (((), "the bundled votes have names and counts alone"), ((tmp_path / "log.csv",), "there are 'model_a', 'model_b', 'winner'")):
        said = recount_command("report", *named, "--time-column", "nowhere", "-o", tmp_path / "page.html")
        assert one_line(said.err).startswith(f"error: --time-column is 'nowhere', and no column is called so; {has}")
    assert not (tmp_path / "page.html").exists()


def test_a_page_of_a_file_whose_name_is_no_text(tmp_path):
    path = tmp_path / "page.html"
    write_page("<p>a\udcffb</p>", path)
    assert path.read_text(encoding="utf-8") == "<p>a\\udcffb</p>"


def test_the_table_has_the_probability_of_the_headline():
    """Of a bootstrap, that of strengths given the estimates, and not the share of replicates."""
    analysis = recount.analyse(vote_frame(KNOWN, 600), intervals=recount.Resampling(n_replicates=200))
    material = Material(analysis, recount.read_catalogue())
    top = material.leaderboard.frame.iloc[0]
    assert top["p_best"] != top["p_best_shrunken"]
    assert probability(top["p_best_shrunken"]) in opening_of(material).how_sure[0]
    place = [heading.name for heading in leaderboard_table(material).headings].index("p_best_shrunken")
    assert leaderboard_table(material).rows[0][place].text == probability(top["p_best_shrunken"])


def test_who_never_lost_is_first_by_the_prior():
    """Without a prior it would be infinitely far ahead; of the others, who lost and won, nothing is said."""
    votes = [("A", "B", "model_a")] * 7 + [("B", "C", "model_a")] * 5 + [("C", "B", "model_a")] * 4
    log = pd.DataFrame(votes, columns=["model_a", "model_b", "winner"])
    said = "A never lost: how far it is ahead, and the upper end of its interval, come from the prior"
    rated = recount.analyse(log, Specification(existence="prior"))
    assert sum(said in caveat for caveat in opening_of(Material(rated, recount.read_catalogue())).caveats) == 1
    assert sum(f"'A'{said.removeprefix('A')}" in note for note in rated.leaderboard().notes) == 1
    lost_once = pd.concat([log, pd.DataFrame([("C", "A", "model_a")], columns=log.columns)])
    assert not any(" never " in note for note in recount.analyse(lost_once, Specification(existence="prior")).leaderboard().notes)


def test_a_page_of_organisations_names_them():
    """Where organisations are ranked, no heading or caveat speaks of countries that lead."""
    rated = recount.analyse(vote_frame(KNOWN, 600), Specification(entity="organisation", groups=("all",), metrics=("best",)))
    material = Material(rated, recount.read_catalogue())
    section = show_countries(material)
    assert section.title == "Organisations"
    said = " ".join((section.lead, *(part for part in section.parts if isinstance(part, str)), *opening_of(material).caveats))
    assert not any(words in said for words in ("Countries", "which country", "same country"))


def test_a_grid_that_changes_nothing_says_so():
    """Nobody but the best is ever first: no table without rows, and sentences that are whole."""
    votes = pd.DataFrame([("A", "B", "model_a")] * 30 + [("A", "B", "model_b")] * 2, columns=["model_a", "model_b", "winner"])
    section = show_choices(Material(recount.analyse(votes), None, specifications="grid"))
    assert "No combination of these choices changes who leads." in section.parts
    assert all(len(part.rows) for part in section.parts if isinstance(part, PageTable))
    curves = [part.drawn.sentence for part in section.parts if isinstance(part, PageFigure)]
    assert all(re.match(r"The usual leader, A, is ahead in all \d+ distinct analys[ie]s", sentence) for sentence in curves)
