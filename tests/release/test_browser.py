"""The documents in a browser: accessible, quiet, offline, and no wider than the screen.

They run where a Chromium and the dependencies of the group `browser` are installed.
"""

from collections.abc import Iterator

import pytest

from .conftest import CHROMIUM, Made

pytest.importorskip(
    "playwright", reason="the group `browser` is not installed", exc_type=ImportError
)
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
DOCUMENTS = ("brief", "report", "annex")
WIDTHS = (380, 1024, 1920)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=DOCUMENTS)
def document(request, synthetic: Made) -> str:
    return (synthetic.release / f"{request.param}.html").as_uri()


def opened(browser: Browser, document: str, **settings: object) -> tuple[Page, list[str]]:
    """Open a document; return what it says on the console and asks of the network, as it comes."""
    page = browser.new_context(**settings).new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda asked: heard.append(asked.url) if asked.url != document else None)
    page.goto(document)
    return page, heard


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_the_page_is_quiet(browser, document, scheme):
    page, heard = opened(browser, document, color_scheme=scheme)
    found = Axe().run(page, options={"runOnly": RULES}).response
    assert found["passes"]
    assert [(one["id"], len(one["nodes"])) for one in found["violations"]] == []
    assert heard == []


def test_axe_finds_a_planted_violation(browser, tmp_path):
    planted = tmp_path / "planted.html"
    planted.write_text("<html><title>x</title><main><img src='data:,'></main></html>", "utf-8")
    page, _heard = opened(browser, planted.as_uri())
    found = Axe().run(page, options={"runOnly": RULES}).response
    assert {"image-alt", "html-has-lang"} <= {one["id"] for one in found["violations"]}


@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_is_wider_than_the_screen(browser, document, width):
    page, heard = opened(browser, document, viewport={"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard == []


def test_a_figure_tells_its_values_under_a_pointer_and_without_a_script(browser, synthetic):
    report = (synthetic.release / "report.html").as_uri()
    page, _heard = opened(browser, report, viewport={"width": 1024, "height": 900})
    spot = page.locator("#fig-event_study svg.wide .spot").first
    told = spot.locator("title").text_content()
    assert "(" in told
    spot.scroll_into_view_if_needed()
    spot.hover()
    assert page.locator(".tip").inner_text() == told.strip()
    assert spot.locator("title").count() == 0
    page.mouse.move(1, 1)
    assert page.locator(".tip").is_hidden()
    assert spot.locator("title").text_content() == told

    still, _heard = opened(browser, report, java_script_enabled=False)
    first = still.locator("#fig-event_study svg.wide .spot title").first
    assert first.text_content() == told


def test_a_reader_chooses_a_number_of_clusters_by_keyboard(browser, synthetic):
    annex = (synthetic.release / "annex.html").as_uri()
    page, heard = opened(browser, annex, viewport={"width": 1024, "height": 900})
    rows, parts = page.locator("#tab-partitions tbody tr"), page.locator("svg.wide .choice")
    whole, drawn = rows.count(), parts.count()
    svg = page.locator("#fig-partition_states svg.wide")
    high = svg.bounding_box()["height"]
    page.locator("#explorer input").first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.locator("#explorer input:checked").get_attribute("value") == "6"
    assert page.locator("#tab-partitions tbody tr:visible").count() == 6
    assert svg.bounding_box()["height"] < high / 2
    shown = page.locator("svg.wide .choice:not(.apart)")
    assert {one.get_attribute("data-key") for one in shown.all()} == {"6"}
    page.locator("#explorer input").first.check()
    assert page.locator("#tab-partitions tbody tr:visible").count() == whole
    assert page.locator("svg.wide .choice:not(.apart)").count() == drawn
    assert svg.bounding_box()["height"] == high
    assert heard == []

    still, _heard = opened(browser, annex, java_script_enabled=False)
    assert still.locator("#explorer fieldset").count() == 0
    assert still.locator("#tab-partitions tbody tr").count() == whole
