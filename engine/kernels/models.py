"""Numbers by which kernels know the likelihood of a vote; what they mean is in `tie_models`."""

HALF, DECIDED, RAO_KUPPER_BY_PAIR, DAVIDSON, RAO_KUPPER = range(5)
# Models from this one on have one gamma for all pairs.
FIRST_WITH_GAMMA = DAVIDSON
