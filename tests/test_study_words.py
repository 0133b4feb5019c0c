"""What a study says of its runs in sentences: of outcomes without a result, of what changes nothing, of conclusions as readers say them."""

import json
import re

import pandas as pd
import pytest

from recount import analyse, perturb, read_board, run_study
from recount.engine.errors import InputError, OptionError
from recount.sims.analysis.log import read
from recount.sims.presentation.findings_page import as_page
from recount.sims.studies.forecasting import FOUND_ALL, forecast
from recount.sims.studies.plan import Extent
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.running import prepare
from recount.sims.studies.without_effect import idle_settings
from tests.logs import in_bytes, some_votes
from tests.pages import KNOWN, vote_frame
from tests.small_studies import TAU

FIRST = '[[outcome]]\nname = "first place kept"\n'


def log_of(*votes):
    """Votes by their sides and the winner, each as often as its number says."""
    rows = [(a, b, winner) for a, b, winner, n in votes for _ in range(n)]
    return read(pd.DataFrame(rows, columns=["model_a", "model_b", "winner"]))


LEVEL = (("gpt-4o", "o1-mini", "model_a", 1), ("gpt-4o", "o1-mini", "model_b", 1))
CHAIN = (("o1", "o3", "model_a", 60), ("o1", "o3", "model_b", 30), ("o3", "gpt-4o", "model_a", 60), ("o3", "gpt-4o", "model_b", 30))


def study_of(write, text, log):
    return run_study(read_plan(write("plan.toml", text)), log)


def test_an_outcome_fails_and_not_the_run(write):
    """Who is left out has no place; the order of the others has a tau all the same."""
    text = f'seeds = 3\n{TAU}[[outcome]]\nname = "places gained"\ncompetitor = "o3"\n[[vary]]\neach = {{name = "leave_model"}}\n'
    log = log_of(*CHAIN, ("o1", "gpt-4o", "model_a", 9), ("o1", "gpt-4o", "model_b", 3))
    results = study_of(write, text, log)
    assert results.summary.headline.startswith("3 runs in 3 settings. Kendall tau: 1.00 everywhere. Places gained (competitor=o3): 0 everywhere; ")
    assert results.summary.headline.endswith(
        "without a result in 1 of 3 runs (competitor is 'o3', who is not rated in run and reference; there are 'gpt-4o', 'o1')."
    )
    assert results.runs.headline == "3 runs, 1 without one of some outcome."


def test_why_there_is_no_result_is_always_said(write):
    """A log of ties only has no order."""
    results = study_of(write, TAU + '[[vary]]\nspecification = {both_bad = ["tie", "drop"]}\n', log_of(("a", "b", "tie", 50)))
    assert (results.runs.frame["error"] == "all ratings of the run are equal, so that there is no order to compare").all()
    assert results.summary.headline == (
        "2 runs in 2 settings. No run has a result (all ratings of the run are equal, so that there is no order to compare)."
    )


IDLE = [
    ('name = "even_pairs", most = 100000', True),
    ('name = "even_pairs", most = 80', False),
    ('name = "edge_thinning", below = 50', True),
    ('name = "edge_thinning", below = 91, share = 0.5', False),
    ('name = "drop", share = 0.001', True),
    ('name = "drop", share = 0.1', False),
    ('name = "subsample", share = 1.0', True),
    ('name = "careless", share = 0.0', True),
    ('name = "careless", share = 0.2', False),
    ('name = "sampling_rate", models = "o1", rate = 1.0', True),
]


@pytest.mark.parametrize(("perturbation", "is_idle"), IDLE, ids=[one for one, _ in IDLE])
def test_a_perturbation_that_changes_nothing_is_no_test(write, perturbation, is_idle):
    text = f"audit = true\nseeds = 40\n{TAU}[[vary]]\nperturbation = {{{perturbation}}}\n"
    study = prepare(read_plan(write("plan.toml", text)), log_of(*CHAIN))
    assert list(idle_settings(study)) == ([0] if is_idle else [])
    said = "nothing is changed: all 180 votes stay as they are"
    assert (said in forecast(study).frame["trial"].tolist()) == is_idle
    findings = run_study(study.plan, study.studied.source).findings.frame.iloc[0]
    assert (findings["finding"] == "not tested") == is_idle
    assert (findings["says"] == said) == is_idle


