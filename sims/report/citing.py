"""Sources of the methods, numbered in the order in which a page cites them."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Source(NamedTuple):
    """A work: its authors and title, what it is within, and where there."""

    work: str
    within: str
    place: str


SOURCES = {
    "zermelo": Source(
        "Zermelo, E. (1929). Die Berechnung der Turnier-Ergebnisse als ein Maximumproblem der Wahrscheinlichkeitsrechnung.",
        "Mathematische Zeitschrift",
        " 29.",
    ),
    "bradley": Source("Bradley, R. A. and Terry, M. E. (1952). Rank analysis of incomplete block designs.", "Biometrika", " 39."),
    "davidson": Source(
        "Davidson, R. R. (1970). On extending the Bradley–Terry model to accommodate ties in paired comparison experiments.", "JASA", " 65."
    ),
    "rao": Source("Rao, P. V. and Kupper, L. L. (1967). Ties in paired-comparison experiments.", "JASA", " 62."),
    "ford": Source("Ford, L. R. (1957). Solution of a ranking problem from binary comparisons.", "American Mathematical Monthly", " 64."),
    "huber": Source(
        "Huber, P. J. (1967). The behavior of maximum likelihood estimates under nonstandard conditions.",
        "Proceedings of the Fifth Berkeley Symposium",
        " 1.",
    ),
    "efron79": Source("Efron, B. (1979). Bootstrap methods: another look at the jackknife.", "Annals of Statistics", " 7."),
    "mogstad": Source("Mogstad, M., Romano, J. P., Shaikh, A. M. and Wilhelm, D. (2024). Inference for ranks.", "Review of Economic Studies", " 91."),
    "efron10": Source("Efron, B. (2010).", "Large-Scale Inference", ". Cambridge University Press."),
    "clopper": Source(
        "Clopper, C. J. and Pearson, E. S. (1934). The use of confidence or fiducial limits illustrated in the case of the binomial.",
        "Biometrika",
        " 26.",
    ),
    "przyborowski": Source(
        "Przyborowski, J. and Wilenski, H. (1940). Homogeneity of results in testing samples from Poisson series.", "Biometrika", " 31."
    ),
    "hemerik": Source(
        "Hemerik, J., Goeman, J. J. and Finos, L. (2020). Robust testing in generalized linear models by sign flipping score contributions.",
        "Journal of the Royal Statistical Society B",
        " 82.",
    ),
    "holm": Source("Holm, S. (1979). A simple sequentially rejective multiple test procedure.", "Scandinavian Journal of Statistics", " 6."),
    "simonsohn": Source("Simonsohn, U., Simmons, J. P. and Nelson, L. D. (2020). Specification curve analysis.", "Nature Human Behaviour", " 4."),
    "broderick": Source("Broderick, T., Giordano, R. and Meager, R. (2020). An automatic finite-sample robustness metric.", "arXiv", ":2011.14999."),
}


@dataclass(slots=True)
class Citing:
    """Numbers of sources on a page."""

    cited: list[str] = field(default_factory=list)

    def __call__(self, *names: str) -> str:
        """Cite works; those that were cited before keep their numbers."""
        self.cited += [name for name in names if name not in self.cited]
        return f"[{', '.join(str(1 + self.cited.index(name)) for name in names)}]"

    def sources(self) -> list[Source]:
        """Return the works that were cited, in their order."""
        return [SOURCES[name] for name in self.cited]
