"""Plans that cannot be as they stand, in one line by file, line and field, before anything runs; and what those that can say."""

import pytest

from recount.engine import InputError
from recount.engine.errors import OptionError
from recount.sims.perturbations import PERTURBATIONS
from recount.sims.perturbations.perturbing import named, perturbed
from recount.sims.studies.bundled import bundled_plans
from recount.sims.studies.outcomes import OUTCOMES, what_is_used
from recount.sims.studies.plan_files import read_plan
from recount.sims.studies.settings import draws, in_words, runs_of, settings_of
from tests.commands import one_line
from tests.small_studies import TAU, check_fault, of_faults

VARY = "[[vary]]\n"
WRONG = [
    ("seed = 3\nseeds = 0\n" + TAU, 2, "seeds is 0; give a whole number, from 1 to 1000000"),
    ("sseds = 3\n" + TAU, 1, "there is no field 'sseds'; did you mean 'seeds'?"),
    ('seeds = "many"\n' + TAU, 1, "seeds is 'many', which is text"),
    ("question = 3\n" + TAU, 1, "question is 3; give text"),
    (TAU + '[[outcome]]\nname = "kendal tau"\n', 4, "name is 'kendal tau', which is no outcome; did you mean 'kendall tau'?"),
    ("[[outcome]]\nk = 3\n", 1, "name is missing; there are 'kendall tau', "),
    (TAU + "k = 3\n", 3, "k is 3, which 'kendall tau' does not use; leave it out"),
    ('[[outcome]]\nname = "top k overlap"\nk = 0\n', 3, "k is 0; give a whole number, 1 or more"),
    ('[[outcome]]\nname = "top k overlap"\nkk = 3\n', 3, "there is no field 'kk' in outcome; did you mean 'k'?"),
    ('[[outcome]]\nname = "votes to lose the order"\n', 1, "kendall_tau is missing; 'votes to lose the order' needs it, for example 0.9"),
    ('[[outcome]]\nname = "votes to lose the order"\nkendall_tau = 1.5\n', 3, "kendall_tau is 1.5"),
    ('[[outcome]]\nname = "country gap"\n', 1, "country is missing; 'country gap' needs it"),
    ('[[outcome]]\nname = "country gap"\ncountry = "China"\n', 3, "country is 'China', which is no code of ISO 3166-1"),
    ('[[outcome]]\nname = "country gap"\ncountry = "CN"\nagainst = "CN"\n', 4, "against is 'CN', the same as country"),
    ('[[outcome]]\nname = "p leads"\ncountry = "CN"\nmetric = "bset"\n', 4, "metric is 'bset'"),
    (
        '[[outcome]]\nname = "claim verdict kept"\nclaims = "artcle"\nclaim = "x"\n',
        3,
        "'artcle' is neither a file nor a bundled set of claims; did you mean",
    ),
    ('[[outcome]]\nname = "claim verdict kept"\nclaims = "article"\nclaim = "174-model"\n', 4, "did you mean '174-models'?"),
    ('[[outcome]]\nname = "votes to overturn the claim"\nclaims = "article"\n', 1, "claim is missing; 'votes to overturn the claim' needs it"),
    (
        '[[outcome]]\nname = "votes to lose the country lead"\nmetric = "best"\ncountry = "CN"\n',
        4,
        "country is 'CN', which 'votes to lose the country lead' does",
    ),
    ('[arena]\n[[outcome]]\nname = "votes to lose the country lead"\n', 3, "the models of a simulated arena have no country"),
    ('[[outcome]]\nname = "coverage"\n', 2, "name is 'coverage', which needs a known truth; simulate an [arena]"),
    ('[arena]\n[[outcome]]\nname = "country lead kept"\n', 3, "the models of a simulated arena have no country"),
    ("[arena]\nn_voters = -1\n" + TAU, 2, "n_voters is -1"),
    ("[arena]\ndays = 3\nn_vote = 1\n" + TAU, 3, "there is no field 'n_vote' in arena; did you mean 'n_votes' or 'n_voters'?"),
    ('[arena]\nlaw = "thurstone"\ntie_share = 0.2\n' + TAU, 2, "law='thurstone' has no ties"),
    ('[arena]\n[[outcome]]\nname = "boost of private variants"\n', 3, "the arena has no n_published; give some"),
    ('[arena]\n[source]\nvotes = "x"\n' + TAU, 1, "source and arena"),
    ('[source]\nvotes = "x.csv"\ncategory = "text"\n' + TAU, 3, "category is 'text', which has no effect on votes"),
    ('[source]\nboard = "x.csv"\nmodel_a = "left"\n' + TAU, 3, "model_a is given, which has no effect on a board"),
    ('[source]\ncategory = "text"\n' + TAU, 1, "votes and board: give one of them"),
    ('[specification]\ntie = "half"\n' + TAU, 2, "there is no field 'tie' in specification; did you mean 'ties'?"),
    ('[specification]\nties = "halff"\n' + TAU, 2, "ties is 'halff'"),
    ('[specification]\nexistence = "drop"\nprior = "votes"\n' + TAU, 2, "existence='drop' leaves competitors out"),
    ('[specification]\ntime_column = "day"\n' + TAU, 2, "time_column is given, which has an effect with since or until only"),
    (TAU + VARY + 'specification = {time_column = ["day", "hour"]}\n', 4, "time_column is given, which has an effect with since or until only"),
    ("[specification]\nconfidence_level = 0.9\n" + TAU, 2, "confidence_level is given, which has no effect on these outcomes"),
    (TAU + VARY + "specification = {n_draws = [10, 20]}\n", 4, "n_draws is given, which has no effect on these outcomes"),
    (TAU + VARY + 'specification = {ties = ["half", "halff"]}\n', 4, "ties is 'halff'"),
    (TAU + VARY + "[vary.specification]\nminimum_votes = [0,\n -5]\n", 5, "minimum_votes is -5"),
    (TAU + VARY + "specification = {minimum_votes = []}\n", 4, "minimum_votes is an empty list"),
    (TAU + VARY + "specification = {minimum_votes = [1, 1]}\n", 4, "minimum_votes has a value twice"),
    (TAU + VARY + 'perturbation = {name = "subsampel"}\n', 4, "name is 'subsampel', which is no perturbation; did you mean 'subsample'?"),
    (TAU + VARY + 'perturbation = {name = "subsample", share = [0.5, 1.5]}\n', 4, "share is 1.5"),
    (TAU + VARY + 'perturbation = {name = "subsample", shares = 0.5}\n', 4, "there is no field 'shares' in perturbation; did you mean 'share'?"),
    (TAU + VARY + 'perturbation = "subsample"\n', 4, "perturbation is no table"),
    (TAU + VARY + 'perturbation = {name = ["subsample", "drop"]}\n', 4, "name is ['subsample', 'drop']; give one name as text, and each"),
    (TAU + VARY + "each = {name = 3}\n", 4, "name is 3; give one name as text"),
    (TAU + VARY + "perturbation = {share = 0.5}\n", 4, "name is missing; there are 'subsample', 'drop', "),
    (TAU + VARY + "perturbation = {}\n", 4, "name is missing; there are 'subsample', 'drop', "),
    (TAU + VARY + "each = {}\n", 4, "name is missing; there are 'leave_model', "),
    (TAU + VARY + 'perturbation = {name = "leave_model"}\n', 4, "leave_model: model is missing; give text, for example 'gpt-4-0613'"),
    (TAU + VARY + 'perturbation = {name = "deprecation", after = 0.5}\n', 4, "deprecation: models and share_of_models: give one of them"),
    (TAU + VARY + 'perturbation = {name = "sampling_rate"}\n', 4, "sampling_rate: models is missing; name at least one"),
    (TAU + VARY + 'perturbation = {name = "time_window"}\n', 4, "time_window: since, until and share: give a time, or else a share"),
    (TAU + VARY + 'perturbation = {name = "worst_case", ordered = "no"}\n', 4, "ordered is 'no'; give true or false"),
    (TAU + VARY + 'perturbation = {name = "worst_case", ordered = true}\n', 4, "ordered is true, which has no effect"),
    (
        TAU + VARY + 'perturbation = {name = "subsample", share = 0.5, seed = 3}\n',
        4,
        "no field 'seed' in perturbation; there are 'name', 'share'",
    ),
    (TAU + VARY + 'perturbation = {name = "subsample", share = "0.5"}\n', 4, "share is '0.5', which is text; write the number without quotes"),
    (TAU + VARY + 'perturbation = {name = "even_pairs", most = [10, "20"]}\n', 4, "most is '20', which is text"),
    (TAU + VARY + 'each = {name = "leave_voters", column = ["a", "b"]}\n', 4, "column is ['a', 'b']; give text"),
    (TAU + VARY + 'each = {name = "leave_country", country = "US"}\n', 4, "country is what leave_country leaves out, each in turn"),
    (TAU + VARY + 'each = {name = "leave_model", share = 3}\n', 4, "there is no field 'share' in each; there are 'name'"),
    (TAU + VARY + 'specification = {tiess = "half"}\n', 4, "there is no field 'tiess' in specification; did you mean 'ties'"),
    (TAU + VARY + 'specification = {minimum_votes = "3"}\n', 4, "minimum_votes is '3', which is text"),
    ("[arena]\n" + TAU + VARY + "arena = {n_vots = 3}\n", 5, "there is no field 'n_vots' in arena; did you mean 'n_votes'"),
    ('[arena]\nn_votes = "3"\n' + TAU, 2, "n_votes is '3', which is text"),
    ('[specification]\nminimum_votes = "3"\n' + TAU, 2, "minimum_votes is '3', which is text"),
    ('[[outcome]]\nname = "top k kept"\nk = "3"\n', 3, "k is '3', which is text"),
    ('[[outcome]]\nname = ["kendall tau", "coverage"]\n', 2, "name is ['kendall tau', 'coverage']; give text"),
    ('seeds = "2"\n' + TAU, 1, "seeds is '2', which is text; write the number without quotes"),
    ('audit = "yes"\n' + TAU, 1, "audit is 'yes'; give true or false"),
    (TAU + VARY + 'each = {name = "subsample"}\n', 4, "name is 'subsample', of which there are no parts"),
    (TAU + VARY + 'each = {name = "leave_model", model = "x"}\n', 4, "model is what leave_model leaves out, each in turn; leave the field out"),
    (TAU + VARY + 'perturbation = {name = "drop"}\neach = {name = "leave_model"}\n', 5, "each and perturbation"),
    (TAU + VARY + "arena = {n_votes = [10, 20]}\n", 4, "arena is varied, and the plan simulates none"),
    ("[arena]\n" + TAU + VARY + "arena = {n_votes = [10, 0]}\n", 5, "n_votes is 0"),
    (TAU + VARY + "grid = 3\n", 4, "grid is 3; give true or false"),
    (TAU + VARY + "grid = 1\n", 4, "grid is 1; give true or false"),
    (TAU + VARY + 'seeds = "1"\n', 4, "seeds is '1', which is text"),
    (TAU + VARY + 'grid = true\nspecification = {ties = "half"}\n', 4, "grid varies every choice"),
    (TAU + VARY + "seeds = 0\n", 4, "seeds is 0"),
    (TAU + VARY + "sedes = 1\n", 4, "there is no field 'sedes' in vary; did you mean 'seeds'?"),
    (TAU + VARY + "what = 3\n", 4, "what is 3"),
    (TAU + TAU, 3, "outcome 'kendall tau' is there twice"),
    ("vary = 3\n" + TAU, 1, "vary is no list of tables"),
    ("arena = 3\n" + TAU, 1, "arena is no table"),
]