@pytest.mark.parametrize(("perturbation", "left"), [('"even_pairs", most = 40', "; 80 of 180 votes are left"), ('"even_pairs", most = 45', "")])
def test_votes_that_are_left_are_told_where_most_are_gone(write, perturbation, left):
    kept = '[[outcome]]\nname = "first place kept"\n'
    results = study_of(write, f"audit = true\nseeds = 4\n{kept}[[vary]]\nperturbation = {{name = {perturbation}}}\n", log_of(*CHAIN))
    says = results.findings.frame.iloc[0]["says"]
    assert says.endswith(left)
    assert ("are left" in says) == bool(left)


def test_what_a_study_without_findings_says_of_it(write):
    results = study_of(write, f'seeds = 2\n{TAU}[[vary]]\nperturbation = {{name = "even_pairs", most = 1000}}\n', log_of(*CHAIN))
    assert "even_pairs most=1000: nothing is changed: all 180 votes stay as they are" in results.summary.notes


def test_a_trial_run_says_what_it_found(write, recount, tmp_path):
    """What only running shows: hardly any vote is left."""
    (tmp_path / "log.csv").write_bytes(in_bytes(".csv", some_votes(400)))
    write("plan.toml", f'seeds = 4\n{TAU}{FIRST}[[vary]]\nperturbation = {{name = "subsample", share = [0.005, 0.9]}}\n')
    said = recount("study", "plan.toml", "log.csv", "--dry-run", "--format", "json")
    rows = json.loads(said.out)
    assert rows[0]["trial"].startswith("no result: the ratings do not exist (")
    assert rows[1]["trial"] == FOUND_ALL
    assert said.code == 0
    headline = forecast(prepare(read_plan("plan.toml"), read("log.csv"))).headline
    assert "In 1 setting a trial run found nothing, or not everything (subsample share=0.005: no result: the ratings do not exist" in headline


def page_of(write, text, log):
    findings = study_of(write, "audit = true\n" + text, log).findings
    return " ".join(as_page(findings.frame, findings.title).split()), findings


def test_names_are_quoted_and_never_changed(write):
    text = FIRST + '[[vary]]\nwhat = "each"\neach = {name = "leave_model"}\n'
    pairs = [("o1", "o3"), ("o3", "gpt-4o"), ("o1", "gpt-4o")]
    log = log_of(*((a, b, f"model_{side}", n) for a, b in pairs for side, n in (("a", 3), ("b", 2))))
    first = max(zip(analyse(log).fit.strengths, log.names, strict=True))[1]
    page, findings = page_of(write, text, log)
    assert f"{first!r} is first:" in page
    assert findings.headline.startswith(f"{first!r} is first: ")
    for name in log.names:
        assert not re.search(rf"(?<!['\w-]){re.escape(name)}(?!['\w-])", page, re.IGNORECASE), name


def test_several_who_share_first_place(write):
    page, _ = page_of(write, FIRST + '[[vary]]\nwhat = "choices"\nspecification = {minimum_votes = [0, 2]}\n', log_of(*LEVEL))
    assert "'gpt-4o' and 'o1-mini' share first place:" in page


def test_most_that_cannot_be_compared_is_no_robustness(write):
    """Of five models three are in the conclusion, so that only the other two can be left out; that is said beside what is robust, too."""
    pairs = [(a, b) for a in range(5) for b in range(a + 1, 5)]
    log = log_of(*((f"m{a}", f"m{b}", f"model_{side}", n) for a, b in pairs for side, n in (("a", 30 + 30 * (b - a)), ("b", 20))))
    for k, finding in ((3, "undecided"), (2, "robust")):
        text = f'[[outcome]]\nname = "top k kept"\nk = {k}\n[[vary]]\nwhat = "each"\neach = {{name = "leave_model"}}\n'
        page, findings = page_of(write, text, log)
        first = findings.frame.iloc[0]
        assert (first["finding"], first["says"].startswith(f"kept in {5 - k} of {5 - k}; nothing to compare in {k} of 5: ")) == (finding, True)
        assert f"each: kept in {5 - k} of {5 - k}; nothing to compare in {k} of 5" in page


