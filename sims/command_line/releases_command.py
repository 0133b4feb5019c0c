"""`recount releases`."""

from dataclasses import dataclass
from pathlib import Path

from recount.engine.choices import choice
from recount.engine.errors import OptionError
from recount.sims.command_line.options import Given, chosen
from recount.sims.command_line.shell import OwnTables, Shown
from recount.sims.specification import HowSure, OfCountries
from recount.sims.specification.country_choices import CountryGroup
from recount.sims.through_time.usual import GROUP

CATALOGUE, SCORES = SUBJECTS = ("catalogue", "scores")
NAMED = "FILE"


@dataclass(frozen=True)
class Compared:
    """Which releases are compared."""

    earlier: str | None = choice(None, "The earlier period: FROM/TO, both included, or a month or a year.", metavar="FROM/TO")
    later: str | None = choice(None, "The later period.", metavar="FROM/TO")
    group: CountryGroup = choice(GROUP, "Of which models.")

    def __post_init__(self) -> None:
        for name in ("earlier", "later"):
            if getattr(self, name) is None:
                raise OptionError(f"{name} is not given; give both `earlier` and `later`, such as 2024-01-01/2024-12-31 and 2025-01-01/2025-12-31")


OPTIONS = {
    **chosen(Compared),
    **chosen(OfCountries, "open_weights", "size_threshold"),
    **chosen(HowSure, "confidence_level", "seed"),
    **chosen(OwnTables),
    **chosen(Shown),
}
EXAMPLES = ("recount releases catalogue --earlier 2024-01/2024-06 --later 2024-07/2024-12 -o growth.csv",)


def run(given: Given) -> None:
    """How releases grow by country and size, and when their rate changed most.

    Of the models of the catalogue, or of those that benchmark scores state: recount releases scores FILE. With -o, releases by month stand in a
    second file.
    """
    from recount.data import read_scores
    from recount.sims.command_line.catalogue_option import catalogue_asked
    from recount.sims.command_line.work import Work
    from recount.sims.countries.groups import GROUPS
    from recount.sims.through_time.growth_by_country import release_trends

    subject, names = given["subject"], given.get("names", ())
    if len(names) != (subject == SCORES):
        raise OptionError(f"releases {subject} takes {'one file or folder of scores' if subject == SCORES else 'no file'}")
    with Work({name: value for name, value in given.items() if name not in ("subject", "names")}, OPTIONS) as work:
        asked = work.choices(Compared)
        work.will_write_beside("months")
        if "open_weights" not in GROUPS[asked.group].varies_by:
            work.refuse(f"in group {asked.group!r}", "open_weights")
        facts, source = catalogue_asked(work), None
        work.record(subject=subject, earlier=asked.earlier, later=asked.later, group=asked.group)
        for path in map(Path, names):
            for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
                work.will_read(file)
            source = read_scores(path)
        found = release_trends(asked.earlier or "", asked.later or "", source, work.specification, facts, group=asked.group)
        work.finish(found.growth)
        work.write_beside("months", found.months)