@of_faults(WRONG)
def test_what_is_wrong_is_named(write, text, line, said):
    check_fault(read_plan, write("plan.toml", text), line, said)


def test_in_a_shell_it_is_one_line_and_nothing_runs(recount, write, tmp_path):
    """Not even the votes are read: there are none."""
    write("plan.toml", TAU + VARY + 'perturbation = {name = "subsample", share = 2}\n')
    code, out, err = recount("study", "plan.toml", "no.csv", "-o", "runs")
    assert (code, out) == (2, "")
    assert one_line(err).startswith("error: plan.toml, line 4: subsample: share is 2; give a number, ")
    assert [path.name for path in tmp_path.iterdir()] == ["plan.toml"]


@pytest.mark.parametrize(("text", "said"), [("", "measures nothing"), ("x = = 1", "is no TOML")])
def test_what_is_no_plan(write, text, said):
    with pytest.raises(InputError, match=said):
        read_plan(write("plan.toml", text))


def test_no_such_plan():
    with pytest.raises(InputError, match=r"'standart' is neither a file nor a bundled plan; did you mean 'standard'\?"):
        read_plan("standart")


def settings(write, text, **over):
    plan = read_plan(write("plan.toml", text), **over)
    return plan, settings_of(plan, lambda name, choices: ())


