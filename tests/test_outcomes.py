"""Spellings of the outcome, by what each log means by it."""

from decimal import Decimal

import numpy as np
import pytest

from recount.data.choices import Columns
from recount.data.outcomes import OutcomeCodes
from recount.engine.votes import BOTH_BAD, FIRST_WON, SECOND_WON, TIE

ONE = [1, 1.0, np.int64(1), np.float32(1), Decimal("1.0"), "1", "1.0", "1.00"]
ZERO = [0, 0.0, -0.0, np.uint8(0), Decimal(0), "0", "0.0", "-0"]
HALF = [0.5, np.float64(0.5), np.float16(0.5), Decimal("0.5"), "0.5", ".5", "0.50"]
NUMBERS = [2, -1, 0.25, 10**400, float("nan"), float("inf"), Decimal("NaN"), 1 + 0j, "2", "-1", "0.25", "1,0", "nan", "inf", "9" * 400]
THINGS = [None, True, False, np.bool_(True), b"tie", [1], {"winner": "tie"}]
MEANT = {
    FIRST_WON: ["model_a", "a", "A", "left", "leftvote", "first", " Model_A ", *ONE],
    SECOND_WON: ["model_b", "b", "right", "rightvote", "second", "MODEL_B\t", *ZERO],
    TIE: ["tie", "Tie", "tievote", "draw", *HALF],
    BOTH_BAD: ["tie (bothbad)", "tie(bothbad)", "tie (both bad)", "both_bad", "bothbad", "both bad", "bothbad_vote", "BothBad"],
    -1: ["", " ", "model a", "model_c", "ties", *NUMBERS, *THINGS],
}


@pytest.mark.parametrize(("code", "value"), [(code, value) for code, values in MEANT.items() for value in values], ids=repr)
def test_outcome(code, value):
    assert OutcomeCodes(Columns()).code(value) == code
