"""Numbers over time: how fast releases grow, when they surge, by how many months one frontier trails another, and where a gap goes."""
