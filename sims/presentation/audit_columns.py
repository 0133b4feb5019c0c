"""Columns of an audit."""

from recount.sims.presentation.column import Column, P

AUDIT = ("audit",)
OF_AUDITS = (
    Column("probe", "", "Probe", "defect that is looked for"),
    Column("asks", "", "Asks", "what is asked of the log"),
    Column("finding", "", "Finding", "found, not found, or not tested"),
    Column("p_value", P, "p", "of as much, if the log has no such defect; missing where it is a fact, or not tested", None, AUDIT),
    Column("p_adjusted", P, "Adjusted p", "p-value adjusted for the number of probes (Holm); found is what has 0.05 or less", None, AUDIT),
    Column("size", "unit of the size", "Size", "size of the effect", 1, AUDIT),
    Column("unit", "", "Unit", "unit of the size", None, AUDIT),
    Column("says", "", "Says", "what was seen, or why it is not tested"),
    Column("needs", "", "Needs", "data without which it is not tested"),
)
