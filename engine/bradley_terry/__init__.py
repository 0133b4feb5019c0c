"""Bradley-Terry and its tie models: the likelihood, its priors, whether its maximum exists, and the fit."""