def test_every_combination_in_order(write):
    text = TAU + "[[vary]]\nperturbation = {name = 'subsample', share = [0.1, 0.5]}\nspecification = {ties = ['half', 'drop'], minimum_votes = 3}\n"
    plan, found = settings(write, "seeds = 3\nseed = 7\n" + text + "[[vary]]\nseeds = 2\n" + "perturbation = {name = 'drop'}\n[[vary]]\n")
    words = [in_words(setting.varied) for setting in found]
    assert words == [
        "subsample share=0.1 ties=half minimum_votes=3",
        "subsample share=0.1 ties=drop minimum_votes=3",
        "subsample share=0.5 ties=half minimum_votes=3",
        "subsample share=0.5 ties=drop minimum_votes=3",
        "drop",
        "as it is",
    ]
    assert [setting.n_runs for setting in found] == [3, 3, 3, 3, 2, 1]
    runs = runs_of(found, plan.extent.seed)
    assert sorted(run.number for run in runs) == list(range(15))
    assert [(run.setting, run.seed) for run in sorted(runs)] == [*((i, 7 + k) for i in range(4) for k in range(3)), (4, 7), (4, 8), (5, 7)]
    assert [run.setting for run in runs[:6]] == list(range(6))


def test_lists_are_values_in_a_block_and_parts_elsewhere(write):
    text = "[specification]\nonly = ['a', 'b', 'c']\n" + TAU + "[[vary]]\nspecification = {without = [['a'], ['a', 'b']]}\n"
    with pytest.raises(InputError, match=r"line 6: without is 'a', which `only` names too"):
        settings(write, text)
    plan, found = settings(write, text.replace("['a', 'b', 'c']", "['c', 'd', 'e']"))
    assert plan.specification.only == ("c", "d", "e")
    assert [setting.specification.without for setting in found] == [("a",), ("a", "b")]


