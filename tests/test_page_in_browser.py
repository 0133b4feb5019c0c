"""The page as a reader has it, in Debian's Chromium: no network, no errors, and everything works by pointer and by keyboard."""

import re
import shutil
import time

import pandas as pd
import pytest

import recount
from tests.pages import HOSTILE, KNOWN, vote_frame

CHROMIUM = shutil.which("chromium")
# A browser that starts as root, and asks nobody anything of its own accord.
MILLISECONDS = 120_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium; `make browser` installs it")
WIDTHS = (1280, 390)
# Pixels between the margins of a sheet.
A4 = 688


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="module")
def page_file(tmp_path_factory):
    """A page with all sections, of known models and of names that mean harm."""
    folder = tmp_path_factory.mktemp("browser")
    quotation = HOSTILE[0].replace('"', "'")
    (folder / "claims.toml").write_text(
        f'[[claim]]\nid = "lead"\nquotation = "{quotation}"\nsource = "s"\nmetric = "best"\ncountry = "US"\nsays = "leads"\n', encoding="utf-8"
    )
    analysis = recount.analyse(vote_frame([*KNOWN, *HOSTILE], 9000))
    return recount.write_report(analysis, folder / "page.html", claims=recount.read_claims(folder / "claims.toml"))


class Reader:
    """A page that is open, with what it asked of a network and complained of."""

    def __init__(self, browser, path, *, width=1280, script=True, scheme="light"):
        self.context = browser.new_context(
            viewport={"width": width, "height": 800}, java_script_enabled=script, color_scheme=scheme, accept_downloads=True, offline=False
        )
        self.page = self.context.new_page()
        # A machine that does other work at the same time may take long to open a page.
        self.page.set_default_timeout(MILLISECONDS)
        self.asked, self.errors = [], []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(dialog.message))
        self.page.goto(path.as_uri())


@pytest.fixture
def read(browser, page_file):
    """Open the page."""
    readers = []

    def read(path=page_file, **how):
        readers.append(Reader(browser, path, **how))
        return readers[-1]

    yield read
    for reader in readers:
        reader.context.close()


def column(page, name, table="leaderboard"):
    """The texts of a column of a table, of the rows that are shown."""
    script = """([table, name]) => { const t = document.querySelector(`#${table} table`);
        const place = [...t.tHead.rows[0].cells].findIndex((head) => head.dataset.column === name);
        return [...t.tBodies[0].rows].filter((row) => !row.hidden).map((row) => row.cells[place].dataset.v ?? row.cells[place].textContent) }"""
    return page.evaluate(script, [table, name])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_network_no_error_no_overflow_and_accessible(read, page_file, width, scheme):
    from axe_playwright_python.sync_playwright import Axe

    reader = read(width=width, scheme=scheme)
    reader.page.wait_for_timeout(200)
    assert [url for url in reader.asked if not url.startswith("data:")] == [page_file.as_uri()]
    assert reader.errors == []
    assert reader.page.evaluate("window.harmed") is None
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    reader.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    assert reader.page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(reader.page).response["violations"]
    serious = [(one["id"], one["nodes"][0]["html"][:200]) for one in found if one["impact"] in ("serious", "critical")]
    assert not serious
    # Who speaks to a browser says what is written on a button.
    labels = "[...document.querySelectorAll('button[aria-label]')].map((one) => [one.textContent, one.getAttribute('aria-label')])"
    assert not [(text, said) for text, said in reader.page.evaluate(labels) if text.lower() not in said.lower()]


def test_a_page_in_which_something_is_wrong_is_noticed(read, tmp_path, page_file):
    """The test above can fail: a script, a request and a picture without words are seen."""
    from axe_playwright_python.sync_playwright import Axe

    html = page_file.read_text(encoding="utf-8")
    html = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", html)
    harm = '<img src="http://127.0.0.1:9/x.png"><script>window.harmed = 1</script><div style="width:4000px">wide</div>'
    (tmp_path / "bad.html").write_text(html.replace('<main id="main">', f'<main id="main">{harm}'), encoding="utf-8")
    reader = read(tmp_path / "bad.html")
    reader.page.wait_for_timeout(200)
    assert reader.page.evaluate("window.harmed") == 1
    assert len([url for url in reader.asked if url.startswith("http")]) == 1
    assert reader.errors
    assert reader.page.evaluate("document.documentElement.scrollWidth") > 1280
    assert any(one["impact"] in ("serious", "critical") for one in Axe().run(reader.page).response["violations"])


