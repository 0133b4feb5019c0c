from .data.catalogue import read_catalogue as read_catalogue
from .data.choices import Columns as Columns, Reading as Reading
from .data.replicates import read_replicates as read_replicates, write_replicates as write_replicates
from .engine.boards import leaderboard as leaderboard
from .engine.bradley_terry.fitting import Fit as Fit, fit as fit
from .engine.choices import (
    Anchor as Anchor,
    Elo as Elo,
    Folds as Folds,
    Glicko2 as Glicko2,
    Prior as Prior,
    RandomOrders as RandomOrders,
    Resampling as Resampling,
    Style as Style,
    TieRule as TieRule,
    TrueSkill as TrueSkill,
    Weights as Weights,
)
from .engine.errors import RecountError as RecountError
from .engine.uncertainty.bootstrapping import bootstrap as bootstrap
from .engine.uncertainty.sandwich import covariance as covariance
from .sims.analysis.analysis import Analysis as Analysis, analyse as analyse
from .sims.analysis.log import Log as Log, read as read
from .sims.presentation import Table as Table
from .sims.specification import Specification as Specification, WhatIsConcluded as WhatIsConcluded
