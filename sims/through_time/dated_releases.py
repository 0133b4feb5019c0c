"""Releases of models with what decides whether they count: country, licence, size, and the days within which they were released."""

import pandas as pd

from recount.data import Catalogue, Scores
from recount.engine.votes import Bools, Ints
from recount.sims.countries.facts import SIZES
from recount.sims.countries.groups import GROUPS
from recount.sims.specification import Specification
from recount.sims.specification.country_choices import CountryGroup
from recount.sims.trends.release_lists import Period

# A source says only that weights are public.
PUBLIC, CLOSED = "open_weights", "proprietary"


def releases_of(source: Catalogue | Scores, catalogue: Catalogue) -> pd.DataFrame:
    """List the models of a source.

    Parameters
    ----------
    source : Catalogue or Scores
        Of scores, the models that it states.
    catalogue : Catalogue
        Says which class a stated licence is of, and of which country an organisation.

    Returns
    -------
    DataFrame
        By model: country, organisation, licence_class ("" if not known), total_parameters_b and active_parameters_b (billions; missing if not known),
        first and last (datetime64; the days within which it was released; missing if not known).
    """
    frame = source.models if isinstance(source, Catalogue) else _of_scores(source, catalogue)
    texts = frame[["country", "organisation", "licence_class"]].fillna("").astype(object)
    dates = frame["release_date"].fillna("").astype(str).str.strip()
    spans = [pd.Period(date) if date else None for date in dates]
    first = [pd.NaT if span is None else span.start_time.normalize() for span in spans]
    last = [pd.NaT if span is None else span.end_time.normalize() for span in spans]
    days = {"first": pd.to_datetime(pd.Series(first, texts.index)), "last": pd.to_datetime(pd.Series(last, texts.index))}
    return texts.join(frame.reindex(columns=list(SIZES)).astype(float)).assign(**days)


def _of_scores(scores: Scores, catalogue: Catalogue) -> pd.DataFrame:
    """Return what scores state of their models, in the words of the catalogue."""
    stated = scores.models.set_index("model")
    organisation = stated["organisation"].fillna("").map(lambda name: catalogue.organisation_of(str(name)) or str(name))
    of_organisation = organisation.map(catalogue.organisations["country"]).fillna("")
    country = stated["country"].fillna("")
    classes = []
    for licence, is_open in zip(stated["licence"].fillna(""), stated["open_weights"], strict=True):
        name = catalogue.licence_of(str(licence))
        known = "" if name is None else str(catalogue.licences.loc[name, "licence_class"])
        # Whether weights are public the source says itself; a licence says what for.
        said = known if pd.isna(is_open) else PUBLIC if is_open and known in ("", CLOSED) else known if is_open else CLOSED
        classes.append(said)
    return pd.DataFrame(
        {
            "country": country.where(country != "", of_organisation),
            "organisation": organisation,
            "licence_class": classes,
            "total_parameters_b": stated["parameters"],
            "active_parameters_b": float("nan"),
            "release_date": stated["release_date"].dt.strftime("%Y-%m-%d"),
        },
        index=stated.index,
    )


def in_group(releases: pd.DataFrame, group: CountryGroup, specification: Specification) -> Bools:
    """Which releases are of a group of models, (n,)."""
    member: Bools = GROUPS[group].holds(releases, specification)
    return member


def n_within(releases: pd.DataFrame, period: Period) -> int:
    """How many were released in a period; one that may have been outside was not."""
    return int(is_within(releases, period).sum())


def is_within(releases: pd.DataFrame, period: Period) -> "pd.Series[bool]":
    """Say which were released in a period."""
    return (releases["first"] >= period.first) & (releases["last"] <= period.last)


def months_of(period: Period) -> list[Period]:
    """Return the months of a period, the outer ones as far as they lie in it."""
    months = pd.period_range(period.first, period.last, freq="M")
    return [Period(max(month.start_time, period.first), min(month.end_time.normalize(), period.last)) for month in months]


def n_by_month(releases: pd.DataFrame, months: list[Period]) -> Ints:
    """How many were released in each month, (n_months,)."""
    counts: Ints = pd.Series([n_within(releases, month) for month in months], dtype="int64").to_numpy()
    return counts
