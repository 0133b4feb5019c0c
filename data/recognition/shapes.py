"""Shapes that a log may have: each recogniser looks at the first rows and says which options would read them, the most likely first.

A table that holds no votes is recognised as well; then there are no options.
"""

import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from recount.data.choices import Columns
from recount.data.labels import number_in
from recount.data.layouts.judged_games import is_empty
from recount.data.outcomes import CODE_OF
from recount.data.recognition.label_readings import Meant, meanings_in
from recount.data.recognition.sampling import Sample, Values
from recount.data.rows_said_otherwise import won_or_tied
from recount.data.sides_or_counts import OF_TIES
from recount.engine.plurals import plural

# Words that tell one side of a pair from the other.
SIDES = (("a", "b"), ("1", "2"), ("0", "1"), ("left", "right"), ("first", "second"), ("x", "y"), ("home", "away"), ("white", "black"), ("one", "two"))
OF_NAMES = re.compile(r"model|name|system|player|team|competitor|left|right|first|second|home|away|white|black|generator|assistant")
OF_OUTCOMES = re.compile(
    r"winner|wins|won|outcome|result|verdict|preference|preferred|label|judge?ment|vote|choice|better|annotat|score|answer|margin"
)
OF_SCORES = re.compile(r"score|goal|point|rating|mark|grade|result|^ft[ha]g$|^[ha]g$")
OF_JUDGES = re.compile(r"judge|annotat|rater|labell?er|worker|evaluator|reviewer|verdict|vote")
OF_COUNTS = re.compile(r"counts?|n|votes|n_votes|num_votes|freq|frequency")
OF_RANKS, OF_RATINGS = re.compile(r"\brank|place|position"), re.compile(r"rating|elo|arena.?score|score")
OF_MODELS = re.compile(r"model|name|competitor|player|team|key")
OF_WINNERS = re.compile(r"(winner|winning|won|chosen|preferred|better)([_ -]?(model|name|player|team|answer|id|system))?")
OF_LOSERS = re.compile(r"(loser|losing|lost|rejected|dispreferred|worse)([_ -]?(model|name|player|team|answer|id|system))?")
OF_WINS = re.compile(r"(^|[_ -])(wins?|won|victories)([_ -]|$)|^[ab12][_ -]?wins?$")
OF_BENCHMARKS = re.compile(r"benchmark|task|dataset|eval|test|metric")
OF_GAMES = re.compile(r"^(game|match|round|battle|event|race|heat|fixture)([_ -]?id)?$")
WORDS_OF_ROWS = re.compile(
    r"^$|(?<![a-z])(id|index|unnamed|match|game|round|date|time|timestamp|tstamp|day|year|turn|seed|prompt|question|language|session)(?![a-z])",
    re.IGNORECASE,
)
FEWEST_OF_MANY = 3
# A reading that is less likely than another comes after all that are as likely as that.
RANK = 10
# For a share of rows.
MOST = 0.9


@dataclass(frozen=True, slots=True)
class Sight:
    """What a file seems to be.

    Attributes
    ----------
    what : str
    columns : Columns or None
        What would read it; None if it holds no votes.
    doubt : str
        What is not certain; "" if nothing is.
    """

    what: str
    columns: Columns | None
    doubt: str = ""


def published_boards(sample: Sample) -> Iterator[Sight]:
    """Leaderboards: a model a row, with its rating."""
    if isinstance(sample.records[0].get("meta"), dict) and any(isinstance(value, list | dict) for value in sample.records[0].values()):
        yield Sight("a published leaderboard, of ratings and not of votes", None)
        return
    models = [v for v in _flat(sample) if OF_MODELS.search(v.last) and v.may_be_names]
    ratings = [v for v in _flat(sample) if OF_RATINGS.search(v.last) and v.are_numbers and not v.are_flags]
    pairs = list(_pairs_of_names(sample))
    if ratings and models and not pairs and not _has_outcome(sample):
        what = "scores of benchmarks" if any(OF_BENCHMARKS.search(v.last) for v in _flat(sample)) else "a leaderboard, of ratings"
        yield Sight(f"{what} and not of votes (columns {models[0].path!r} and {ratings[0].path!r})", None)


def games_of_judges(sample: Sample) -> Iterator[Sight]:
    """Judgments of Arena-Hard and MT-bench, with the sides swapped."""
    first = sample.records[0]
    games = first.get("games")
    if "model" in first and isinstance(games, list) and len(games) == 2 and all(isinstance(game, dict) and "score" in game for game in games):
        doubt = "the file does not name the baseline, which is called 'baseline' here; Arena-Hard v0.1 has gpt-4-0314"
        yield Sight("judgments of Arena-Hard, two games a row", Columns(layout="arena-hard:baseline"), doubt)
    if {"model_1", "model_2", "g1_winner", "g2_winner"} <= first.keys():
        yield Sight("pairwise judgments of MT-bench, two games a row", Columns(layout="mt-bench"))


