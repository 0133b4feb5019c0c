"""Tables of counts and of shares under names that nobody knows, whatever they are grouped by; and single votes that are none of it."""

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from recount.data import Columns, read_counts, read_votes
from recount.engine.errors import CountsError, InputError
from tests.logs import HEADER, NAMES, cells, cells_of, some_votes

N = 4000
OUTCOME = ("model_a", "model_b", "tie")


def log_of(seed=1, n=N, **beside):
    """Single votes, with columns beside them."""
    return pd.DataFrame(some_votes(n, seed=seed), columns=list(HEADER)).assign(**beside)


def of_three(votes):
    """Those among three competitors."""
    few = NAMES[:3]
    return votes[votes.model_a.isin(few) & votes.model_b.isin(few)]


def grouped(votes, *by, name="responses"):
    """The same votes as counts under a name that says nothing."""
    return votes.groupby([*by, *HEADER]).size().rename(name).reset_index()


def by_days(seed=1, n_days=30):
    rng = np.random.default_rng(seed)
    return log_of(seed, day=pd.to_datetime("2024-01-01") + pd.to_timedelta(rng.integers(0, n_days, N), "D"))


@pytest.mark.parametrize("n_days", [13, 30, 200])
@pytest.mark.parametrize("as_written", [str, "year as a number", pd.Timestamp])
def test_counts_by_many_labels(tmp_path, n_days, as_written):
    """A table by week or day: the run stops, and the column that it names gives the votes."""
    votes = by_days(n_days=n_days)
    if as_written != pd.Timestamp:
        votes["day"] = votes["day"].astype(str) if as_written is str else votes["day"].dt.day_of_year
    table = grouped(votes, "day")
    for source in (table, pa.Table.from_pandas(table), tmp_path / "log.csv"):
        table.to_csv(tmp_path / "log.csv", index=False)
        with pytest.raises(CountsError, match=r"no row repeats competitors and outcome, 'day' of another, and 'responses' holds.*--count responses"):
            read_counts(source)
        with pytest.raises(CountsError, match="--count responses"):
            read_votes(source)
        assert cells_of(read_counts(source, columns=Columns(count="responses"))[0]) == cells(some_votes(N, seed=1))


def test_counts_beside_other_columns():
    """Numbers of rows, averages, names of the winner, and counts of something else hide nothing."""
    rng = np.random.default_rng(2)
    table = grouped(by_days(), "day")
    table = table.assign(
        row=np.arange(len(table))[::-1] * 3,
        mean_length=rng.normal(size=len(table)).round(3),
        won=np.where(table.winner == "model_a", table.model_a, np.where(table.winner == "model_b", table.model_b, "nobody")),
        n_judges=rng.integers(1, 4, len(table)),
    )
    with pytest.raises(CountsError, match=r"'day' of another, and '(row|responses|n_judges)'"):
        read_counts(table)
    # Large counts, of which hardly two are equal.
    table = grouped(by_days(), "day")
    with pytest.raises(CountsError, match="--count responses"):
        read_counts(table.assign(responses=table.responses * 1000 + rng.integers(0, 1000, len(table))))


def test_counts_sorted_by_outcome():
    """The first thousand rows then have one outcome."""
    table = grouped(log_of(n=20_000, day=np.random.default_rng(5).integers(0, 200, 20_000).astype(str)), "day").sort_values(["winner", "day"])
    assert len({*table.winner.head(1000)}) == 1
    with pytest.raises(CountsError, match="--count responses"):
        read_counts(table)


def test_counts_in_several_files(tmp_path):
    """Each is too short to say that no vote repeats another; together they are not."""
    votes = of_three(log_of(week=np.arange(N) % 40))
    for week, rows in votes.groupby("week"):
        grouped(rows.drop(columns="week")).to_csv(tmp_path / f"{week}.csv", index=False)
    with pytest.raises(CountsError, match="'responses' holds whole numbers"):
        read_counts(tmp_path)
    whole = read_counts(tmp_path, columns=Columns(count="responses"))[0]
    assert cells_of(whole) == cells(votes[list(HEADER)].itertuples(index=False, name=None))


def test_counts_in_a_stream():
    """What is read once is looked at while it is read."""
    table = pa.Table.from_pandas(grouped(log_of(n=300), name="c"))
    for size in (7, 1000):
        for read in (read_counts, read_votes):
            with pytest.raises(CountsError, match="--count c,"):
                read(pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=size)))
    votes = pa.Table.from_pandas(log_of(n=300, c=np.arange(300) % 7))
    assert read_counts(pa.RecordBatchReader.from_batches(votes.schema, votes.to_batches(max_chunksize=9)))[0].n_votes == 300