def test_the_policy_of_the_page_stops_other_scripts(read, tmp_path, page_file):
    html = page_file.read_text(encoding="utf-8").replace('<main id="main">', '<main id="main"><script>window.harmed = 1</script>')
    (tmp_path / "bad.html").write_text(html, encoding="utf-8")
    assert read(tmp_path / "bad.html").page.evaluate("window.harmed") is None


def test_sorting(read):
    page = read().page
    ratings = [float(text) for text in column(page, "rating")]
    assert ratings == sorted(ratings, reverse=True)
    head = page.locator("#leaderboard th[data-column=rating]")
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "descending"
    head.get_by_role("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert [float(text) for text in column(page, "rating")] == sorted(ratings)
    name = page.locator("#leaderboard th[data-column=competitor]")
    name.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert name.get_attribute("aria-sort") == "ascending"
    assert head.get_attribute("aria-sort") == "none"
    assert set(column(page, "competitor")) == {*KNOWN, *HOSTILE}
    size = page.locator("#leaderboard th[data-column=total_parameters_b]")
    size.get_by_role("button").click()
    sizes = [float(text) if text else None for text in column(page, "total_parameters_b")]
    known = [one for one in sizes if one is not None]
    assert known == sorted(known, reverse=True)
    assert sizes[: len(known)] == known


def test_searching_and_filters(read):
    page = read().page
    page.get_by_role("searchbox").first.fill("YI 34b")
    assert column(page, "competitor") == ["yi-34b-chat"]
    assert page.locator("#leaderboard output").text_content() == f"1 of {len(KNOWN) + len(HOSTILE)} rows"
    page.get_by_role("searchbox").first.fill("<script>")
    assert column(page, "competitor") == [HOSTILE[0]]
    page.get_by_role("searchbox").first.fill("")
    page.locator("#leaderboard select[data-column=country]").select_option("CN")
    assert set(column(page, "country")) == {"CN"}
    page.locator("#leaderboard select[data-column=country]").select_option("?")
    assert set(column(page, "competitor")) == set(HOSTILE)
    page.locator("#leaderboard select[data-column=country]").select_option("")
    page.locator("#leaderboard select[data-column=total_parameters_b]").select_option("30,100")
    sizes = [float(text) for text in column(page, "total_parameters_b")]
    assert sizes
    assert all(30 <= size < 100 for size in sizes)
    page.locator("#leaderboard select[data-column=licence_class]").select_option("proprietary")
    assert column(page, "competitor") == []
    page.locator("#leaderboard select[data-column=total_parameters_b]").select_option("?")
    assert set(column(page, "licence_class")) == {"proprietary"}


def test_downloads(read, tmp_path):
    reader = read()
    with reader.page.expect_download() as started:
        reader.page.locator("#leaderboard a[download]").click()
    started.value.save_as(tmp_path / "board.csv")
    frame = pd.read_csv(tmp_path / "board.csv")
    # By this a spreadsheet knows that it is UTF-8.
    assert (tmp_path / "board.csv").read_bytes().startswith("\ufeff".encode())
    assert started.value.suggested_filename == "leaderboard.csv"
    assert "'=1+1" in set(frame["competitor"])
    assert frame["rating"].astype(str).tolist() == column(reader.page, "rating")
    with reader.page.expect_download() as started:
        reader.page.get_by_role("button", name="SVG Figure 1", exact=True).click()
    started.value.save_as(tmp_path / "figure.svg")
    svg = (tmp_path / "figure.svg").read_text(encoding="utf-8")
    assert "var(" not in svg
    assert "<script" not in svg
    assert reader.errors == []


def test_dark_and_light(read):
    page = read(scheme="dark").page
    paper = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(paper) == "rgb(21, 23, 26)"
    page.get_by_role("button", name="Show in light colours").click()
    # Also when it is opened again.
    page.reload()
    assert page.evaluate(paper) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Show in dark colours").press("Enter")
    assert page.evaluate(paper) == "rgb(21, 23, 26)"


def test_figures_by_pointer_and_keyboard(read):
    reader = read()
    page = reader.page
    figure = page.locator("#rating-intervals svg")
    figure.scroll_into_view_if_needed()
    sign = page.locator("#rating-intervals use, #rating-intervals path").last
    assert sign
    read_out = page.get_by_role("button", name="Values, by arrow keys, of Figure 1", exact=True)
    read_out.press("Enter")
    said = [page.locator("#tip").text_content()]
    page.keyboard.press("ArrowRight")
    said.append(page.locator("#tip").text_content())
    assert all(re.search(r": −?\d+ (±|−)", text) for text in said)
    assert said[0] != said[1]
    page.keyboard.press("Escape")
    assert page.locator("#tip").text_content() == ""
    enlarge = page.get_by_role("button", name="Enlarge Figure 1", exact=True)
    enlarge.press("Enter")
    stage = page.locator("#large svg")
    whole = stage.get_attribute("viewBox")
    page.keyboard.press("+")
    assert float(stage.get_attribute("viewBox").split()[2]) < float(whole.split()[2])
    page.keyboard.press("0")
    assert stage.get_attribute("viewBox") == whole
    page.mouse.move(640, 400)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(50)
    assert stage.get_attribute("viewBox") != whole
    page.keyboard.press("Escape")
    assert page.locator("#rating-intervals svg").get_attribute("viewBox") == whole
    box = page.locator("#rating-intervals svg").bounding_box()
    seen = set()
    for step in range(40):
        page.mouse.move(box["x"] + box["width"] * step / 40, box["y"] + box["height"] * 0.3)
        seen.add(page.locator("#tip").text_content())
    assert len(seen - {""}) >= 1
    assert reader.errors == []


def test_everything_but_interaction_is_there_without_script(read):
    page = read(script=False).page
    assert page.locator("h1").is_visible()
    assert page.locator("#leaderboard tbody tr").count() == len(KNOWN) + len(HOSTILE)
    assert page.locator("figure svg").count() >= 10
    for name in ("ratings", "countries", "log", "methods", "again"):
        assert page.locator(f"#{name}").is_visible()
    assert not page.locator("#theme").is_visible()
    assert not page.locator(".filters").first.is_visible()
    assert page.locator("#leaderboard a[download]").is_visible()
    page.locator("details.notes summary").first.click()
    assert page.locator("details.notes li").first.is_visible()


def test_a_reader_reaches_everything_by_keyboard(read):
    page = read().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    order = page.evaluate(
        """[...document.querySelectorAll('button, a[href], input, select, summary, [tabindex]')]
        .filter((one) => one.checkVisibility() && one.tabIndex < 0 && one.id !== 'main').map((one) => one.outerHTML.slice(0, 80))"""
    )
    assert order == []


def test_it_prints(read, tmp_path):
    reader = read()
    reader.page.emulate_media(media="print")
    assert not reader.page.locator("#theme").is_visible()
    assert not reader.page.locator(".filters").first.is_visible()
    assert reader.page.evaluate("getComputedStyle(document.querySelector('.scroll')).overflowX") == "visible"
    assert len(reader.page.pdf()) > 10_000


def test_tables_on_paper_are_whole(read):
    """All columns within the width of A4; heads are text, which is repeated on every page, and buttons are not; what scrolls on screen does not."""
    page = read(width=A4).page
    page.emulate_media(media="print")
    right = "one.getBoundingClientRect().right"
    over = f"() => [...document.querySelectorAll('table')].filter((one) => {right} > {A4} + 1).map((one) => one.caption.textContent)"
    assert page.evaluate(over) == []
    assert page.locator("th button:visible").count() == 0
    assert page.locator("#leaderboard th .printed").first.is_visible()
    scrolled = "() => [...document.querySelectorAll('.scroll')].filter((one) => getComputedStyle(one).overflowY !== 'visible').length"
    assert page.evaluate(scrolled) == 0
    assert page.evaluate("() => getComputedStyle(document.querySelector('.interval b')).printColorAdjust") == "exact"


def test_what_is_folded_is_on_paper_and_long_tables_are_not(read, page_file, tmp_path):
    """What columns say, notes and the manifest; of a table of 120 rows the first 40, and where the others are."""
    html = page_file.read_text(encoding="utf-8")
    row = re.search(r"<tbody>\n(<tr>.*?</tr>)", html, re.DOTALL)[1]
    many = html.replace('<div class="scroll" ', '<div class="scroll tall" ', 1).replace("<tbody>", "<tbody>" + 120 * row, 1)
    (tmp_path / "many.html").write_text(many, encoding="utf-8")
    page = read(tmp_path / "many.html").page
    page.emulate_media(media="print")
    for folded in ("details.notes li", "details.columns dd", "details pre"):
        assert page.locator(folded).first.is_visible()
    assert page.locator("#leaderboard tbody tr:visible").count() == 40
    page.emulate_media(media="screen")
    assert page.locator("#leaderboard tbody tr:visible").count() > 120
    assert not page.locator("details pre").is_visible()


def test_labels_of_figures_do_not_overlap(read):
    """Texts of one figure, by the boxes that the browser gives them."""
    script = """() => { const over = [];
        for (const figure of document.querySelectorAll('figure')) {
            const all = [...figure.querySelectorAll('text')].map((one) => [one.textContent, one.getBoundingClientRect()]);
            const texts = all.filter(([, box]) => box.width);
            for (let i = 0; i < texts.length; i++) for (let j = i + 1; j < texts.length; j++) {
                const [a, b] = [texts[i][1], texts[j][1]];
                const w = Math.min(a.right, b.right) - Math.max(a.left, b.left), h = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
                if (w > 1 && h > 0.35 * Math.min(a.height, b.height)) over.push([figure.id, texts[i][0], texts[j][0]]);
            } }
        return over }"""
    for width in WIDTHS:
        assert read(width=width).page.evaluate(script) == []


def test_texts_of_figures_are_within_them(read):
    script = """() => [...document.querySelectorAll('figure svg')].flatMap((svg) => { const all = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].map((one) => [one.textContent, one.getBoundingClientRect()])
            .filter(([, box]) => box.left < all.left - 2 || box.right > all.right + 2).map(([text]) => text) })"""
    assert read().page.evaluate(script) == []


def test_enlarged_is_larger_on_a_telephone(read):
    """Also the matrix, which is wider than the page: what is shown of it is larger than it was."""
    page = read(width=390).page
    for name in ("win-probabilities", "rating-intervals"):
        scale = "(svg) => svg.getScreenCTM().a"
        before = page.locator(f"#{name} svg").evaluate(scale)
        page.locator(f".plate:has(#{name})").get_by_role("button", name="Enlarge").click()
        assert page.locator("#large svg").evaluate(scale) > 1.1 * before
        page.get_by_role("button", name="Whole figure").click()
        all_of_it = page.locator("#large svg").evaluate("(svg) => { const b = svg.viewBox.baseVal; return [b.x, b.y] }")
        assert all_of_it == [0, 0]
        page.get_by_role("button", name="Close").click()


def test_what_is_looked_for_in_claims_is_in_view(read):
    page = read().page
    for column in ("verdict", "p_true", "p_contradicted", "share_true", "tested", "quotation", "estimate"):
        head = page.locator(f"#claims-table th[data-column={column}]")
        if head.count():
            assert head.evaluate("(th) => th.getBoundingClientRect().right <= th.closest('.scroll').getBoundingClientRect().right"), column


def test_pairs_are_told_by_arrow_keys(read):
    page = read().page
    told = page.locator(".plate:has(#pair-coverage)").get_by_role("button", name="Values")
    told.press("Enter")
    told.press("ArrowRight")
    assert re.search(r" and .*: \d+ votes", page.locator("#tip").inner_text())


@pytest.mark.slow
def test_four_hundred_models(read, tmp_path):
    """At most 2.5 MB, interactive within a second, and scrolled without a long pause."""
    names = [*KNOWN, *(f"model-{i:03}-of-some-length" for i in range(400 - len(KNOWN)))]
    frame = vote_frame(names, 60_000)
    path = recount.write_report(recount.analyse(frame), tmp_path / "large.html")
    assert path.stat().st_size <= 2_500_000
    started = time.perf_counter()
    page = read(path).page
    page.get_by_role("searchbox").first.fill("model-399")
    assert len(column(page, "competitor")) == 0 or column(page, "competitor") == ["model-399-of-some-length"]
    opened = time.perf_counter() - started
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
    longest = page.evaluate(
        """async () => { const gaps = []; let last = performance.now();
        for (let y = 0; y < document.documentElement.scrollHeight; y += 400) { scrollTo(0, y);
            await new Promise(requestAnimationFrame); const now = performance.now(); gaps.push(now - last); last = now; }
        gaps.sort((a, b) => a - b); return gaps[Math.floor(gaps.length * 0.95)] }"""
    )
    print(
        f"{path.stat().st_size / 1e6:.2f} MB, interactive after {ready:.0f} ms, filtered {opened:.2f} s after, 95 % of frames within {longest:.0f} ms"
    )
    # On a machine that does other work at the same time; alone it is a third of this.
    assert ready < 3000
    assert longest < 300