def counted_tables(sample: Sample) -> Iterator[Sight]:
    """A table of wins, and leaderbot's data."""
    first = sample.records[0]
    if all(isinstance(first.get(name), list) for name in ("models", "X", "Y")):
        yield Sight("leaderbot's counts of pairs by outcome", Columns(layout="leaderbot"))
    heading = next(iter(first), "")
    rows = {str(record.get(heading)) for record in sample.records}
    if first and len(rows) > 1 and rows == {name for name in sample.names if name != heading}:
        doubt = "cells are taken for wins of the row over the column; if they are wins of the column, turn the table"
        yield Sight("a square table of wins", Columns(layout="wins"), doubt)


def winners_and_losers(sample: Sample) -> Iterator[Sight]:
    """A vote a row: who won and who lost, in a column each."""
    won = [v for v in _flat(sample) if OF_WINNERS.fullmatch(v.last) and v.may_be_names]
    lost = [v for v in _flat(sample) if OF_LOSERS.fullmatch(v.last) and v.may_be_names]
    if len(won) == len(lost) == 1 and won[0].distinct & lost[0].distinct:
        with_ties = filter(None, (won_or_tied(won[0].path, lost[0].path, v) for v in _flat(sample)))
        if columns := next(with_ties, None):
            yield Sight("a vote a row, with the winner and the loser, and whether they tied", columns)
            return
        yield Sight("a vote a row, with the winner and the loser", Columns(layout=f"order:{won[0].path},{lost[0].path}"))


def counted_outcomes(sample: Sample) -> Iterator[Sight]:
    """A pair a row, with columns of the wins of each side, and of ties."""
    pairs = list(_pairs_of_names(sample))
    free = {v.path: v for v in _flat(sample) if v.are_numbers and OF_WINS.search(v.last)}
    ties = [v for v in _flat(sample) if v.are_numbers and OF_TIES.fullmatch(v.last)]
    for one, two in pairs[:1]:
        for first, second in _twins(free):
            # Of single votes they are 0 or 1.
            if not all(v.are_flags for v in (first, second)):
                words = ",".join(v.path for v in (first, second, *ties[:1]))
                left_out = "" if ties else "there is no column of ties"
                yield Sight("a pair a row, with its votes counted by outcome", Columns(one.path, two.path, layout=f"outcomes:{words}"), left_out)


def rows_of_players(sample: Sample) -> Iterator[Sight]:
    """A row for each player of a game, which holds votes only together with the others of the game."""
    names = [v for v in _flat(sample) if OF_MODELS.search(v.last) and v.may_be_names]
    games = [v for v in _flat(sample) if OF_GAMES.search(v.last)]
    numbers = [v for v in _flat(sample) if v.are_numbers and (OF_SCORES.search(v.last) or OF_RANKS.search(v.last))]
    for game in games:
        several = Counter(map(str, game.there))
        if names and numbers and game.there and min(several.values()) > 1 and len(names[0].distinct) * 2 <= len(names[0].there):
            what = f"a row for each of those who took part (columns {game.path!r}, {names[0].path!r} and {numbers[0].path!r})"
            yield Sight(f"{what}; write a row a game, with a column for each competitor, as --layout scores reads", None)


def single_votes(sample: Sample) -> Iterator[Sight]:
    """A vote a row: two competitors, and who won."""
    pairs = list(_pairs_of_names(sample))
    for number, (one, two) in enumerate(pairs):
        competitors = one.distinct | two.distinct
        others = [f"{a.path!r} and {b.path!r}" for a, b in pairs if (a, b) != (one, two)]
        beside = f"the competitors may also be {' or '.join(others)}" if others else ""
        for outcome, meant, of_outcome in _outcomes(sample, (one.path, two.path), competitors):
            # A pair that is not the best is a doubt of its own.
            of_list = _of_list(sample, outcome)
            doubts = [beside if number or _alike(pairs) else "", of_outcome, of_list, meant.doubt]
            yield Sight(
                "a vote a row",
                Columns(one.path, two.path, outcome, meant.outcomes, _counts(sample, (one.path, two.path, *outcome.split(",")))),
                "; ".join(doubt for doubt in doubts if doubt),
            )


def _of_list(sample: Sample, outcome: str) -> str:
    """Return the doubt that an outcome is only the first of a list; "" if no list holds more."""
    more = [name for name in outcome.split(",") if "[0]" in name and name.replace("[0]", "[1]") in sample.paths]
    return f"{more[0]!r} is the first of a list, whose other outcomes are not read" if more else ""


