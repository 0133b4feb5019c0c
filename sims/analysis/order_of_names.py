"""Whether it is chance who of a pair is shown first, and what follows for effects of position."""

from collections.abc import Iterator

from recount.engine.errors import OptionError
from recount.engine.plurals import plural
from recount.engine.voters.fair_coins import ShownOrder, shown_order
from recount.engine.votes import PairCounts
from recount.sims.specification import WhichModel

# P-values at which an order is taken for chance, but is not usual.
UNUSUAL = 0.05


def check_position(counts: PairCounts, model: WhichModel) -> None:
    """Raise `OptionError` if an effect of position is asked for, and pairs have one order."""
    choice = "position" if model.position else "category_effects" if model.category_effects else ""
    if choice and (order := shown_order(counts)).is_fixed:
        raise OptionError(f"{said_of_order(order)}: an effect of being shown first cannot be told from strengths; leave out `{choice}`")


def of_order(counts: PairCounts, model: WhichModel) -> Iterator[str]:
    """That an effect of position rests on an order that is no chance."""
    if model.position or model.category_effects:
        order = shown_order(counts)
        if not order.is_by_chance:
            yield (
                f"{said_of_order(order)}; the effect of being shown first is told from strengths by {plural(order.n_reversed, 'vote')} "
                f"in the rarer order of "
                "their pair, and by the model"
            )


def said_of_order(order: ShownOrder, *, by_chance: bool | None = None) -> str:
    """Say what the order follows; `by_chance` as it is concluded, by default at the rate of errors of `recount.engine.voters.fair_coins`."""
    share = 100 * order.n_alphabetical / max(1, order.n_votes)
    if not order.can_tell:
        return f"{plural(order.n_votes, 'vote is', 'votes are')} too few to tell whether it is chance who is shown first"
    if order.is_by_chance if by_chance is None else by_chance:
        clearly = order.p_value > UNUSUAL
        said = (
            "nothing speaks against chance in who is shown first"
            if clearly
            else "who is shown first may be chance, though so uneven an order is rare"
        )
        return f"{said} ({share:.1f} % of votes in alphabetical order, p = {order.p_value:.2g})"
    if order.n_alphabetical in (0, order.n_votes):
        return f"every vote has the competitor first that comes {'first' if order.n_alphabetical else 'last'} in the alphabet"
    rarer = f"{order.n_reversed:,} of {order.n_votes:,} in the rarer order of their pair"
    how = f"{share:.1f} % of votes in alphabetical order, {rarer}, p = {order.p_value:.2g}"
    if order.is_fixed:
        return f"who is shown first follows a fixed order ({how})"
    if order.is_by_pair:
        return f"each pair is shown in one order, which may itself be chance ({how})"
    return f"who is shown first is not drawn by chance for each vote ({how})"
