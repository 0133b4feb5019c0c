"""What may be wrong in scores that were kept: told, each with its cases, and never repaired."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

import numpy as np
import pandas as pd

from recount.data.catalogue.iso_3166 import COUNTRIES
from recount.data.confusables import told_apart
from recount.data.scores.benchmarks import key_of, known_benchmark
from recount.engine.plurals import plural

Doubt = tuple[str, str, str]
N_SHOWN = 20
# More items than this make every rounded score a possible one.
MOST_ITEMS = 1000
# Digits after the point that are written by hand; more come from division, and are exact.
MOST_DIGITS = 4
SHARE_OF_IMPOSSIBLE = 0.1


def doubts_of(frame: pd.DataFrame, models: pd.DataFrame) -> list[Doubt]:
    """Return every doubt about scores: topic, item, value."""
    names = models["name"].where(models["name"].notna(), models["model"])
    return [
        *_limited(_several_scores(frame)),
        *_limited(_alike("models alike", models["model"])),
        *_limited(_same_name(models["model"], names)),
        *_limited(_alike("benchmarks alike", frame["benchmark"].unique())),
        *_units(frame),
        *_sizes(frame),
        *_impossible_shares(frame),
        *_lower_is_better(frame),
        *_limited(_directions(frame)),
        *_to_come("date", frame["date"], frame["model"]),
        *_to_come("release_date", models["release_date"], models["model"]),
        *_limited(_countries(models)),
    ]


def _limited(doubts: Iterable[Doubt]) -> Iterator[Doubt]:
    """Yield the first doubts of a kind, and how many more there are."""
    found = list(doubts)
    yield from found[:N_SHOWN]
    if len(found) > N_SHOWN:
        yield found[0][0], f"{len(found) - N_SHOWN:,} more", "of the same kind"


def _several_scores(frame: pd.DataFrame) -> Iterator[Doubt]:
    """Scores of a model on a benchmark in one setting, by one reporter, that are not the same; and rows that say the same twice."""
    keys = ["model", "benchmark", "setting", "reported_by"]
    several = frame[frame.duplicated(keys, keep=False)]
    n_repeated = 0
    for (model, benchmark, setting, _), own in several.groupby(keys, sort=False, dropna=False):
        values = sorted(set(own["score"]))
        n_repeated += len(own) - len(values)
        if len(values) > 1:
            where = f" ({setting})" if isinstance(setting, str) else ""
            yield "several scores", f"{model} on {benchmark}{where}", f"{', '.join(f'{value:g}' for value in values)}; all kept"
    if n_repeated:
        yield "several scores", f"rows that repeat another: {n_repeated:,}", "all kept"


def _alike(topic: str, names: Iterable[str]) -> Iterator[Doubt]:
    """Names that differ only in case, space and punctuation."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for name in names:
        groups[key_of(name)].append(name)
    for group in groups.values():
        if len(group) > 1:
            yield topic, " / ".join(told_apart(sorted(group))), "kept apart"


def _same_name(models: pd.Series, names: pd.Series) -> Iterator[Doubt]:
    """Models with different keys under one name."""
    for name, own in models.groupby(names, sort=False):
        if len(own) > 1 and len({key_of(model) for model in own}) > 1:
            yield "models alike", " / ".join(told_apart(sorted(own))), f"all called {name!r}; kept apart"


def _units(frame: pd.DataFrame) -> Iterator[Doubt]:
    """Benchmarks of unknown scale, and shares where the scale is stated to be larger."""
    unknown = frame[frame["maximum"].isna()]
    for benchmark, own in unknown.groupby("benchmark", sort=False):
        n_shares = int((own["score"] <= 1).sum())
        mixed = f", {n_shares:,} of them within 0 to 1: shares among percentages?" if n_shares else ""
        span = f"{len(own):,} from {own['score'].min():g} to {own['score'].max():g}{mixed}"
        yield "units", f"no maximum is stated: {benchmark}", f"{span}; there is no share of it"
    percent = frame[(frame["maximum"] > 1) & np.isfinite(frame["maximum"])]
    for benchmark, own in percent.groupby("benchmark", sort=False):
        n_small = int(((own["score"] > 0) & (own["score"] <= 1)).sum())
        if n_small and n_small * 2 >= len(own):
            yield (
                "units",
                f"shares under a maximum of {own['maximum'].max():g}?: {benchmark}",
                f"{n_small:,} of {plural(len(own), 'score is', 'scores are')} within 0 to 1",
            )


