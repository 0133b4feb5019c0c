"""A specification: all parts in one value."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from recount.engine.choices import Resampling, choices_of
from recount.engine.errors import OptionError
from recount.sims.specification.country_choices import OfCountries
from recount.sims.specification.flat import check_fields, from_flat, to_flat
from recount.sims.specification.parts import HowSure, WhatIsAsked, WhichModel, WhichVotes

Part = type[WhichModel] | type[WhichVotes] | type[HowSure] | type[OfCountries]


@dataclass(frozen=True, kw_only=True, repr=False)
class Specification(WhatIsAsked, HowSure, WhichVotes, WhichModel):
    """Every analyst's choice, checked when made; its fields are those of its parts.

    Raises
    ------
    OptionError
        If a choice is invalid, or two of them do not go together.
    """

    def __post_init__(self) -> None:
        # Checks every choice, also those of the other parts.
        super().__post_init__()
        if self.prior.kind != "none" and self.existence in ("drop", "largest"):
            raise OptionError(f"existence={self.existence!r} leaves competitors out, and prior={self.prior.kind!r} rates them; give one of both")
        if both := sorted({*self.only} & {*self.without}):
            raise OptionError(f"without is {both[0]!r}, which `only` names too; leave it out of one")
        if len(self.clusters) > 2 or len(set(self.clusters)) < len(self.clusters):
            raise OptionError(f"clusters is {self.clusters}; name one column, or two different ones")
        if self.intervals == "fisher" and (self.clusters or self.weights):
            raise OptionError("intervals='fisher' takes neither clusters nor weights into account; take intervals='sandwich'")
        if self.ridge and not self.covariates:
            raise OptionError(f"ridge is {self.ridge:g}, but there is no effect; name a covariate, or leave it out")
        if self.shrink and self.by is None:
            raise OptionError("shrink is for ratings by category; add by='COLUMN', or leave it out")

    def part(self, *parts: Part) -> Hashable:
        """Return the choices in some parts, as a key for results that depend on them."""
        return tuple(getattr(self, name) for part in parts for name in choices_of(part))

    def but(self, **choices: Any) -> Self:
        """Return the same specification with other choices.

        Raises
        ------
        OptionError
            If there is no such choice, or it is invalid.
        """
        check_fields(type(self), choices)
        return replace(self, **choices)

    def columns(self) -> tuple[str, ...]:
        """Columns of the log that this specification needs."""
        of_weights = [self.weights.column] if self.weights.column else []
        of_covariates = [column for covariate in self.covariates for column in covariate.columns]
        return tuple(dict.fromkeys([*self.clusters, *of_weights, *of_covariates, *([self.by] if self.by else [])]))

    @property
    def resampling(self) -> Resampling | None:
        """The bootstrap with the seed and the level of this specification; None where nothing is resampled."""
        if not isinstance(self.intervals, Resampling):
            return None
        return replace(self.intervals, seed=self.seed, confidence_level=self.confidence_level)

    def __repr__(self) -> str:
        """Name the choices that differ from the usual ones."""
        chosen = [f"{name}={getattr(self, name)!r}" for name, declared in choices_of(type(self)).items() if getattr(self, name) != declared.default]
        return f"Specification({', '.join(chosen)})"

    def as_dict(self) -> dict[str, Any]:
        """Return the choices by name, as plain values; `from_dict` is the opposite."""
        return to_flat(self)

    @classmethod
    def from_dict(cls, choices: Mapping[str, Any]) -> Self:
        """Make a specification from plain values by name, as the shell, a manifest or a plan holds them."""
        return from_flat(cls, choices)