def test_counts_in_the_names_of_folders(tmp_path):
    """As programs write partitions: no file holds the column then."""
    table = grouped(of_three(log_of()), name="count")
    for n, rows in table.groupby("count"):
        (tmp_path / f"count={n}").mkdir()
        rows.drop(columns="count").to_parquet(tmp_path / f"count={n}" / "part-0.parquet")
    with pytest.raises(InputError, match=r"has a folder 'count=\d+', whose files do not say how many votes a row stands for"):
        read_counts(tmp_path)


@pytest.mark.parametrize("digits", [2, 3, 12])
@pytest.mark.parametrize("whole", [1, 100])
@pytest.mark.parametrize("by", [[], ["model_a", "model_b"]])
def test_shares_of_votes(tmp_path, digits, whole, by):
    """`value_counts(normalize=True)`, of all or within each pair: there is no right answer without the number of votes."""
    votes = of_three(log_of(n=1000))
    told = votes.groupby(by).winner if by else votes
    shares = (whole * told.value_counts(normalize=True)).round(digits).rename("portion").reset_index()
    shares.to_csv(tmp_path / "log.csv", index=False)
    for source in (shares, tmp_path / "log.csv"):
        with pytest.raises(CountsError, match=rf"'portion' add up to {whole}, as shares of votes do"):
            read_counts(source)
    assert read_counts(shares, columns=Columns(count="none"))[0].n_votes == len(shares)


def test_shares_that_are_rounded_to_nothing():
    """They add up to 0.77, and are known by their name."""
    shares = log_of(n=200).value_counts(normalize=True).round(2).reset_index()
    with pytest.raises(CountsError, match=r"the numbers in 'proportion' are called shares, "):
        read_counts(shares)


def test_percent_in_whole_numbers():
    """They are no counts either, and are told so; but counts may add up to 100."""
    pairs = itertools.combinations("abcdefg", 2)
    table = pd.DataFrame([(a, b, o, n) for a, b in pairs for o, n in zip(OUTCOME, (50, 30, 20), strict=True)], columns=[*HEADER, "portion"])
    with pytest.raises(CountsError, match=r"add up to 100, as percent do.*give the numbers of votes; or --count portion if these are such, or"):
        read_counts(table)
    assert read_counts(table, columns=Columns(count="portion"))[0].n_votes == 2100


def single_votes(rng):
    """Logs of single votes with numbers beside them, as they are collected: by chance, or each judge each pair."""
    n, n_models = int(rng.choice([30, 100, 300, 1500])), int(rng.choice([2, 3, 5, 12]))
    first = rng.integers(0, n_models, n)
    votes = pd.DataFrame({"model_a": first, "model_b": (first + rng.integers(1, n_models, n)) % n_models}).astype(str)
    votes["winner"] = rng.choice(["left", "right", "tie", "bothbad"], n, p=rng.dirichlet([5, 5, 2, 1]))
    voters, effort = rng.integers(0, int(rng.choice([2, 5, 20, 100])), n), rng.gamma(2, 20, n).astype(int)
    yield votes.assign(who=[f"v{i}" for i in voters], effort=effort)
    yield votes.assign(rounds=rng.geometric(0.5, n), effort=effort, language=rng.choice(["en", "fr", "zh"], n))
    yield votes.assign(day=pd.date_range("2024-01-01", periods=n, freq="7h").strftime("%Y-%m-%d"), effort=effort)
    yield votes.assign(rater=voters, age=20 + voters % 40, importance=rng.dirichlet(np.ones(n)))
    yield votes.assign(who=voters.astype(str), effort=effort).drop_duplicates(["model_a", "model_b", "who"])
    pairs = itertools.combinations(range(4), 2)
    design = itertools.product(pairs, range(int(rng.choice([2, 5, 15]))), range(int(rng.choice([1, 4, 10]))))
    each = pd.DataFrame([(f"m{a}", f"m{b}", f"j{j}", f"p{p}") for (a, b), j, p in design], columns=["model_a", "model_b", "who", "item"])
    each = each.assign(winner=rng.choice(OUTCOME, len(each)), effort=rng.gamma(2, 20, len(each)).astype(int), grade=rng.integers(1, 6, len(each)))
    yield each
    yield each.drop(columns="item").sample(frac=0.7, random_state=1)


