"""A file of claims to fill in, with what every field means."""

from recount.engine.choices import choices_of
from recount.sims.claims.claim import Claim
from recount.sims.claims.measures import ALWAYS, MEASURES
from recount.sims.claims.verdicts import MEANINGS

HEAD = """\
# Claims put to the test: recount claims THIS_FILE [VOTES]...
# Fill in the first claim, copy it for each further one, and leave out the lines that you do not need.
#
# Metrics, each with the fields that it takes:
"""


def template() -> str:
    """Return the text of the file."""
    lines = [HEAD.rstrip("\n")]
    lines += [f'#   "{name}": {measure.means}. {_taken(measure.takes)}'.rstrip() for name, measure in MEASURES.items()]
    lines += ["#", "# Verdicts:", *(f"#   {name}: {means}." for name, means in MEANINGS.items()), "", "[[claim]]"]
    for name, (stated, _, default) in choices_of(Claim).items():
        asked = name in ALWAYS or name in ("country", "group")
        unset = "" if name in ("id", "quotation", "source", "metric") else f" Without it: {stated.unset or default or 'none'}."
        lines += [f"# {stated.help}{unset}", f"{'' if asked and name not in ('date', 'group') else '# '}{name} = {stated.example}"]
    lines += ["", "# Choices that the claim itself fixes, as the options of recount countries are called.", "[claim.choices]", "top = 5", ""]
    return "\n".join(lines)


def _taken(names: tuple[str, ...]) -> str:
    return f"Takes {', '.join(names)}." if names else ""
