"""Quantiles of the normal distribution, by the rational approximations of Cephes (Moshier 1989, ndtri), of which scipy's are made.

The same bits as `scipy.special.ndtri`, whose import would take a tenth of the time of a command.
"""

import math
from collections.abc import Sequence

from recount.engine.errors import OptionError

ROOT_OF_2_PI = 2.50662827463100050242
E_TO_MINUS_2 = 0.13533528323661269189
# Beyond this square root of -2 ln p the last pair of polynomials serves.
FAR = 8.0
NEAR_HALF = (
    (-59.9633501014107895267, 98.0010754185999661536, -56.6762857469070293439, 13.9312609387279679503, -1.23916583867381258016),
    (
        (
            1.0,
            1.9544885833814176,
            4.676279128988815,
            86.36024213908905,
            -225.46268785411937,
            200.26021238006066,
            -82.03722561683334,
            15.90562251262117,
            -1.1833162112133,
        )
    ),
)
IN_TAIL = (
    (
        (
            4.0554489230596245,
            31.525109459989388,
            57.16281922464213,
            44.08050738932008,
            14.684956192885803,
            2.1866330685079025,
            -0.1402560791713545,
            -0.03504246268278482,
            -0.0008574567851546854,
        )
    ),
    (
        (
            1.0,
            15.779988325646675,
            45.39076351288792,
            41.3172038254672,
            15.04253856929075,
            2.504649462083094,
            -0.14218292285478779,
            -0.03808064076915783,
            -0.0009332594808954574,
        )
    ),
)
FAR_IN_TAIL = (
    (
        (
            3.2377489177694603,
            6.915228890689842,
            3.9388102529247444,
            1.3330346081580755,
            0.20148538954917908,
            0.012371663481782003,
            0.00030158155350823543,
            2.6580697468673755e-06,
            6.239745391849833e-09,
        )
    ),
    (
        (
            1.0,
            6.02427039364742,
            3.6798356385616087,
            1.3770209948908132,
            0.21623699359449663,
            0.013420400608854318,
            0.00032801446468212774,
            2.8924786474538068e-06,
            6.790194080099813e-09,
        )
    ),
)


def normal_quantile(probability: float) -> float:
    """Return the value that a standard normal variable stays below with this probability, between 0 and 1; raise `OptionError` for another."""
    if not 0 < probability < 1:
        raise OptionError(f"a quantile of the normal distribution at {probability}; give a probability between 0 and 1")
    upper = probability > 1 - E_TO_MINUS_2
    tail = 1.0 - probability if upper else probability
    if tail > E_TO_MINUS_2:
        centred = tail - 0.5
        square = centred * centred
        return (centred + centred * (square * _polynomial(square, NEAR_HALF[0]) / _polynomial(square, NEAR_HALF[1]))) * ROOT_OF_2_PI
    root = math.sqrt(-2.0 * math.log(tail))
    inverse = 1.0 / root
    above, below = IN_TAIL if root < FAR else FAR_IN_TAIL
    value = root - math.log(root) / root - inverse * _polynomial(inverse, above) / _polynomial(inverse, below)
    return value if upper else -value


def _polynomial(x: float, coefficients: Sequence[float]) -> float:
    """Evaluate a polynomial by Horner's scheme, the highest power first."""
    value = 0.0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value