def test_a_small_log_is_not_robust_by_its_size(write):
    """Three flips of 56 votes are more than 1 % of them; the number is always told, of what is robust, too."""
    for times, finding in ((1, "not robust"), (400, "robust")):
        votes = log_of(("a", "b", "model_a", 30 * times), ("a", "b", "model_b", 26 * times))
        page, findings = page_of(write, FIRST, votes)
        worst = findings.frame.set_index("against").loc["votes chosen and turned round"]
        n = round(worst["share"] * 56 * times)
        assert (worst["finding"], n) == (finding, 2 * times + 1)
        assert f"obust to votes chosen and turned round: {n:,} of {56 * times:,} votes (" in page
        assert ("; chance may do as much as 8." in page) == (times == 1)
    page, _ = page_of(write, FIRST, log_of(("a", "b", "model_a", 2), ("a", "b", "model_b", 1)))
    assert "votes chosen and turned round: 1 of 3 votes (33 %) is enough: " in page


def test_choices_that_are_not_possible_are_not_counted(write):
    """Of nobody who has so many votes a grid cannot say that a conclusion is undecided, nor that a choice which it sets is to be lowered."""
    log = log_of(("o1", "o3", "model_a", 300), ("o1", "o3", "model_b", 20))
    page, findings = page_of(write, FIRST + '[[vary]]\nwhat = "choices"\ngrid = true\n', log)
    row = findings.frame.iloc[0]
    n, n_all = int(row["n_runs"]), int(findings.frame.iloc[0]["says"].rpartition(" are not possible")[0].rpartition(" ")[2])
    assert (row["finding"], row["share"], n_all) == ("robust", 1.0, 3 * n)
    assert (
        f"choices: kept in {n} of {n}; {2 * n} of {n_all} are not possible and not counted: in {n} fewer than two competitors have 1,000 votes"
        in page
    )
    assert "lower minimum_votes" not in page


def test_places_that_everybody_shares_are_no_conclusion(write):
    text = '[[outcome]]\nname = "top k kept"\nk = 2\n[[vary]]\nperturbation = {name = "subsample", share = 0.5}\n'
    page, _ = page_of(write, text, log_of(("a", "b", "tie", 20), ("b", "c", "tie", 20), ("a", "c", "tie", 20)))
    assert page.startswith("plan Who the first 2 are: not tested; all 3 who are rated share the first 2 places")


def test_the_column_of_voters_can_be_named(recount, tmp_path):
    """As `taster`, which is no usual name: voters are left out and tested if it is named, and the page says how if not."""
    vote_frame(KNOWN[:3], 900).rename(columns={"voter": "taster"}).to_csv(tmp_path / "log.csv", index=False)
    named = " ".join(recount("study", "standard", "log.csv", "--seeds", "1", "--voter-column", "taster", "-o", "a").out.split())
    assert re.search("obust to each voter left out|each voter left out[;.]", named)
    assert re.search(r"Not found: [^.]*rigging, careless voters", named)
    unnamed = " ".join(recount("study", "standard", "log.csv", "--seeds", "1", "-o", "b").out.split())
    assert re.search("each voter left out: no column has a usual name of voters, .* in an audit with --voter-column ", unnamed)
    assert "Not tested: rigging, careless voters: no voters: " in unnamed
    assert "has no column 'who'" in recount("study", "standard", "log.csv", "--voter-column", "who", "-o", "c").err
    with pytest.raises(InputError, match=r"usual name of voters, as 'voter'; there are .*'taster'; name it with column$"):
        _ = perturb(tmp_path / "log.csv", "leave_voters", label="1").counts