def several_judges(sample: Sample) -> Iterator[Sight]:
    """A pair of answers a row, with a column for the verdict of each judge."""
    for one, two in _pairs_of_names(sample):
        competitors = one.distinct | two.distinct
        free = [v for v in sample.paths.values() if v.path not in (one.path, two.path) and v.may_be_labels and OF_JUDGES.search(v.last)]
        kinds: dict[str, list[Values]] = {}
        for v in free:
            kinds.setdefault(re.sub(r"\d+|[_-]?[a-z]$", "#", v.path), []).append(v)
        for judges in kinds.values():
            if len(judges) > 1:
                labels = Counter(str(value).strip() for v in judges for value in v.there)
                for meant in meanings_in(labels, competitors, sample.told):
                    layout = f"judges:{','.join(v.path for v in judges)}"
                    yield Sight(
                        f"verdicts of {plural(len(judges), 'judge')} a row",
                        Columns(one.path, two.path, layout=layout, outcomes=meant.outcomes),
                        meant.doubt,
                    )


def matches_of_many(sample: Sample) -> Iterator[Sight]:
    """A match of many a row: competitors in columns, or in lists."""
    if any(True for _ in _pairs_of_names(sample)) or any(True for _ in counted_tables(sample)):
        return
    first = sample.records[0]
    lists = {name: value for name, value in first.items() if isinstance(value, list) and len(value) > 1}
    of_names = [name for name, value in lists.items() if all(isinstance(one, str) for one in value) and len({*value}) == len(value)]
    of_numbers = [name for name, value in lists.items() if all(isinstance(one, int | float) for one in value)]
    for names, numbers in itertools.product(of_names, of_numbers):
        if len(lists[names]) == len(lists[numbers]):
            yield from _by_number(f"{names},{numbers}", [record.get(numbers) or [] for record in sample.records], numbers)
    if not of_numbers:
        for name in of_names:
            doubt = "the list is taken to begin with the best"
            yield Sight("a match of many a row, in order", Columns(layout=f"order:{name}"), doubt)
    wide = [v for v in _flat(sample) if v.are_numbers and not WORDS_OF_ROWS.search(v.path) and not OF_COUNTS.fullmatch(v.last)]
    if len(wide) >= FEWEST_OF_MANY and not lists:
        cells = [[record.get(v.path) for v in wide if not is_empty(record.get(v.path))] for record in sample.records]
        yield from _by_number(",".join(v.path for v in wide), cells, "")


def _by_number(words: str, cells: list[list[object]], name: str) -> Iterator[Sight]:
    """Say whether numbers of matches are ranks or scores, and in doubt both."""
    ranks = [sorted(map(number_in, row)) for row in cells if row]
    are_ranks = bool(ranks) and all(row[0] == 1 and row[-1] <= len(row) and all(x.is_integer() for x in row) for row in ranks)
    named = OF_RANKS.search(name.casefold()) or OF_SCORES.search(name.casefold())
    as_ranks = Sight("a match of many a row, with ranks", Columns(layout=f"ranks:{words}"), "the lowest number is taken to be the best")
    as_scores = Sight("a match of many a row, with scores", Columns(layout=f"scores:{words}"), "the highest number is taken to be the best")
    if are_ranks:
        yield Sight(as_ranks.what, as_ranks.columns, "" if OF_RANKS.search(name.casefold()) else as_ranks.doubt)
        if not named:
            yield as_scores
    else:
        yield as_scores
        yield as_ranks


# In order; each may find nothing. Readers of boards and of scores are asked for by other options.
RECOGNISERS: tuple[Callable[[Sample], Iterator[Sight]], ...] = (
    games_of_judges,
    counted_tables,
    several_judges,
    counted_outcomes,
    single_votes,
    winners_and_losers,
    rows_of_players,
    published_boards,
    matches_of_many,
)


def _flat(sample: Sample) -> list[Values]:
    """Return what stands in columns of their own."""
    return [v for name, v in sample.paths.items() if any(name in record for record in sample.records)]


def _pairs_of_names(sample: Sample) -> Iterator[tuple[Values, Values]]:
    """Draw the pairs of columns that differ in the word for the side and hold names of the same competitors, the most likely first."""
    found: list[tuple[float, tuple[Values, Values]]] = []
    for one, two in _twins(sample.paths):
        shared = len(one.distinct & two.distinct)
        if one.may_be_names and two.may_be_names and shared and 2 * shared >= min(len(one.distinct), len(two.distinct)):
            are_text = not (one.are_numbers or two.are_numbers)
            repeated = len(one.distinct | two.distinct) < MOST * (len(one.there) + len(two.there))
            if repeated and (are_text or not OF_SCORES.search(one.last)) and (are_text or OF_NAMES.search(one.path.casefold())):
                found.append((2 * are_text + bool(OF_NAMES.search(one.path.casefold())), (one, two)))
    yield from (pair for _, pair in sorted(found, key=lambda one: -one[0]))


