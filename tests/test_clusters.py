"""Votes that belong together: the cluster-robust sandwich by definition, and its bootstrap twins."""

import numpy as np
import pytest

from recount.engine import Factor, InputError, OptionError, Resampling, Votes, bootstrap, clustered, count, covariance, fit
from recount.engine.uncertainty import bootstrapping
from tests.random_logs import random_votes, voted, with_clusters
from tests.sandwiches import clustered_covariance_by_definition

TIES = ("half", "drop", "davidson", "rao-kupper")


def labels(votes, name):
    codes = votes.columns[name].codes
    return [None if code < 0 else int(code) for code in codes]


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("both_bad", ["tie", "drop"])
def test_sandwich_by_definition(ties, both_bad):
    votes = voted()
    fitted = fit(count(votes), ties=ties, both_bad=both_bad)
    for name in ("voter", "prompt"):
        expected, _ = clustered_covariance_by_definition(votes, fitted, labels(votes, name))
        found = covariance(fitted, clusters=clustered(votes, fitted, name))
        # Scores by numerical differentiation.
        assert found.covariance == pytest.approx(expected, abs=1e-6 * expected.max())
        assert found.method == f"sandwich by {name}"


@pytest.mark.parametrize("ties", TIES)
@pytest.mark.parametrize("n_voters", [3, 5, 12, 40])
def test_few_unequal_clusters_by_definition(ties, n_voters):
    """Tastes and unequal voters, some votes without one: covariance and degrees of freedom."""
    votes = voted(n_votes=300, n_voters=n_voters, taste=1.0, seed=n_voters)
    codes = votes.columns["voter"].codes
    uneven = np.where(np.arange(300) % 2, codes, codes // 2)
    uneven[np.random.default_rng(n_voters).random(300) < 0.1] = -1
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": Factor(uneven, votes.columns["voter"].levels)})
    fitted = fit(count(votes), ties=ties)
    expected, degrees = clustered_covariance_by_definition(votes, fitted, labels(votes, "voter"))
    found = covariance(fitted, clusters=clustered(votes, fitted, "voter"))
    assert found.covariance == pytest.approx(expected, abs=1e-6 * expected.max())
    assert np.array([found.degrees_of_freedom, found.degrees_of_differences]) == pytest.approx(degrees, rel=1e-5)


def test_who_is_known_to_one_cluster_leaves_others_as_they_are():
    """Fifty voters, and a newcomer of whom one of them knows: its mean with the others is unsure, differences of the others are not."""
    votes = voted(n_votes=3000, n_voters=50, taste=0.5)
    n, rng = len(votes.names), np.random.default_rng(1)
    rated = {}
    for n_more in (0, 30):
        first, second = np.append(votes.first, np.full(n_more, n)), np.append(votes.second, rng.integers(0, n, n_more))
        outcome = np.append(votes.outcome, rng.integers(0, 2, n_more))
        more = Votes((*votes.names, "newcomer")[: n + (n_more > 0)], first, second, outcome)
        more = with_clusters(more, voter=np.append(votes.columns["voter"].codes, np.zeros(n_more, np.int32)))
        fitted = fit(count(more))
        rated[n_more] = covariance(fitted, clusters=clustered(more, fitted, "voter"))
    before, after = rated[0], rated[30]
    others, newcomer = [k for k, name in enumerate(after.names) if name != "newcomer"], after.names.index("newcomer")
    assert after.degrees_of_differences[newcomer] < 8
    assert after.degrees_of_freedom[others].max() < before.degrees_of_freedom.min()
    at = np.ix_(others, others)
    assert after.difference_widths()[at] == pytest.approx(before.difference_widths(), rel=0.05)


@pytest.mark.parametrize("ties", ["half", "davidson"])
@pytest.mark.parametrize(("n_voters", "n_prompts", "taste"), [(100, 60, 1.0), (4, 4, 0.0)])
def test_two_columns(ties, n_voters, n_prompts, taste):
    """That of the intersection, and of each column what it has more, where that is positive; the fewer degrees of freedom."""
    votes = voted(n_votes=600, n_voters=n_voters, n_prompts=n_prompts, taste=taste, seed=5)
    fitted = fit(count(votes), ties=ties)
    both = [None if a is None else (a, b) for a, b in zip(labels(votes, "voter"), labels(votes, "prompt"), strict=True)]
    found = covariance(fitted, clusters=clustered(votes, fitted, ("voter", "prompt")))
    assert found.method == "sandwich by voter and prompt"
    n = len(votes.names)
    (v, of_v), (p, of_p), (vp, _) = (
        clustered_covariance_by_definition(votes, fitted, of, of_parameters=True) for of in (labels(votes, "voter"), labels(votes, "prompt"), both)
    )
    information = fitted.likelihood.slopes(fitted.parameters)[1]
    values, vectors = np.linalg.eigh(information)
    root = vectors * np.sqrt(np.maximum(values, 0))

    def positive(matrix):
        values, vectors = np.linalg.eigh(root.T @ matrix @ root)
        back = np.linalg.pinv(root.T)
        return back @ (vectors * np.maximum(values, 0)) @ vectors.T @ back.T

    expected = (vp + positive(v - vp) + positive(p - vp))[:n, :n]
    # Whether a leverage just at the bound counts is decided by the power method.
    assert found.covariance == pytest.approx(expected, abs=1e-3 * expected.max())
    assert np.linalg.eigvalsh(found.covariance - vp[:n, :n]).min() > -1e-6 * expected.max()
    assert np.array([found.degrees_of_freedom, found.degrees_of_differences]) == pytest.approx(np.minimum(of_v, of_p), rel=1e-5)


@pytest.mark.parametrize("ties", TIES)
def test_single_votes_as_clusters(ties):
    votes = with_clusters(random_votes(), vote=np.random.default_rng(1).permutation(3000))
    fitted = fit(count(votes), ties=ties)
    plain, found = covariance(fitted), covariance(fitted, clusters=clustered(votes, fitted, "vote"))
    assert found.covariance == pytest.approx(plain.covariance, abs=1e-12)
    # Without a single label, too.
    nobody = Votes(votes.names, votes.first, votes.second, votes.outcome, {"voter": Factor(np.full(3000, -1, np.int32), ())})
    clusters = clustered(nobody, fitted, "voter")
    assert clusters.n_alone == clusters.n_clusters == (clusters.cell.size,)
    assert covariance(fitted, clusters=clusters).covariance == pytest.approx(plain.covariance, abs=1e-12)


def test_every_vote_written_twice():
    """A copy is no news: clustered by the original, nothing changes; as votes, variances are halved. Both but for what little leverage a vote has."""
    votes = random_votes()
    twice = Votes(votes.names, np.tile(votes.first, 2), np.tile(votes.second, 2), np.tile(votes.outcome, 2))
    twice = with_clusters(twice, vote=np.tile(np.arange(3000), 2))
    once, fitted = covariance(fit(count(votes))), fit(count(twice))
    assert covariance(fitted).covariance == pytest.approx(once.covariance / 2, rel=0.01)
    assert covariance(fitted, clusters=clustered(twice, fitted, "vote")).covariance == pytest.approx(once.covariance, rel=0.02)


def test_labels_of_any_kind():
    """Numbers with NaN, times with NaT, whole numbers, labels: the same clusters, what is missing alone."""
    votes = random_votes(n_votes=200)
    code = np.random.default_rng(2).integers(0, 20, 200)
    missing = code == 7
    columns = {
        "number": np.where(missing, np.nan, code * 0.1),
        "time": np.where(missing, np.datetime64("NaT"), np.datetime64("2024-08-14", "s") + code),
        "label": Factor(np.where(missing, -1, code).astype(np.int32), tuple("abcdefghijklmnopqrst")),
    }
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, columns | {"whole": np.where(missing, 100 + np.arange(200), code)})
    fitted = fit(count(votes))
    found = {name: clustered(votes, fitted, name) for name in votes.columns}
    for name in ("number", "time", "label"):
        assert found[name].n_alone == (missing.sum(),)
        assert found[name].n_clusters == (np.unique(code).size - 1 + missing.sum(),)
    assert found["whole"].n_alone == (0,)
    expected = covariance(fitted, clusters=found["whole"]).covariance
    assert all(covariance(fitted, clusters=clusters).covariance == pytest.approx(expected, abs=1e-15) for clusters in found.values())


