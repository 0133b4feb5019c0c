"""One complete set of an analyst's choices, each defined in one place: `parts`."""

from recount.sims.specification.complete import Specification
from recount.sims.specification.conclusions import WhatIsConcluded
from recount.sims.specification.country_choices import OfCountries
from recount.sims.specification.parts import HowSure, WhatIsAsked, WhichModel, WhichVotes
from recount.sims.specification.settled import WhatIsSettled

__all__ = ["HowSure", "OfCountries", "Specification", "WhatIsAsked", "WhatIsConcluded", "WhatIsSettled", "WhichModel", "WhichVotes"]
