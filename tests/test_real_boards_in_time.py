"""The real boards through time, where they are there, against leaders read from the files in the obvious way."""

from pathlib import Path

import pandas as pd
import pytest

from recount.data.boards.series import read_boards
from recount.data.catalogue import read_catalogue
from recount.sims.presentation.wording import probability
from recount.sims.through_time.countries_by_date import countries_through_time
from tests.test_through_time import first_of


def oracle(shared):
    """Leaders by estimated ratings, from the files themselves: date, leader; the obvious way."""
    catalogue = read_catalogue()

    def country_if_open(name, day, organisation="", licence=""):
        key = catalogue.key_of(name, day)
        row = {} if key is None else catalogue.models.loc[key].to_dict()
        known = row.get("licence_class") or catalogue.licences["licence_class"].get(catalogue.licence_of(licence) or "", "")
        country = row.get("country") or catalogue.organisations["country"].get(catalogue.organisation_of(organisation) or "", "")
        return country if known not in ("", "proprietary") else ""

    for path in sorted((shared / "leaderboards" / "monthly").glob("*.csv")):
        frame = pd.read_csv(path, keep_default_na=False)
        rating = pd.to_numeric(frame["arena_score" if "arena_score" in frame else "arena_elo"])
        for i in rating.sort_values(ascending=False).index:
            row = frame.loc[i]
            if country := country_if_open(row["model"], path.stem, row["organization"], row["license"]):
                yield path.stem, country
                break
    history = pd.read_csv(shared / "leaderboards" / "nakasyou" / "result.csv", index_col=0)
    for stamp, row in history.iterrows():
        day = f"{str(stamp)[:4]}-{str(stamp)[4:6]}-{str(stamp)[6:]}"
        found = (country_if_open(name, day) for name in row[row != 0].sort_values(ascending=False).index)
        yield day, next(filter(None, found))


@pytest.mark.slow
def test_all_real_boards_in_one_table(shared):
    """When the best model with open weights became Chinese, with the probability of it at each date."""
    paths = [shared / "leaderboards" / "nakasyou" / "result.csv", shared / "leaderboards" / "monthly"]
    paths += [shared / "arena_2025", shared / "arena_2026", shared / "arena_truncated"]
    table = countries_through_time(read_boards(*paths, subset="text_style_control"))
    leaders = first_of(table)
    known = leaders[leaders["p_leads"].notna()]
    chinese = known[known["country"] == "CN"]
    assert len(known) == 18
    assert known.loc[:"2024-11-28", "country"].eq("US").all()
    assert chinese.index[0] == "2024-12-28"
    assert 0.5 < chinese["p_leads"].iloc[0] < 0.7
    assert (chinese["p_leads"].iloc[1:] > 0.99).all()
    assert chinese.index[[1, -1]].tolist() == ["2025-01-28", "2026-08-19"]
    assert table.headline.startswith("CN has the best model with open weights at every date since 2024-12-22")
    notes = " ".join(table.notes)
    assert "frozen: the board of 2025-01-21 was captured again, unchanged, on 2025-01-22" in notes
    assert "on 2024-06-29 by +94 points" in notes
    by_hand = dict(oracle(shared))
    by_estimates = leaders[~leaders.index.duplicated(keep="last")]["country"].to_dict()
    # Estimates of strengths may order two models that are level otherwise than ratings do; none of these days is one.
    assert {day: by_estimates[day] for day in by_hand if day in by_estimates} == {
        day: country for day, country in by_hand.items() if day in by_estimates
    }


def test_truncated_real_boards_beside_whole_ones(shared):
    """All four captures of 2026 are cut off; by themselves they do not show it of the first."""
    table = countries_through_time(read_boards(shared / "arena_2025", shared / "arena_truncated", shared / "arena_2026", subset="text"), group="all")
    leaders = first_of(table)
    assert leaders["p_leads"].isna().to_dict() == {
        "2025-11-06": False, "2026-03-26": True, "2026-04-09": True, "2026-04-10": True, "2026-04-19": True, "2026-08-19": False
    }  # fmt: skip
    assert set(leaders["country"]) == {"US"}
    with_share = countries_through_time(
        read_boards(shared / "arena_truncated", shared / "arena_2025", subset="text"), group="all", metric="share of top"
    )
    assert set(with_share.frame["date"]) == {"2025-11-06"}


@pytest.mark.slow
def test_the_page_shows_what_the_boards_show(shared):
    """Every row of the table of `docs/through_time.md`, made again."""
    text = (Path(__file__).parents[1] / "docs" / "through_time.md").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| 20")]
    paths = [shared / "leaderboards" / "monthly", shared / "arena_2025", shared / "arena_2026"]
    frame = countries_through_time(read_boards(*paths, subset="text_style_control")).frame
    leaders, china = frame[frame["rank"] == 1].set_index("date"), frame[frame["country"] == "CN"].set_index("date")["p_leads"]
    assert [row[0] for row in rows] == leaders.index.tolist()
    for day, country, model, p, gap in rows:
        made = leaders.loc[day]
        assert (made["country"], made["best_model"], probability(china[day])) == (country, model, p)
        shown = f"{made['gap']:.0f} ({made['gap_lower']:.0f} to {made['gap_upper']:.0f})".replace("(-", "(−")
        assert gap == shown