@pytest.mark.parametrize("options", [{}, {"ties": "drop"}, {"both_bad": "drop"}, {"ties": "davidson", "both_bad": "outcome"}])
def test_only_votes_that_count(options):
    """Votes that the rules or the existence policy drop are in no cluster."""
    votes = voted()
    names = (*votes.names, "undefeated")
    first, second, outcome = np.append(votes.first, [6, 0]), np.append(votes.second, [2, 6]), np.append(votes.outcome, [0, 1])
    votes = with_clusters(Votes(names, first, second, outcome), voter=np.append(votes.columns["voter"].codes, [29, 29]))
    fitted = fit(count(votes), existence="drop", **options)
    assert fitted.dropped == ("undefeated",)
    clusters = clustered(votes, fitted, "voter")
    assert clusters.cell.size == fitted.contests.n_votes
    if options.get("both_bad") != "outcome":
        expected, _ = clustered_covariance_by_definition(votes, fitted, labels(votes, "voter"))
        assert covariance(fitted, clusters=clusters).covariance == pytest.approx(expected, abs=1e-6 * expected.max())


def test_votes_that_are_not_those_fitted():
    votes = voted()
    fitted = fit(count(votes))
    for rows in (slice(1, None), slice(None, -1), np.append(np.arange(400), 0)):
        columns = {"voter": Factor(votes.columns["voter"].codes[rows], votes.columns["voter"].levels)}
        other = Votes(votes.names, votes.first[rows], votes.second[rows], votes.outcome[rows], columns)
        with pytest.raises(InputError, match="not those that were fitted"):
            clustered(other, fitted, "voter")
    turned = Votes(votes.names, votes.second, votes.first, votes.outcome, votes.columns)
    with pytest.raises(InputError, match="not those that were fitted"):
        clustered(turned, fitted, "voter")


