"""The headline of a projected gap: where it goes, and whether such projections were right."""

import pandas as pd

from recount.engine.plurals import plural
from recount.sims.presentation.wording import clean, number, percent, points, span, the_country


def of_projection(frame: pd.DataFrame, level: str) -> str:
    """Say what the gap is, where it is projected to go, and how earlier projections fared."""
    last, scored = frame.iloc[-1], frame.iloc[:-1]
    metric = str(last["metric"])
    in_points = last["unit"] == "points"
    digits = 0 if in_points else 2
    now, then = (points(last[one], digits) if in_points else number(last[one], digits) for one in ("gap", "projected"))
    whose = f"The gap of {the_country(last['country'])} to {the_country(last['against'])} by {clean(metric)}, {now} on {last['from']}"
    interval = f"80 % interval {span(last['lower'], last['upper'], digits)}"
    if scored.empty:
        return f"{whose}, would be {then} on {last['to']} ({interval}); no earlier date shows whether such intervals are right, so this cannot tell."
    fared = f"of {plural(len(scored), 'earlier projection')} {percent(scored['is_within'].mean())} came within such an interval"
    if last["can_tell"]:
        return f"{whose}, is projected to be {then} on {last['to']} ({interval}); {fared}."
    return f"Where the gap goes cannot be told: {fared}, not 75 to 85 % of 20 or more. {whose}, would be {then} on {last['to']} ({interval})."
