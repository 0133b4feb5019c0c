"""Releases by country and size: counted by hand, simulated from known rates, published figures, and what is refused."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import recount
from recount.data.catalogue import read_catalogue
from recount.engine import InputError
from recount.sims.through_time.growth_by_country import release_trends
from recount.sims.trends.launches import design_effect, launch_sizes, simulated_counts
from tests.catalogues import among
from tests.commands import one_line

YEARS = "2024-01-01/2024-12-31", "2025-01-01/2025-12-31"


def released(country, dates, size=100.0, licence="open_source"):
    """Models of a country by their release dates."""
    return [{"country": country, "organisation": country, "licence_class": licence, "total_parameters_b": size, "release_date": day} for day in dates]


def catalogue_of(*groups):
    rows = [row for group in groups for row in group]
    return among(pd.DataFrame(rows, index=[f"m{i}" for i in range(len(rows))]))


def growth_of(catalogue, earlier=YEARS[0], later=YEARS[1], **more):
    found = release_trends(earlier, later, None, None, catalogue, **more)
    return found.growth, found.growth.frame.set_index(["size", "country"])


def test_releases_are_counted_by_country_and_size():
    """By hand: a month counts if all of it is in the period, and what is closed, or of no known date, does not."""
    china = released("CN", ["2024-03-01", "2024-12-31", "2025-01-01", "2025-06", "2025", "2025-07-09", ""])
    america = [*released("US", ["2024-02-02", "2025-02-02"], size=7.0), *released("US", ["2025-03-03"], licence="proprietary")]
    table, frame = growth_of(catalogue_of(china, america, released("", ["2025-05-05"], size=float("nan"))))
    assert frame.loc[("all", "CN"), ["n_earlier", "n_later"]].tolist() == [2, 4]
    assert frame.loc[("all", "US"), ["n_earlier", "n_later"]].tolist() == [1, 1]
    assert frame.loc[("from 30 B", "CN"), ["n_earlier", "n_later"]].tolist() == [2, 4]
    assert frame.loc[("below 30 B", "US"), ["n_earlier", "n_later"]].tolist() == [1, 1]
    assert frame.loc[("not known", "not known"), ["n_earlier", "n_later"]].tolist() == [0, 1]
    assert frame.loc[("all", "all"), ["n_earlier", "n_later"]].tolist() == [3, 6]
    assert table.headline.startswith("CN: 2 releases in 2024-01-01 to 2024-12-31 and 4 in 2025-01-01 to 2025-12-31 (")
    assert set(frame["later_period"]) == {"2025-01-01 to 2025-12-31"}
    assert frame.loc[("all", "CN"), "times"] == 2
    # One of 2025 reaches to its last day; the first of 2024 is of February 2, and 334 days are left from then.
    assert frame.loc[("all", "CN"), "ratio"] == pytest.approx(4 / 2 * 334 / 365)
    begins = "the first release that is known is of 2024-02-02, 32 days after the earlier period begins; its rate is that of the 334 days from then"
    assert begins in table.notes
    assert any("1 of 10 models of group 'open weights' have no release date" in note for note in table.notes)
    _, half = growth_of(catalogue_of(china, america), "2025-01-01/2025-06-15", "2025-06-16/2025-12-31")
    assert half.loc[("all", "CN"), ["n_earlier", "n_later"]].tolist() == [1, 1]
    blurred, _ = growth_of(catalogue_of(china, america), "2025-01-01/2025-06-15", "2025-06-16/2025-12-31")
    assert any("do not count: 2, as m3 (2025-06-01 to 2025-06-30), m4 (2025-01-01 to 2025-12-31)" in note for note in blurred.notes)


def test_months_hold_every_release():
    china = released("CN", ["2024-11-30", "2024-12-01", "2025-02-14", "2025-02-14", "2025-02-20"])
    found = release_trends("2024-11-15/2024-12-31", "2025", None, None, catalogue_of(china))
    months = found.months.frame[found.months.frame["size"] == "all"].set_index("month")
    # After the last release that is known, nobody has looked.
    assert months["n"].to_dict() == {"2024-11": 1, "2024-12": 1, "2025-01": 0, "2025-02": 3}
    assert months["n_days"].tolist() == [16, 31, 31, 20]


def test_growth_and_change_of_simulated_releases():
    """Rates of 3 a month, and of 9 from July 2025 on: the ratio is covered, and the change is found where it is."""
    rng = np.random.default_rng(8)
    months = pd.period_range("2024-01", "2025-12", freq="M")
    covered, found, p = [], [], []
    for _ in range(30):
        dates = []
        for month in months:
            n = rng.poisson(9.0 if month >= pd.Period("2025-07") else 3.0)
            dates += [f"{month}-{day:02}" for day in rng.integers(1, month.days_in_month + 1, n)]
        row = growth_of(catalogue_of(released("CN", dates)))[1].loc[("all", "CN")]
        covered.append(row["lower"] <= 6.0 / 3.0 * 366 / 365 <= row["upper"])
        found.append(row["change_from"])
        p.append(row["change_p"])
    assert np.mean(covered) >= 0.9
    assert np.mean([month in ("2025-06", "2025-07", "2025-08") for month in found]) > 0.8
    assert np.median([month == "2025-07" for month in found]) == 1
    assert np.mean(np.array(p) < 0.05) > 0.9


def test_published_growth_of_large_releases(shared):
    """Over 70 B, 2024 and 2025 to October: China 6 and 21, the United States 2 and 4; counted once more from the files."""
    scores = recount.read_scores(shared / "benchmark_scores")
    specification = recount.Specification(size_threshold=70.5)
    table = release_trends(*YEARS, scores, specification).growth
    frame = table.frame.set_index(["size", "country"]).loc["from 70.5 B"]
    assert frame.loc["CN", ["n_earlier", "n_later"]].tolist() == [6, 21]
    assert frame.loc["US", ["n_earlier", "n_later"]].tolist() == [2, 4]
    assert frame.loc["CN", ["times", "times_lower", "times_upper"]].tolist() == pytest.approx([3.5, 1.4, 10.6], rel=0.03)
    assert frame.loc["US", ["times_lower", "times_upper"]].tolist() == pytest.approx([0.3, 22], rel=0.06)
    # By Clopper and Pearson, of 21 in the 288 days to 2025-10-15 and 6 in 366.
    assert frame.loc["CN", ["ratio", "lower", "upper"]].tolist() == pytest.approx([4.448, 1.736, 13.469], rel=1e-3)
    assert frame.loc["US", "p_alike"] == pytest.approx(0.62, abs=0.005)
    by_hand = {}
    for model in scores.models.itertuples():
        if model.parameters > 70 and not pd.isna(model.open_weights) and model.open_weights:
            year = (model.country, model.release_date.year)
            by_hand[year] = by_hand.get(year, 0) + 1
    assert (by_hand["CN", 2024], by_hand["CN", 2025], by_hand["US", 2024], by_hand["US", 2025]) == (6, 21, 2, 4)
    assert any("2025-10-15, 77 days before the later period ends; its rate is that of the 288 days until then" in note for note in table.notes)


def test_what_cannot_be_compared():
    china = catalogue_of(released("CN", ["2024-03-01", "2025-03-01"]))
    for earlier, later, message in (
        ("2024", "2024-06/2025-01", "begins before earlier='2024' ends"),
        ("2024", "lately", "later is 'lately', which is no period; give it as FROM/TO"),
        ("2024-12/2024-01", "2025", "earlier is '2024-12/2024-01', which ends before it begins"),
        ("2019", "2020", "earlier is '2019', and the first release that is known is of 2024-03-01; give a period that ends after"),
        ("2024", "2026", "later is '2026', and the last release that is known is of 2025-03-01"),
    ):
        with pytest.raises(InputError, match=message.replace("(", r"\(")):
            growth_of(china, earlier, later)
    dateless = replace(china, models=china.models.assign(release_date=""))
    with pytest.raises(InputError, match="no release of group 'open weights'"):
        growth_of(dateless)


def test_the_command(recount, tmp_path):
    """Growth and months in files, own models, and one-line errors."""
    models = "key,country,licence_class,release_date\n" + "".join(f"x{i},ZA,open_source,2025-0{i}-01\n" for i in range(1, 8))
    (tmp_path / "own.csv").write_text(models)
    said = recount("releases", "catalogue", "--earlier", "2024", "--later", "2025", "--catalogue", "own.csv", "-o", "g.csv")
    assert said.code == 0, said.err
    growth, months = pd.read_csv("g.csv").set_index(["size", "country"]), pd.read_csv("g.months.csv")
    assert growth.loc[("all", "ZA"), ["n_earlier", "n_later"]].tolist() == [0, 7]
    assert months[(months["country"] == "ZA") & (months["size"] == "all")]["n"].sum() == 7
    in_python = release_trends("2024", "2025", catalogue=read_catalogue(tmp_path / "own.csv")).growth
    assert len(in_python.frame) == len(growth)
    for arguments, message in (
        (("catalogue",), "--earlier is not given; give both --earlier and --later"),
        (("catalogue", "x.csv", "--earlier", "2024", "--later", "2025"), "releases catalogue takes no file"),
        (("scores", "--earlier", "2024", "--later", "2025"), "releases scores takes one file or folder of scores"),
        (("catalogue", "--earlier", "2025", "--later", "2024"), "--later is '2024', which begins before --earlier 2025 ends"),
    ):
        assert message in one_line(recount("releases", *arguments).err)


def families(rng, n_launches, size):
    """A constant rate over two years, in launches of families."""
    days = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 731, n_launches)), unit="D")
    return [str(day.date()) for day in days for _ in range(size)]


def test_families_that_come_out_together_are_worth_fewer():
    """Of a constant rate in launches of four: growth and change are found by chance alone; taken one by one they would be in half of all series."""
    rng = np.random.default_rng(8)
    together, alone = [], []
    for _ in range(40):
        dates = families(rng, 24, 4)
        growth, by_country = growth_of(catalogue_of(released("CN", [*dates, "2025-12-31"])))
        row = by_country.loc["all", "CN"]
        together.append((min(row["p_grows"], 1 - row["p_grows"]) < 0.025, row["change_p"] < 0.05))
        # The same days, each by an organisation of its own.
        models = [{**model, "organisation": f"o{i}"} for i, model in enumerate(released("CN", [*dates, "2025-12-31"]))]
        row = growth_of(catalogue_of(models))[1].loc["all", "CN"]
        alone.append((min(row["p_grows"], 1 - row["p_grows"]) < 0.025, row["change_p"] < 0.05))
    assert any("come out together, up to 4.0 worth one" in note or "come out together, up to 3.9 worth one" in note for note in growth.notes)
    assert np.mean(together, axis=0).max() <= 0.05 + 2.6 * np.sqrt(0.05 * 0.95 / 40)
    assert np.mean(alone, axis=0).min() > 0.15


def test_launches_of_one_are_independent():
    growth, _ = growth_of(catalogue_of(released("CN", [f"2024-{month:02d}-01" for month in range(1, 13)] + ["2025-06-01"])))
    assert not any("together" in note for note in growth.notes)


def test_launches_by_hand():
    organisations = ["o", "o", "o", "p", "", "", "o", "o"]
    days = ["2025-01-31", "2025-01-31", "2025-02-01", "2025-01-31", "2025-01-31", "2025-01-31", "2025-03", "2025-03"]
    sizes = launch_sizes(organisations, days)
    assert sorted(sizes.tolist()) == [1, 1, 1, 1, 1, 1, 2]
    assert design_effect(sizes) == pytest.approx(10 / 8)
    drawn = simulated_counts(np.array([3, 1, 1]), np.array([0.25, 0.75]), 40_000, np.random.default_rng(1))
    assert (drawn.sum(axis=1) == 5).all()
    assert drawn.mean(axis=0) == pytest.approx([1.25, 3.75], abs=0.05)
    assert drawn[:, 0].var() == pytest.approx(0.25 * 0.75 * 11, rel=0.05)
