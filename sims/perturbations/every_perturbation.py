"""Every perturbation by its name, as plans and `recount.perturb` write it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from recount.sims.perturbations.careless import CarelessVoters
from recount.sims.perturbations.deprecation import Deprecation
from recount.sims.perturbations.leaving_out import LeaveCountryOut, LeaveModelOut, LeaveOpponentOut, LeaveOrganisationOut, LeaveVotersOut
from recount.sims.perturbations.prompt_mix import PromptMix
from recount.sims.perturbations.rigging import Rigging
from recount.sims.perturbations.sampling_rates import EdgeThinning, EvenPairs, SamplingRate
from recount.sims.perturbations.subsamples import RandomDrop, Subsample
from recount.sims.perturbations.windows import ReleaseWindow, TimeWindow
from recount.sims.perturbations.worst_case import WorstCase

PERTURBATIONS: Mapping[str, type[Any]] = MappingProxyType(
    {
        "subsample": Subsample,
        "drop": RandomDrop,
        "careless": CarelessVoters,
        "rigging": Rigging,
        "worst_case": WorstCase,
        "sampling_rate": SamplingRate,
        "even_pairs": EvenPairs,
        "edge_thinning": EdgeThinning,
        "leave_model": LeaveModelOut,
        "leave_organisation": LeaveOrganisationOut,
        "leave_country": LeaveCountryOut,
        "leave_opponent": LeaveOpponentOut,
        "leave_voters": LeaveVotersOut,
        "deprecation": Deprecation,
        "time_window": TimeWindow,
        "release_window": ReleaseWindow,
        "prompt_mix": PromptMix,
    }
)
