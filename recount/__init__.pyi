from . import figures as figures
from .data.boards.board import Board as Board
from .data.boards.published import read_board as read_board
from .data.boards.published import read_history as read_history
from .data.boards.series import Boards as Boards
from .data.boards.series import read_boards as read_boards
from .data.catalogue import Catalogue as Catalogue
from .data.catalogue import read_catalogue as read_catalogue
from .data.choices import Columns as Columns
from .data.choices import Reading as Reading
from .data.public.cache import data_path as data_path
from .data.public.cache import fetch_data as fetch_data
from .data.replicates import read_replicates as read_replicates
from .data.replicates import write_replicates as write_replicates
from .data.scores.published_forms import read_scores as read_scores
from .data.scores.tidy_scores import Scores as Scores
from .engine.boards import leaderboard as leaderboard
from .engine.choices import (
    Anchor as Anchor,
)
from .engine.choices import (
    DailyCap as DailyCap,
)
from .engine.choices import (
    Elo as Elo,
)
from .engine.choices import (
    Folds as Folds,
)
from .engine.choices import (
    Glicko2 as Glicko2,
)
from .engine.choices import (
    Prior as Prior,
)
from .engine.choices import (
    RandomOrders as RandomOrders,
)
from .engine.choices import (
    Resampling as Resampling,
)
from .engine.choices import (
    Style as Style,
)
from .engine.choices import (
    TieRule as TieRule,
)
from .engine.choices import (
    TrueSkill as TrueSkill,
)
from .engine.choices import (
    Weights as Weights,
)
from .engine.choices import (
    Where as Where,
)
from .engine.choices import (
    Window as Window,
)
from .engine.errors import RecountError as RecountError
from .engine.fitting import Fit as Fit
from .engine.fitting import fit as fit
from .engine.uncertainty.bootstrapping import bootstrap as bootstrap
from .engine.uncertainty.sandwich import covariance as covariance
from .sims.analysis.analysing import analyse as analyse
from .sims.analysis.analysis import Analysis as Analysis
from .sims.analysis.checking import check as check
from .sims.analysis.log import Log as Log
from .sims.analysis.log import read as read
from .sims.analysis.saving import save_counts as save_counts
from .sims.analysis.voter_tests import suspects as suspects
from .sims.auditing.auditing import audit as audit
from .sims.benchmark_scores.saturated_benchmarks import saturation_of as saturation_of
from .sims.benchmark_scores.saturation_choices import OfSaturation as OfSaturation
from .sims.claims.claim_curves import claims_across_specifications as claims_across_specifications
from .sims.claims.claim_files import read_claims as read_claims
from .sims.claims.judging import judge as judge
from .sims.multiverse.alone import each_choice_alone as each_choice_alone
from .sims.multiverse.first_alone import first_by_each_choice as first_by_each_choice
from .sims.multiverse.number_ranges import countries_in_ranges as countries_in_ranges
from .sims.multiverse.number_ranges import ratings_in_ranges as ratings_in_ranges
from .sims.multiverse.rated_conclusions import ratings_across_specifications as ratings_across_specifications
from .sims.perturbations import PERTURBATIONS as PERTURBATIONS
from .sims.perturbations import perturb as perturb
from .sims.perturbations import perturbed as perturbed
from .sims.presentation import Table as Table
from .sims.presentation.data_sets import public_data as public_data
from .sims.report.writing import write_report as write_report
from .sims.specification import Specification as Specification
from .sims.specification import WhatIsConcluded as WhatIsConcluded
from .sims.specification import WhatIsSettled as WhatIsSettled
from .sims.studies.plan_files import read_plan as read_plan
from .sims.studies.results import run_study as run_study
from .sims.through_time.countries_by_date import countries_through_time as countries_through_time
from .sims.through_time.gap_ahead import project_gap as project_gap
from .sims.through_time.growth_by_country import release_trends as release_trends