def test_order_and_sides_do_not_matter():
    votes = voted()
    fitted = fit(count(votes))
    order = np.random.default_rng(3).permutation(400)
    swapped = np.array([1, 0, 2, 3])[votes.outcome[order]]
    moved = Votes(
        votes.names,
        votes.second[order],
        votes.first[order],
        swapped,
        {"voter": Factor(votes.columns["voter"].codes[order], votes.columns["voter"].levels)},
    )
    a, b = (covariance(fitted, clusters=clustered(log, fitted, "voter")).covariance for log in (votes, moved))
    assert a == pytest.approx(b, abs=1e-14)


@pytest.mark.parametrize(
    ("by", "message"),
    [
        ((), "name one column, or two"),
        (("voter", "prompt", "day"), "name one column, or two"),
        (("voter", "voter"), "name one column, or two"),
        ("judge", "no column 'judge'.*'voter', 'prompt'"),
        ("all", "all votes have one 'all'"),
        (("voter", "all"), "all votes have one 'all'"),
    ],
)
def test_columns_are_checked(by, message):
    votes = voted()
    votes = Votes(votes.names, votes.first, votes.second, votes.outcome, {**votes.columns, "all": np.ones(400)})
    with pytest.raises(OptionError, match=message):
        clustered(votes, fit(count(votes)), by)