def _sizes(frame: pd.DataFrame) -> Iterator[Doubt]:
    """Benchmarks whose number of items may be another."""
    for benchmark, own in frame.groupby("benchmark", sort=False):
        known = known_benchmark(str(benchmark))
        if known is None:
            continue
        stated = own.loc[own["n_items_from"] == "source", "n_items"].dropna().unique()
        different = sorted(int(n) for n in stated if n != known.n_items)
        if different:
            yield (
                "items",
                f"{benchmark}: {', '.join(f'{n:,}' for n in different)} by the source",
                f"{known.n_items:,} by {known.source}; the source's are kept",
            )
        if known.doubt and len(stated) == 0:
            yield "items", f"{benchmark}: {known.n_items:,} by its name", f"or {known.doubt}"


def _impossible_shares(frame: pd.DataFrame) -> Iterator[Doubt]:
    """Scores that are no whole number of items, however rounded: means of several runs, of subsets, or of another number of items."""
    known = frame[(frame["maximum"] == 1) & (frame["n_items"] <= MOST_ITEMS)]
    for (benchmark, n_items), own in known.groupby(["benchmark", "n_items"], sort=False):
        written = own["score"].map(lambda score: round(score, MOST_DIGITS) == score)
        shares = own.loc[written, "score"].to_numpy()
        digits = np.array([len(np.format_float_positional(share, trim="-").partition(".")[2]) for share in shares])
        nearest = np.rint(shares * n_items) / n_items
        n_impossible = int((np.abs(nearest - shares) > 0.5 * 10.0**-digits + 1e-9).sum())
        if n_impossible > SHARE_OF_IMPOSSIBLE * len(shares):
            value = (
                f"{n_impossible:,} of {plural(len(shares), 'score is', 'scores are')} no whole number of them: means of runs or "
                f"subsets, or of other items"
            )
            yield "items", f"{benchmark}: {n_items:,}", value


def _directions(frame: pd.DataFrame) -> Iterator[Doubt]:
    """Benchmarks of which some rows say that lower is better, and others do not."""
    for benchmark, own in frame.groupby("benchmark", sort=False):
        if 0 < (n := int(own["lower_is_better"].sum())) < len(own):
            yield "direction", str(benchmark), f"lower is better in {n:,} of {plural(len(own), 'row')}"


def _to_come(name: str, days: pd.Series, models: pd.Series) -> Iterator[Doubt]:
    """Days after today."""
    late = (days > pd.Timestamp.now(tz="UTC").tz_localize(None) + pd.Timedelta(days=1)).to_numpy(bool)
    if late.any():
        first = int(np.argmax(late))
        yield "dates", f"{name} to come: {int(late.sum()):,}", f"first {days.iloc[first]:%Y-%m-%d}, of {models.iloc[first]}"


def _countries(models: pd.DataFrame) -> Iterator[Doubt]:
    """Countries that are no codes, as the catalogue has them."""
    for country, own in models.groupby("country", sort=False):
        if country not in COUNTRIES:
            yield "models", f"country {country!r} of {plural(len(own), 'model')}", "no code of ISO 3166-1 (two letters, as US, GB, CN); kept"


def _lower_is_better(frame: pd.DataFrame) -> Iterator[Doubt]:
    names = frame.loc[frame["lower_is_better"], "benchmark"].unique()
    if len(names):
        yield "direction", f"lower is better: {plural(len(names), 'benchmark')}", ", ".join(names[:N_SHOWN])
