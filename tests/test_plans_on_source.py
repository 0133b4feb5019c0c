"""What a plan names and its votes or board do not have is told by file, line and field before anything runs, in a trial and in a run alike."""

import pandas as pd
import pytest

from recount import read_board
from recount.engine.errors import InputError
from recount.sims.analysis.log import read
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.running import prepare
from tests.commands import one_line
from tests.option_logs import write_logs
from tests.small_studies import TAU, check_fault, of_faults


def written(folder, text):
    path = folder / "plan.toml"
    path.write_text(text)
    return path


def vary(perturbation):
    return f"{TAU}[[vary]]\nperturbation = {{{perturbation}}}\n"


def each(fields):
    return f"{TAU}[[vary]]\neach = {{{fields}}}\n"


def outcome(name, fields):
    return f'[[outcome]]\nname = "{name}"\n{fields}\n[[vary]]\nperturbation = {{name = "subsample"}}\n'


def choose(fields):
    return f"{TAU}[[vary]]\nspecification = {{{fields}}}\n"


# On the log of tests, of 6 models, with voters, topics and times.
NOT_THERE = [
    (vary('name = "leave_model", model = "nobody"'), 4, "leave_model: model is 'nobody', who is not in the log; there are "),
    (vary('name = "leave_model", model = ["gpt-4-0613", "nobody"]'), 4, "model is 'nobody'"),
    (vary('name = "leave_organisation", organisation = "OpenAy"'), 4, "organisation is 'OpenAy', of which no model is known to be"),
    (vary('name = "leave_country", country = "China"'), 4, "country is 'China', of which no model is known to be"),
    (vary('name = "leave_country", country = "ZZ"'), 4, "country is 'ZZ', of which no model is known to be"),
    (vary('name = "leave_opponent", model = "gpt-4-0613", opponent = "nobody"'), 4, "opponent is 'nobody', who is not in the log"),
    (vary('name = "leave_voters", label = "nobody"'), 4, "has no label 'nobody'"),
    (vary('name = "leave_voters", label = "x", column = "nocolumn"'), 4, "'nocolumn'"),
    (vary('name = "deprecation", models = "nobody", after = 0.5'), 4, "models is 'nobody', who is not in the log"),
    (
        vary('name = "deprecation", models = "gpt-4-0613", day = "2025-06-01"'),
        4,
        "day is '2025-06-01', from which on these models have no votes anyway",
    ),
    (vary('name = "deprecation", models = "gpt-4-0613", after = 0.5, time_column = "nocolumn"'), 4, "'nocolumn'"),
    (vary('name = "time_window", since = "2025-06-01"'), 4, "since is '2025-06-01', which leaves no vote; there are votes from "),
    (vary('name = "time_window", until = 2001-01-01'), 4, "until is '2001-01-01', which leaves no vote; there are votes from "),
    (vary('name = "time_window", share = 0.5, time_column = "nocolumn"'), 4, "'nocolumn'"),
    (vary('name = "release_window", released = "1999"'), 4, "released is '1999', which leaves 0 of 6 models"),
    (vary('name = "sampling_rate", models = "nobody"'), 4, "models is 'nobody', who is not in the log"),
    (vary('name = "rigging", target = "nobody"'), 4, "target is 'nobody', who is not in the log"),
    (vary('name = "worst_case", pair = [["gpt-4-0613", "nobody"]]'), 4, "pair is 'nobody', who is not in the log"),
    (vary('name = "worst_case", best = 6'), 4, "best is 6, and there are 6 competitors"),
    (vary('name = "prompt_mix", column = "nocolumn", label = "x"'), 4, "'nocolumn'"),
    (vary('name = "prompt_mix", column = "topic", label = "x"'), 4, "column 'topic' has no label 'x'"),
    (each('name = "leave_voters", column = "nocolumn"'), 4, "'nocolumn'"),
    (outcome("places gained", 'competitor = "nobody"'), 3, "competitor is 'nobody', who is not rated"),
    (outcome("rating change", 'competitor = "nobody"'), 3, "competitor is 'nobody', who is not rated"),
    (outcome("top k overlap", "k = 1000"), 3, "k is 1000, and 6 competitors are rated"),
    (outcome("top k kept", "k = 6"), 3, "k is 6, and 6 competitors are rated"),
    (outcome("votes to lose the top k", "k = 6"), 3, "k is 6, and 6 competitors are rated"),
    (outcome("country gap", 'country = "ZM"'), 3, "country is 'ZM', of which no model is ranked"),
    (outcome("country gap", 'country = "US"\nagainst = "ZM"'), 4, "against is 'ZM', of which no model is ranked"),
    (outcome("p leads", 'country = "ZM"'), 3, "country is 'ZM', of which no model is ranked"),
    (choose('without = [["nobody"]]'), 4, "without is 'nobody', who is not in the log"),
    (choose("minimum_votes = [0, 1000000]"), 4, "minimum_votes is 1000000, and 0 of 6 competitors have so many"),
    (choose('where = "topic=nosuch"'), 4, "column 'topic' has no label 'nosuch'"),
    (choose('position = false, styles = "nocolumn"'), 4, "nocolumn"),
    ('[specification]\nonly = ["gpt-4-0613", "nobody"]\n' + TAU, 2, "only is 'nobody', who is not in the log"),
    ('[specification]\nwhere = "topic=nosuch"\n' + TAU, 1, "column 'topic' has no label 'nosuch'"),
    ('[source]\nvotes = "none.csv"\n' + TAU, 2, "none.csv"),
    ('[source]\nvotes = "log.csv"\nmodel_a = "nocolumn"\n' + TAU, 3, "nocolumn"),
    ('[source]\nboard = "none.csv"\n' + TAU, 2, "none.csv"),
]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    write_logs(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@of_faults(NOT_THERE)
def test_what_is_not_there_is_named(folder, text, line, said):
    source = None if "[source]" in text else read("log.csv")
    check_fault(lambda path: prepare(read_plan(path), source), written(folder, text), line, said)


def test_an_audit_names_it_too(folder):
    """What nothing names, and is not there, is what an audit says of the log."""
    pd.read_csv("log.csv").drop(columns="voter").to_csv("no_voters.csv", index=False)
    for text in (vary('name = "leave_model", model = "nobody"'), vary('name = "leave_voters", label = "x", column = "nocolumn"')):
        (folder / "plan.toml").write_text("audit = true\n" + text)
        with pytest.raises(InputError, match=r"plan.toml, line 5: .*'no"):
            prepare(read_plan("plan.toml"), read("no_voters.csv"))
    (folder / "plan.toml").write_text("audit = true\n" + each('name = "leave_voters"'))
    prepare(read_plan("plan.toml"), read("no_voters.csv"))
    (folder / "plan.toml").write_text(each('name = "leave_voters"'))
    with pytest.raises(InputError, match=r"plan.toml, line 4: leave_voters: .*'voter'"):
        prepare(read_plan("plan.toml"), read("no_voters.csv"))


BOARDS = [
    (vary('name = "subsample"'), 4, "subsample: it changes votes, and a board has none; give the votes, or one of leave_model, "),
    (vary('name = "leave_model", model = "nobody"'), 4, "model is 'nobody', who is not on the board"),
    (each('name = "leave_voters"'), 4, "leave_voters changes votes, and a board has none"),
    ('[[outcome]]\nname = "votes to lose first place"\n', 1, "this needs votes, and ratings were given"),
    ('[[outcome]]\nname = "votes to lose the country lead"\n', 1, "this needs votes, and ratings were given"),
    (
        '[[outcome]]\nname = "votes to overturn the claim"\nclaims = "article"\nclaim = "three-of-five"\n',
        1,
        "this needs votes, and ratings were given",
    ),
    (choose('without = [["nobody"]]'), 4, "without is 'nobody', who is not on the board"),
]


@of_faults(BOARDS)
def test_of_boards(folder, text, line, said):
    check_fault(lambda path: prepare(read_plan(path), read_board("published.csv")), written(folder, text), line, said)


ARENAS = [
    ('perturbation = {name = "leave_model", model = "nobody"}', TAU, 6, "model is 'nobody', who is not in the arena; there are 'model-000'"),
    ('perturbation = {name = "worst_case", best = 5}', TAU, 6, "best is 5, and there are 5 competitors"),
    ("arena = {n_competitors = [8, 3]}", '[[outcome]]\nname = "top k overlap"\nk = 4\n', 5, "k is 4, and an arena has 3 competitors"),
    ("arena = {n_competitors = [8, 4]}", '[[outcome]]\nname = "top k kept"\nk = 4\n', 5, "k is 4, and an arena has 4 competitors"),
    ("arena = {n_competitors = [8, 4]}", '[[outcome]]\nname = "votes to lose the top k"\nk = 4\n', 5, "k is 4, and an arena has 4 competitors"),
    (
        'perturbation = {name = "leave_country", country = "US"}',
        TAU,
        6,
        "country is 'US', of which no model is known to be; nothing is known of them",
    ),
]


@pytest.mark.parametrize(("block", "outcome", "line", "said"), ARENAS, ids=[one[-1] for one in ARENAS])
def test_of_arenas(folder, block, outcome, line, said):
    path = written(folder, f"[arena]\nn_competitors = 5\n{outcome}[[vary]]\n{block}\n")
    check_fault(lambda path: prepare(read_plan(path)), path, line, said)


@pytest.mark.parametrize("how", [("--dry-run",), ("-o", "x")])
def test_in_a_shell_it_is_one_line_in_a_trial_and_in_a_run(folder, recount, how):
    (folder / "plan.toml").write_text(NOT_THERE[0][0])
    before = {path.name for path in folder.iterdir()}
    code, out, err = recount("study", "plan.toml", "log.csv", *how)
    assert (code, out) == (2, "")
    assert one_line(err).startswith("error: plan.toml, line 4: leave_model: model is 'nobody', who is not in the log; there are ")
    assert {path.name for path in folder.iterdir()} == before


def test_an_option_is_not_told_as_a_line_of_the_plan(folder, recount):
    (folder / "plan.toml").write_text('[specification]\nwithout = "gpt-4-0613"\n' + TAU)
    said = recount("study", "plan.toml", "log.csv", "--without", "nobody", "--dry-run")
    assert (said.code, "plan.toml" in one_line(said.err), "nobody" in said.err) == (2, False, True)
