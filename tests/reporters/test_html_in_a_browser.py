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
from cassette_tools.reporters import REPORTERS, Cell, DriftReport, DriftSuite, Provenance, Style

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
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where a report of hostile texts is."""
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
    return path.as_uri()


@pytest.fixture
def page(browser: Any, address: str) -> Any:
    """The report, opened anew: other tests open other pages."""
    browser.get_log("browser")
    browser.get(address)
    return browser


def all_of(page: Any, selector: str) -> list[Any]:
    return list(page.find_elements("css selector", selector))


def test_what_was_recorded_is_text(page: Any) -> None:
    assert page.title == "cassette diff: a client can fail on the new recording"
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


def contrast(browser: Any, selector: str) -> float:
    """Of an element's text to the page behind it (WCAG 2.2, 1.4.3)."""
    script = """
        const parts = color => color.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const behind = node => {
            const color = getComputedStyle(node).backgroundColor;
            return /, 0\\)$/.test(color) ? behind(node.parentElement) : color;
        };
        const light = color => parts(color).map(one => one / 255)
            .map(one => one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
            .reduce((sum, one, at) => sum + one * [0.2126, 0.7152, 0.0722][at], 0);
        const node = document.querySelector(arguments[0]);
        const [one, other] = [light(getComputedStyle(node).color), light(behind(node))];
        return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    """
    return float(browser.execute_script(script, selector))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_color_can_be_read(browser: Any, page: Any, scheme: str) -> None:
    features = [{"name": "prefers-color-scheme", "value": scheme}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    found = {
        each: contrast(browser, each) for each in ("h1", ".dim", ".level.breaking", ".level.cosmetic", "del", "ins")
    }
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert {each: ratio for each, ratio in found.items() if ratio < 4.5} == {}


def test_it_fits_a_narrow_window(page: Any, tmp_path: Path) -> None:
    page.set_window_size(420, 900)
    width = page.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    page.set_window_size(1200, 900)
    assert width[0] <= width[1]


# --- another page (after the tests of the first, which it closes) ---------------------------------------------------------

LONG = "a-name-without-any-blank-that-goes-on-and-on-" * 4


def many() -> DriftSuite:
    """Twelve scenarios of two models, with long names and long sentences."""
    found = drift("text-facts-changed", "breaking", LONG, "new")
    pairs, cells = [], []
    for at in range(24):
        level = "breaking" if at % 3 else ""
        path = f"{LONG}{at}.yaml"
        pairs.append(
            DriftReport(
                old_path=path,
                new_path=path,
                profile="rerecord",
                provenance=Provenance(),
                findings=(found,) if level else (),
                summary={"breaking": bool(level)},
            )
        )
        model = f"{LONG}{'ab'[at % 2]}"
        cells.append(Cell(scenario=f"{LONG}{at // 2}", provider_name="openai", model=model, level=level, path=path))
    return DriftSuite(old=LONG, new=LONG, pairs=tuple(pairs), summary={"breaking": 16}, matrix=tuple(cells))


@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_scrolls_sideways(browser: Any, tmp_path: Path, width: int) -> None:
    """Whatever is opened in it; what the table says, it says on a narrow screen as well."""
    render = REPORTERS.only("html").suite
    assert render is not None
    path = tmp_path / "suite.html"
    path.write_text(render(many(), Style(show="shape")), encoding="utf-8")
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(path.as_uri())
    browser.execute_script("document.querySelectorAll('details').forEach(each => { each.open = true })")
    inner, outer = browser.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    cell = browser.find_element("css selector", ".matrix td.breaking")
    named = browser.execute_script("return getComputedStyle(arguments[0], '::before').content", cell)
    heads = browser.find_element("css selector", ".matrix thead").is_displayed()
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    assert outer == width
    assert inner <= outer
    assert browser.find_element("css selector", "h1").text == "A client can fail on 16 of 24 recordings"
    assert (heads, LONG in named) == ((True, False) if width > 640 else (False, True))
