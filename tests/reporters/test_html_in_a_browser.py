"""The HTML report in a real browser: what the page shows, what it refuses, and that a keyboard is enough.

Needs Chromium and its driver (`make peers` installs them from Debian's packages).
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cassette_tools.finding import Drift, Location, Region
from cassette_tools.reporters import REPORTERS, DriftReport, Provenance, Style

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")

HOSTILE = (
    "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    "<img src=http://example.com/x.png><style>body{display:none}</style>"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if BROWSER is None or DRIVER is None:
        pytest.skip("no Chromium with its driver here; `make peers` installs them")
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = BROWSER
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    for word in ("headless", "no-sandbox", "disable-gpu", "disable-background-networking", "disable-component-update"):
        options.add_argument(f"--{word}")
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    yield driver
    driver.quit()


def drift(rule: str, level: str, old: str, new: str) -> Drift:
    where = Location(path="new.yaml", region=Region(line=3, column=5, end_line=3, end_column=9))
    return Drift(
        rule=rule,
        level=level,
        message=f"the text changed: {old} → {new}",
        path="interactions[0].response.output_messages[0].text",
        origin="response",
        cause="model",
        old=old,
        new=new,
        new_location=where,
        fingerprint=rule,
    )


@pytest.fixture(scope="module")
def page(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A report of hostile texts, opened."""
    report = DriftReport(
        old_path="old.yaml",
        new_path="new.yaml",
        profile="rerecord",
        provenance=Provenance(sdk=((HOSTILE,), (HOSTILE,))),
        findings=(
            drift("text-facts-changed", "breaking", f"it is 31 degrees {HOSTILE}", f"it is 24 degrees {HOSTILE}"),
            drift("text-reworded", "cosmetic", "good day", "hello"),
        ),
        summary={"breaking": 1, "behavior": 0, "shape": 0, "cosmetic": 1, "noise": 0},
    )
    render = REPORTERS.only("html").diff
    assert render is not None
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(render(report, Style(show="noise")), encoding="utf-8")
    browser.get_log("browser")
    browser.get(path.as_uri())
    return browser


def all_of(page: Any, selector: str) -> list[Any]:
    return list(page.find_elements("css selector", selector))


def test_what_was_recorded_is_text(page: Any) -> None:
    assert page.title == "cassette diff: 1 breaking, 1 cosmetic"
    assert all_of(page, "script, img, link, iframe, object, body style") == []
    assert HOSTILE in page.find_element("css selector", "body").text


def test_the_page_asks_for_nothing_and_breaks_no_rule_of_its_own(page: Any) -> None:
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert [entry for entry in page.get_log("browser") if "favicon" not in entry["message"]] == []


def test_its_policy_forbids_what_a_page_could_do(page: Any) -> None:
    blocked = """
        const done = arguments[0];
        document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
        const image = new Image(); image.src = 'http://127.0.0.1:9/x.png';
    """
    assert page.execute_async_script(blocked) == "img-src"


def test_the_change_is_marked_for_eyes_and_for_screen_readers(page: Any) -> None:
    gone, come = all_of(page, "del")[0], all_of(page, "ins")[0]
    assert (gone.text, come.text) == ("31", "24")
    assert gone.value_of_css_property("background-color") != come.value_of_css_property("background-color")
    assert "line-through" in gone.value_of_css_property("text-decoration")
    left, right = gone.rect, come.rect
    assert left["x"] < right["x"]  # side by side
    assert abs(left["y"] - right["y"]) < left["height"]


def test_a_keyboard_folds_and_unfolds(page: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    details = all_of(page, "details")[0]
    summary = details.find_element("css selector", "summary")
    before = details.get_attribute("open")
    for _ in range(20):
        if page.switch_to.active_element == summary:
            break
        page.switch_to.active_element.send_keys(Keys.TAB)
    assert page.switch_to.active_element == summary
    summary.send_keys(Keys.ENTER)
    assert details.get_attribute("open") != before
    summary.send_keys(Keys.ENTER)
    assert details.get_attribute("open") == before


def test_headings_and_languages_are_told(page: Any) -> None:
    assert page.find_element("css selector", "html").get_attribute("lang") == "en"
    levels = [element.tag_name for element in all_of(page, "h1, h2, h3")]
    assert levels[0] == "h1"
    assert all(int(b[1]) - int(a[1]) <= 1 for a, b in pairwise(levels))
    for table in all_of(page, "table"):
        assert table.find_elements("css selector", "th")


def test_it_fits_a_narrow_window(page: Any, tmp_path: Path) -> None:
    page.set_window_size(420, 900)
    width = page.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    page.set_window_size(1200, 900)
    assert width[0] <= width[1]