def test_choices_over_those_of_a_plan(write):
    text = "[specification]\nties = 'drop'\nminimum_votes = 3\n" + TAU + "[[vary]]\nspecification = {both_bad = ['tie', 'drop']}\n"
    plan, found = settings(write, text, choices={"ties": "davidson"}, seeds=3)
    assert [setting.specification.ties.value for setting in found] == ["davidson"] * 2
    assert (plan.specification.minimum_votes, plan.extent.seeds) == (3, 3)
    for choices, said in (({"both_bad": "drop"}, "the plan varies it"), ({"n_draws": 3}, "has no effect on the outcomes of this plan")):
        with pytest.raises(OptionError, match=said):
            settings(write, text, choices=choices)


def test_a_grid_has_every_possible_combination_of_what_matters(write):
    _, of_order = settings(write, TAU + "[[vary]]\ngrid = true\n")
    assert len(of_order) == 4 * 2 * 2 * 2 * 3
    assert {setting.varied["specification.prior"] for setting in of_order} == {"none", "gaussian"}
    _, of_countries = settings(write, "[[outcome]]\nname = 'country lead kept'\ngroup = 'open weights'\n[[vary]]\ngrid = true\n")
    assert len(of_countries) > len(of_order)
    assert {setting.varied["specification.open_weights"] for setting in of_countries} == {"any", "commercial", "osi"}


@pytest.mark.parametrize(("claim", "k"), [("three-of-five", False), ("open-weights-lead", False), ("mmlu-china", True)])
def test_what_matters_to_a_claim_is_what_it_does_not_fix(write, claim, k):
    """Its top 5 is not varied, nor the k of another metric; of claims about other data nothing is known."""
    outcome = f'[[outcome]]\nname = "claim verdict kept"\nclaims = "article"\nclaim = "{claim}"\n'
    used = what_is_used(read_plan(write("plan.toml", outcome)).outcomes.values())
    assert {"attribution", "variants"} <= used
    assert ("k" in used, "top" in used) == (k, k)
    assert ("open_weights" in used) == (claim != "three-of-five")


def test_what_draws_differs_with_the_seed(arena_counts):
    """And what does not is run once."""
    given = {
        "subsample": {},
        "drop": {},
        "careless": {},
        "even_pairs": {},
        "deprecation": {"share_of_models": 0.2, "after": 0.5},
        "edge_thinning": {"below": 500},
    }
    given |= {"leave_model": {"model": "gpt-4-0613"}, "leave_country": {"country": "FR"}, "leave_organisation": {"organisation": "OpenAI"}}
    given |= {"leave_opponent": {"model": "gpt-4-0613", "opponent": "claude-1"}}
    for name, choices in given.items():
        perturbation = named(name, choices)
        ends = [perturbed(arena_counts, perturbation, seed) for seed in (1, 2)]
        same = ends[0].names == ends[1].names and (ends[0].counts.shape == ends[1].counts.shape) and (ends[0].counts == ends[1].counts).all()
        assert draws(perturbation) == (not same), name
    assert draws(named("edge_thinning", {"share": 0.5}))
    assert {*given} <= {*PERTURBATIONS}


@pytest.mark.parametrize("name", bundled_plans())
def test_bundled_plans_can_be_read(name):
    plan = read_plan(name)
    assert plan.extent.question.endswith("?")
    assert plan.blocks


def test_every_outcome_is_explained():
    for measure in OUTCOMES.values():
        assert measure.means.splitlines()[0].endswith((".", ";"))
        assert set(measure.needs) <= set(measure.takes)
