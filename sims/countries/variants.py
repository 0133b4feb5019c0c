"""Which models are variants of one: dated checkpoints, previews, amounts of thinking, number formats, lengths of context.

What the catalogue calls a variant of a model is one. Otherwise names decide: they are of one model if they are the same but for endings such as
``-20240806``, ``-2411``, ``-preview``, ``-thinking``, ``-high``, ``-fp8`` or ``-32k``. So a successor that differs by its date only is a variant, and
one with a number of its own is not; "max", "mini", "turbo" and sizes are names of models.
"""

import re

import pandas as pd

ENDINGS = (
    r"20\d\d-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])",
    # Month and day, with or without the year after them; year and month.
    r"(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?:-?20\d\d)?",
    r"(?:0[1-9]|1[0-2])-20\d\d",
    r"2[2-9](?:0[1-9]|1[0-2])",
    r"(?:no-?|non-?)?(?:thinking|reasoning)",
    r"minimal|low|high|xhigh",
    r"preview|experimental|exp|beta\d*|latest",
    r"fp8|bf16|nvfp4",
    r"\d+k",
)
ENDING = re.compile(rf"[-_ ](?:\(?(?:{'|'.join(ENDINGS)})\)?)$")


def family(name: str) -> str:
    """Return a name without the endings that tell variants of a model apart."""
    whole = name.casefold()
    while shorter := ENDING.sub("", whole):
        if shorter == whole:
            break
        whole = shorter
    return whole


def families(facts: pd.DataFrame) -> list[str]:
    """Return the model of which each is a variant, (n_models,)."""
    return [family(str(stated) or str(name)) for name, stated in zip(facts.index, facts["variant_of"], strict=True)]