def test_another_leader_by_strengths_is_told(write):
    """Of one model that is rated a little higher than three of another country, which are level, one of these is likely to be the strongest."""
    us = ("gpt-4-0613", "gpt-4o-2024-05-13", "claude-3-opus-20240229")
    level = [(us[i], us[j], f"model_{side}", 50) for i, j in ((0, 1), (1, 2), (0, 2)) for side in "ab"]
    for n_wins, differ in ((51, True), (90, False)):
        above = [("command-r-plus", other, f"model_{side}", n) for other in us for side, n in (("a", n_wins), ("b", 100 - n_wins))]
        page, findings = page_of(write, '[[outcome]]\nname = "country lead kept"\n', log_of(*level, *above))
        apart = " by the estimated ratings, which is what is tested; by strengths given them the US leads" if differ else ""
        assert f"CA leads{apart}: " in page
        assert f"CA leads{apart}: " in findings.headline


def test_choices_are_named_by_their_options(write):
    """With ties as half a win two of three are nearly level; without them one of these is first."""
    text = FIRST + '[[vary]]\nwhat = "choices"\nspecification = {ties = ["half", "drop"], both_bad = ["tie", "drop"]}\n'
    first = (("o1", "o5", "model_a", 10), ("o1", "o5", "model_b", 1), ("o1", "o3", "model_a", 3), ("o1", "o3", "model_b", 4))
    page, _ = page_of(write, text, log_of(*first, ("o3", "o5", "model_a", 10), ("o3", "o5", "model_b", 1), ("o3", "o5", "tie", 100)))
    assert "'o1' is first:" in page
    assert "lost most often with --ties drop (2 of 2); instead 'o3' in 2" in page


def test_who_has_no_rival_does_not_lead(write):
    """A lead without anybody who could lead instead is no conclusion."""
    text = "audit = true\n[[outcome]]\nname = 'country lead kept'\n[[vary]]\nwhat = 'each'\neach = {name = 'leave_model'}\n"
    known, unknown = "gpt-4o-2024-05-13", ("one", "two")
    log = log_of(*((known, other, f"model_{side}", n) for other in unknown for side, n in (("a", 30), ("b", 10))), ("one", "two", "model_a", 9))
    findings = study_of(write, text, log).findings.frame
    of_country = findings[findings["about"] == "which country leads"]
    assert set(of_country["finding"]) == {"not tested"}
    assert of_country["says"].iloc[0] == "only US is ranked by 'best' in group 'all'; there is no other country that could lead"
    board = write("board.csv", "model_name,rating,rating_lower,rating_upper\none,1000,990,1010\n")
    alone = run_study(read_plan(write("plan.toml", f"audit = true\n{FIRST}")), read_board(board)).findings.frame
    assert set(alone["finding"]) == {"not tested"}
    assert alone["says"].iloc[0] == "only 'one' is rated; there is no other who could be first"


def test_what_run_study_takes(write, tmp_path):
    plan, log = read_plan(write("plan.toml", TAU)), log_of(*CHAIN)
    assert len(run_study(plan, log_file(tmp_path, log), folder=str(tmp_path / "kept")).runs.frame) == 1
    for given, said in (
        ((str(tmp_path / "plan.toml"), log), "; give a Plan"),
        ((plan, "log.csv"), "source is 'log.csv'; give a Log, or a Board"),
    ):
        with pytest.raises(OptionError, match=said):
            run_study(*given)
    with pytest.raises(OptionError, match="folder is 3"):
        run_study(plan, log, folder=3)
    with pytest.raises(OptionError, match="name is None; give text"):
        perturb(log, None)


def log_file(folder, log):
    """Return a log as one read from a file, of which runs can be kept."""
    votes = log.rows()
    names = [votes.names[i] for i in votes.first], [votes.names[i] for i in votes.second]
    frame = pd.DataFrame({"model_a": names[0], "model_b": names[1], "winner": [("model_a", "model_b", "tie")[i] for i in votes.outcome]})
    frame.to_csv(folder / "log.csv", index=False)
    return read(folder / "log.csv")


def test_large_bounds_are_whole_numbers():
    with pytest.raises(OptionError, match=r"seed is -1; give a whole number, from 0 to \d+$"):
        Extent(seed=-1)