def test_fisher_knows_no_clusters():
    votes = voted()
    fitted = fit(count(votes))
    with pytest.raises(OptionError, match="Fisher covariance knows"):
        covariance(fitted, "fisher", clusters=clustered(votes, fitted, "voter"))


# 1,500 replicates know a standard deviation to 1.8 %, the mean of ten that are hardly correlated to 0.6 %; the rest of the 4 % is what the sandwich,
# which is linear, and the bootstrap, which is not, may differ by on some hundred clusters.
TWINS = 0.04


@pytest.mark.parametrize("taste", [0.0, 1.0])
@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_bootstrap_by_cluster_is_the_sandwich_by_cluster(scheme, taste):
    votes = voted(n_votes=12_000, n=10, n_voters=300, taste=taste)
    fitted = fit(count(votes))
    clusters = clustered(votes, fitted, "voter")
    found = bootstrap(fitted, Resampling(scheme, n_replicates=1500, seed=2), clusters=clusters)
    by_cluster, by_vote = covariance(fitted, clusters=clusters), covariance(fitted)
    assert (found.standard_errors() / by_cluster.standard_errors()).mean() == pytest.approx(1, abs=TWINS)
    pairs = np.triu_indices(10, 1)
    assert (found.difference_errors()[pairs] / by_cluster.difference_errors()[pairs]).mean() == pytest.approx(1, abs=TWINS)
    inflation = (by_cluster.standard_errors() / by_vote.standard_errors()).mean()
    assert inflation > 1.2 if taste else inflation == pytest.approx(1, abs=0.06)


@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_bootstrap_by_vote_is_the_sandwich(scheme):
    fitted = fit(count(random_votes(n_votes=12_000, n=10)))
    ratio = bootstrap(fitted, Resampling(scheme, n_replicates=1500, seed=3)).standard_errors() / covariance(fitted).standard_errors()
    assert ratio.mean() == pytest.approx(1, abs=TWINS)


@pytest.mark.parametrize("ties", ["drop", "davidson", "rao-kupper"])
def test_parametric_bootstrap_is_fisher(ties):
    fitted = fit(count(random_votes(n_votes=12_000, n=10)), ties=ties)
    ratio = bootstrap(fitted, Resampling("parametric", n_replicates=1500, seed=4)).standard_errors() / covariance(fitted, "fisher").standard_errors()
    assert ratio.mean() == pytest.approx(1, abs=TWINS)


@pytest.mark.parametrize("scheme", ["votes", "poisson", "bayes"])
def test_two_columns_bootstrapped(scheme, monkeypatch):
    """Owen's (2007) pigeonhole bootstrap has the variance V1 + V2 + V12; smoothed, it has that of the sandwich."""
    votes = voted(n_votes=12_000, n=10, n_voters=300, n_prompts=200)
    fitted = fit(count(votes))
    clusters = clustered(votes, fitted, ("voter", "prompt"))
    sums = [covariance(fitted, clusters=part).covariance for part in (clustered(votes, fitted, "voter"), clustered(votes, fitted, "prompt"))]
    inner = covariance(fitted, clusters=clusters.intersection()).covariance
    smoothed = bootstrap(fitted, Resampling(scheme, n_replicates=1500, seed=5), clusters=clusters)
    expected = covariance(fitted, clusters=clusters).standard_errors()
    assert (smoothed.standard_errors() / expected).mean() == pytest.approx(1, abs=TWINS)
    assert smoothed.method == f"{scheme} by voter and prompt, 1500 smoothed replicates, percentile intervals"
    monkeypatch.setattr(bootstrapping, "smoothing_of", lambda *_: None)
    plain = bootstrap(fitted, Resampling(scheme, n_replicates=1500, seed=5), clusters=clusters).standard_errors()
    assert (plain / np.sqrt(np.diag(sums[0] + sums[1] + inner))).mean() == pytest.approx(1, abs=TWINS)
    assert (plain / expected).mean() > 1.1
    assert smoothed.widening == pytest.approx(expected / plain, rel=0.1)
