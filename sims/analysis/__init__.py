"""From a log to answers: `log` reads, `analysis` computes each step once, the rest makes the tables that answer."""
