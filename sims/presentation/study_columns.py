"""Columns of studies: runs, what they found, and what would run."""

from recount.sims.presentation.column import SHARE, Column

OF_OUTCOME = "unit of the outcome"
OF_STUDIES = ("study", "study runs", "study plan")
PLANS, FOUND = ("plans",), ("findings",)
STUDIED = (
    Column("run", "", "Run", "number of the run", None, ("study runs",)),
    Column("setting", "", "Setting", "number of the setting: of each combination of what is varied", None, OF_STUDIES),
    Column("varied", "", "Varied", "what is varied in this setting", None, ("study", "study plan")),
    Column("perturbation", "", "Perturbation", "what was done to the votes or the board; empty for nothing", None, OF_STUDIES),
    Column("arena.<choice>", "", "<choice>", "value of this choice about the simulated arena", None, OF_STUDIES),
    Column("perturbation.<choice>", "", "<choice>", "value of this choice of the perturbation", None, OF_STUDIES),
    Column("specification.<choice>", "", "<choice>", "value of this choice of the analysis", None, OF_STUDIES),
    Column("seed", "", "Seed", "seed of the run", None, ("study runs",)),
    Column("outcome", "", "Outcome", "what is measured", None, ("study", "study runs")),
    Column("value", OF_OUTCOME, "Value", "what was found; of what is kept or not 1 or 0", None, ("study runs",)),
    Column("says", "", "Says", "what was found in words", None, ("study runs",)),
    Column("error", "", "Error", "why nothing was found", None, ("study", "study runs")),
    Column("n_runs", "runs", "Runs", "number of runs", None, ("study", "study plan")),
    Column("seconds_a_run", "seconds", "Seconds a run", "time of one run on one processor", 2),
    Column("seconds", "seconds", "Seconds", "time of all runs of the setting on one processor", 1),
    Column("trial", "", "Trial", "what one run of the setting found, or why it found nothing; empty where none was tried", None, ("study plan",)),
    Column("n_failed", "runs", "Failed", "runs in which nothing was found; the mean is that of the others", None, ("study",)),
    Column("mean", OF_OUTCOME, "Mean", "mean over the runs; of what is kept or not the share of the runs that keep it", None, ("study",)),
    Column("mc_error", OF_OUTCOME, "± MC", "Monte-Carlo standard error of the mean; missing where nothing is drawn", None, ("study",)),
    Column("sd", OF_OUTCOME, "SD", "standard deviation over the runs", None, ("study",)),
    Column("least", OF_OUTCOME, "Least", "smallest value of a run", None, ("study",)),
    Column("most", OF_OUTCOME, "Most", "largest value of a run", None, ("study",)),
    Column("says", "", "Otherwise", "what runs say that keep not what the reference says, and how many", None, ("study",)),
    Column("name", "", "Plan", "name of the bundled plan, for recount study", None, PLANS),
    Column("question", "", "Question", "what the study asks", None, PLANS),
    Column("runs_on", "", "Runs on", "votes or a board that are given, or a simulated arena", None, PLANS),
    Column("about", "", "About", "the conclusion, the number, or defect", None, FOUND),
    Column("against", "", "Against", "what was varied, how votes were chosen, or the probe of the audit", None, FOUND),
    Column(
        "finding",
        "",
        "Finding",
        "robust, mostly robust, not robust, undecided; of a number: number; of a defect: found, not found; not tested",
        None,
        FOUND,
    ),
    Column("n_runs", "runs", "Runs", "runs that say it", None, FOUND),
    Column(
        "share",
        SHARE,
        "Share",
        "share of the runs that keep the conclusion; of votes that are chosen, the share that is enough to change it",
        4,
        FOUND,
    ),
    Column("lower", "", "Lower", "lower end of the 95 % interval of the share; of a number the least", 3, FOUND),
    Column("upper", "", "Upper", "upper end of the 95 % interval of the share; of a number the largest", 3, FOUND),
    Column("says", "", "Says", "what was found, in words", None, FOUND),
)