def _alike(pairs: list[tuple[Values, Values]]) -> bool:
    """Whether the best two pairs are equally likely: both text, or both numbers."""
    return len(pairs) > 1 and pairs[0][0].are_numbers == pairs[1][0].are_numbers


def _twins(paths: Mapping[str, Values]) -> Iterator[tuple[Values, Values]]:
    seen: set[tuple[str, str]] = set()
    words = {path: re.findall(r"[a-zA-Z]+|\d+|[^a-zA-Z\d]+", path.strip()) for path in paths}
    by_words = {tuple(word.casefold() for word in parts): path for path, parts in words.items()}
    for parts, path in by_words.items():
        for place, (one, two) in itertools.product(range(len(parts)), SIDES):
            if parts[place] == one and (other := by_words.get((*parts[:place], two, *parts[place + 1 :]))):
                seen.add((path, other))
                yield paths[path], paths[other]
    # Names without a separator, as HomeTeam and AwayTeam, FTHG and FTAG, White and Black.
    folded = {path.casefold(): path for path in paths}
    for path in folded:
        for one, two in (("home", "away"), ("fthg", "ftag"), ("first", "second"), ("left", "right"), ("white", "black")):
            if path.startswith(one) and (other := folded.get(two + path.removeprefix(one))) and (folded[path], other) not in seen:
                yield paths[folded[path]], paths[other]
    # And as modelA and modelB.
    for path, other in itertools.permutations(paths, 2):
        if path[:-1] == other[:-1] and (path[-1:], other[-1:]) == ("A", "B") and path[-2:-1].islower():
            yield paths[path], paths[other]


def _has_outcome(sample: Sample) -> bool:
    """Whether a column holds words for an outcome, again and again."""
    repeated = (v for v in sample.paths.values() if v.may_be_labels and 2 * len(v.distinct) <= len(v.there))
    return any(sum(value.casefold() in CODE_OF for value in v.distinct) > 1 for v in repeated)


def _outcomes(sample: Sample, taken: tuple[str, ...], competitors: frozenset[str]) -> Iterator[tuple[str, Meant, str]]:
    """Draw the columns that may hold who won, with what their labels mean and whether there are others, the most likely first."""
    free = [v for v in sample.paths.values() if v.path not in taken]
    flags = [v for v in free if v.are_flags and v.last.startswith("winner")]
    if len(flags) in (3, 4):
        by_side = sorted(flags, key=lambda v: next((i for i, word in enumerate(("_a", "_b", "bad", "tie")) if word in v.last), 2))
        ordered = [v for v in by_side if "bad" not in v.last] + [v for v in by_side if "bad" in v.last]
        yield ",".join(v.path for v in ordered), Meant(""), ""
        return
    found: list[tuple[int, str, Meant]] = []
    twins = ((one, two) for one, two in _twins({v.path: v for v in free}) if OF_SCORES.search(one.path.casefold()))
    scores = [(one, two) for one, two in twins if one.are_mostly_numbers and two.are_mostly_numbers]
    for one, two in scores:
        told = sample.told or ("scores" if one.are_flags and two.are_flags else "")
        found.append((-RANK, f"{one.path},{two.path}", Meant(told, "the higher score is taken to win")))
    of_scores = {v.path for pair in scores for v in pair}
    for v in (v for v in free if v.path not in of_scores):
        labels = Counter("" if is_empty(value) else str(value).strip() for value in v.values)
        if (v.may_be_labels or v.are_numbers) and (OF_OUTCOMES.search(v.last) or not v.are_numbers):
            for rank, meant in enumerate(meanings_in(labels, competitors, sample.told)):
                words = sum(label.casefold() in CODE_OF for label in labels)
                found.append((rank * RANK - 2 * bool(OF_OUTCOMES.search(v.last)) - (words > 0) - (meant.doubt == ""), v.path, meant))
    found.sort(key=lambda one: one[0])
    best = {path for rank, path, _ in found if rank == found[0][0]}
    for _, path, meant in found:
        others = sorted(best - {path})
        yield path, meant, f"the outcome may also be in {' or '.join(map(repr, others))}" if others else ""


def _counts(sample: Sample, taken: tuple[str, ...]) -> str:
    """Return the column of counts, if there is one whose name is less than certain."""
    names = [name for name, v in sample.paths.items() if name not in taken and v.are_numbers and OF_COUNTS.fullmatch(v.last) and v.last != "count"]
    return names[0] if len(names) == 1 else ""
