"""An audit of a log: one small probe a defect, each with a p-value or a fact, what it says in a sentence, and what data it needs."""