def test_no_false_alarm_of_single_votes():
    """With a voter, a turn, a duration, a day, a grade or a weight beside them; 56 logs."""
    rng = np.random.default_rng(4)
    logs = [log for _ in range(8) for log in single_votes(rng)]
    assert [read_counts(log)[0].n_votes for log in logs] == [len(log) for log in logs]


@pytest.mark.parametrize("name", ["seconds", "response_time_ms", "n_tokens", "Length 1", "age", "seed"])
def test_what_measures_a_vote_is_no_count_of_votes(name):
    """Though the log was made unique, so that no row repeats another; under another name, nobody can say."""
    rng = np.random.default_rng(5)
    log = next(single_votes(rng)).rename(columns={"effort": name}).drop_duplicates(["model_a", "model_b", "winner", "who"])
    log = pd.concat([log.assign(who=f"{log.who.iloc[0]}{i}") for i in range(3)]).drop_duplicates(["model_a", "model_b", "winner", "who"])
    assert read_counts(log)[0].n_votes == len(log)
    with pytest.raises(CountsError, match="'effort' holds whole numbers"):
        read_counts(log.rename(columns={name: "effort"}))


def wins(n, **names):
    """A pair a row, with the votes for each side and the ties, and how many votes they are."""
    rng = np.random.default_rng(8)
    rows = [(a, b, *rng.multinomial(n, [0.5, 0.4, 0.1])) for a, b in itertools.combinations("abcdefghij", 2)]
    return pd.DataFrame(rows, columns=["model_a", "model_b", "wins_a", "wins_b", "ties"]).rename(columns=names), n * len(rows)


@pytest.mark.parametrize(("one", "two"), [("wins_a", "wins_b"), ("votesA", "votesB"), ("x", "y")])
def test_numbers_of_wins_are_no_scores(one, two):
    """Two columns of counts, of which a row would be compared once, stop the run; what it names reads them."""
    table, n_votes = wins(80, wins_a=one, wins_b=two)
    asked = Columns(outcome=f"{one},{two}")
    layout = f"--layout outcomes:{one},{two}"
    for read in (read_counts, read_votes):
        with pytest.raises(InputError, match=rf"may be the votes for each side.*{layout},ties in place of --winner; or --count none"):
            read(table, columns=asked)
        with pytest.raises(InputError, match=rf"may be the votes for each side.*{layout} in place of --winner"):
            read(table.drop(columns="ties"), columns=asked)
    assert read_counts(table, columns=Columns(layout=f"outcomes:{one},{two},ties"))[0].n_votes == n_votes
    assert read_counts(table, columns=Columns(outcome=f"{one},{two}", count="none"))[0].n_votes == len(table)


def test_scores_of_matches_are_no_counts():
    """Goals of a season, and points where competitors meet again and again."""
    rng = np.random.default_rng(9)
    season = [(a, b, *rng.poisson([1.5, 1.1])) for a, b in itertools.permutations("abcdefghij", 2)]
    basket = [(a, b, *rng.poisson([101, 98])) for _ in range(4) for a, b in itertools.combinations("abcdef", 2)]
    for rows in (season, basket):
        table = pd.DataFrame(rows, columns=["model_a", "model_b", "home_score", "away_score"])
        assert read_counts(table, columns=Columns(outcome="home_score,away_score"))[0].n_votes == len(rows)


@pytest.mark.parametrize(
    ("write", "said"),
    [
        (lambda n: n.map("{} votes".format), r"'\d+ votes' in 'how' may say how many votes .*; write the number alone, and name .* --count how"),
        (lambda n: (100 * n / n.sum()).map("{:.4f}%".format), r"the numbers in 'how' add up to 100, as shares of votes do"),
        (lambda n: n.map(lambda one: [f"u{i}" for i in range(one)]), r"'how' holds lists, of which the length may say how many votes"),
    ],
)
def test_counts_in_other_words(tmp_path, write, said):
    table = grouped(log_of(), name="how")
    table["how"] = write(table["how"])
    table.to_json(tmp_path / "log.jsonl", orient="records", lines=True)
    with pytest.raises(CountsError, match=said):
        read_counts(tmp_path / "log.jsonl")
    for beside in ("v{}", "{} votes", "{}%"):
        read_counts(log_of(n=1000, label=[beside.format(i % 7) for i in range(1000)]))
    talks = [["hi"] * (1 + i % 3) for i in range(1000)]
    log_of(n=1000, talk=talks).to_json(tmp_path / "talks.jsonl", orient="records", lines=True)
    read_counts(tmp_path / "talks.jsonl")
