"""How sure the strengths are: covariance, bootstrap, clusters, intervals."""
