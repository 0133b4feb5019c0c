"""Findings of a study as a section of the page: the same as the study printed, of the same votes, or refused."""

from tests.pages import KNOWN, vote_frame


def test_the_command_shows_what_the_study_printed(recount, tmp_path):
    vote_frame(KNOWN[:4], 600).to_csv(tmp_path / "log.csv", index=False)
    printed = recount("study", "standard", "log.csv", "--seeds", "2", "-o", "study")
    assert printed.code == 0, printed.err
    said = recount("report", "log.csv", "--study", "study", "-o", "page.html")
    assert said.code == 0, said.err
    page = " ".join((tmp_path / "page.html").read_text(encoding="utf-8").split())
    assert "Robust to" in printed.out
    shown = [line.removeprefix("- ") for line in printed.out.splitlines() if line.startswith("- Not robust to")]
    assert shown
    for line in shown:
        assert line.partition(":")[0] in page
    without = recount("report", "log.csv", "-o", "without.html")
    assert without.code == 0
    assert "No study of this log was given" in (tmp_path / "without.html").read_text(encoding="utf-8")


def test_a_study_of_other_votes_is_refused(recount, tmp_path):
    for name, n in (("log", 600), ("other", 700)):
        vote_frame(KNOWN[:3], n).to_csv(tmp_path / f"{name}.csv", index=False)
    assert recount("study", "standard", "log.csv", "--seeds", "1", "-o", "study").code == 0
    said = recount("report", "other.csv", "--study", "study", "-o", "page.html")
    assert said.code == 2
    assert "--study is 'study', which is not of 'other.csv'" in said.err
    with (tmp_path / "study" / "findings.csv").open("a") as file:
        file.write("mine,all,robust,1,1,1,1,kept\n")
    said = recount("report", "log.csv", "--study", "study", "-o", "page.html")
    assert "is not as it was written" in said.err
    assert "--study is '.', which holds no findings.csv" in recount("report", "log.csv", "--study", ".", "-o", "page.html").err
