"""The HTML reports in a real browser: what the page shows, what it refuses, that it can be filtered, opened, printed and
read, and that a keyboard is enough.

Needs Chromium and its driver (`make peers` installs them from Debian's packages); one test needs axe-core (npm).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from cassette_tools._record import replace
from cassette_tools.finding import Drift, Location, Region
from cassette_tools.reporters import (
    REPORTERS,
    Cell,
    DriftReport,
    DriftSuite,
    Group,
    Member,
    Provenance,
    Style,
    Totals,
    View,
)
from cassette_tools.reporters._passages import passages

BROWSER = shutil.which("chromium") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
AXE = Path(__file__).parents[2] / ".venv" / "npm" / "node_modules" / "axe-core" / "axe.min.js"

HOSTILE = (
    "<script>document.title='run'</script><img src=x onerror=\"document.title='run'\">"
    "<img src=http://example.com/x.png><style>body{display:none}</style></noscript></div>"
)
LONG = "a-name-without-any-blank-that-goes-on-and-on-" * 4
SCENARIOS = ("story", "tool", "weather")
MODELS = (("anthropic", "claude-5"), ("openai", "gpt-6"))


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


# --- the pages -------------------------------------------------------------------------------------------------------


def drift(rule: str, level: str, old: str, new: str, of: str = "") -> Drift:
    where = Location(path="new.yaml", region=Region(line=3, column=5, end_line=3, end_column=9))
    return Drift(
        rule=rule,
        level=level,
        message=f"the text changed: {old[:9]} → {new[:9]}",
        path="interactions[0].response.output_messages[0].text",
        origin="response",
        cause="model",
        old=old,
        new=new,
        new_location=where,
        fingerprint=f"{rule} {of}",
    )


def pair(path: str, *findings: Drift, **more: Any) -> DriftReport:
    levels = [finding.level for finding in findings]
    return DriftReport(
        old_path=path,
        new_path=path,
        profile="rerecord",
        provenance=Provenance(sdk=((HOSTILE,), (HOSTILE,))),
        findings=findings,
        summary={level: levels.count(level) for level in ("breaking", "behavior", "shape", "cosmetic", "noise")},
        **more,
    )


CONVERSATION = View(
    conversation=tuple(passages(f"#0\n{HOSTILE}\nit rains\n", f"#0\n{HOSTILE}\nit snows\n")),
    events=((HOSTILE, 1, 2),),
)
CHANGES = {  # of each scenario
    "story": ("text-reworded", "shape", "good day to you", "hello, how are you"),
    "tool": ("tool-call-added", "breaking", "no call", "a call of the tool"),
    "weather": ("text-facts-changed", "behavior", f"it is 31 degrees {HOSTILE}", f"it is 24 degrees {HOSTILE}"),
}


def made_suite() -> DriftSuite:
    """Three scenarios of two models, the names and texts of which are hostile; one recording is as it was."""
    pairs, cells = [], []
    for scenario in SCENARIOS:
        for provider, model in MODELS:
            path = f"{model}/{scenario}{HOSTILE}.yaml"
            rule, level, old, new = CHANGES[scenario]
            quiet = (scenario, model) == ("story", "gpt-6")
            counts = {"input_tokens": (100, 100), "output_tokens": (50, 80 if scenario == "tool" else 50)}
            found = () if quiet else (drift(rule, level, old, new, path),)
            pairs.append(pair(path, *found, view=CONVERSATION, totals=Totals(counts=counts)))
            cells.append(
                Cell(
                    scenario=f"{scenario}{HOSTILE}",
                    provider_name=provider,
                    model=f"{model}<i>",
                    level="" if quiet else level,
                    path=path,
                )
            )
    return suite_of(pairs, cells)


def suite_of(pairs: list[DriftReport], cells: list[Cell], name: str = HOSTILE) -> DriftSuite:
    found: dict[str, list[tuple[str, Drift]]] = {}
    for each in pairs:
        for finding in each.findings:
            found.setdefault(finding.rule, []).append((each.new_path, finding))
    groups = tuple(
        Group(
            id=rule,
            level=members[0][1].level,
            rule=rule,
            template=members[0][1].message,
            message=members[0][1].message,
            cause="model",
            subject="text",
            members=tuple(Member(pair=path, fingerprint=finding.fingerprint) for path, finding in members),
            example=members[0][1],
        )
        for rule, members in found.items()
    )
    levels = [finding.level for each in pairs for finding in each.findings]
    return DriftSuite(
        old=name,
        new=name,
        pairs=tuple(pairs),
        summary={level: levels.count(level) for level in ("breaking", "behavior", "shape", "cosmetic", "noise")},
        groups=groups,
        matrix=tuple(cells),
    )


def written(folder: Path, report: DriftReport | DriftSuite, show: str = "shape") -> str:
    """Where its page is."""
    reporter = REPORTERS.only("html")
    assert reporter.diff is not None
    assert reporter.suite is not None
    style = Style(show=show)
    text = reporter.diff(report, style) if isinstance(report, DriftReport) else reporter.suite(report, style)
    path = folder / "report.html"
    path.write_text(text, encoding="utf-8")
    return path.as_uri()


@pytest.fixture(scope="module")
def addresses(tmp_path_factory: pytest.TempPathFactory, samples: Path) -> dict[str, str]:
    """Where the pages are: of a suite, of one pair, and of the state of a suite."""
    from cassette_tools.suite.history import BASE, CHANGED, COMMIT, THERE, Moment, Timeline, Track, Version
    from cassette_tools.suite.report import report_of
    from cassette_tools.suite.state_html import report_html
    from cassette_tools.suite.states import State
    from cassette_tools.suite.survey import recordings_of, survey

    findings = drift(*CHANGES["weather"]), replace(drift(*CHANGES["story"]), level="cosmetic")
    moments = [
        Moment(kind=COMMIT if at else BASE, name=f"{at}", at=f"2026-01-0{at + 1}", subject=HOSTILE) for at in range(3)
    ]
    versions = [
        Version(moment=at, change=CHANGED if at else THERE, path="a.yaml", state=State(output_tokens=10 * at))
        for at in range(3)
    ]
    track = Track(path="a.yaml", scenario="a", last=State(), versions=tuple(versions))
    found = report_of(recordings_of(survey((str(samples / "suite" / "new"),), cached=False)))
    state = tmp_path_factory.mktemp("state") / "report.html"
    since = "v1", Timeline(moments=tuple(moments), tracks=(track,))
    state.write_text(report_html(found, since), encoding="utf-8")
    return {
        "suite": written(tmp_path_factory.mktemp("suite"), made_suite()),
        "pair": written(tmp_path_factory.mktemp("pair"), pair("new.yaml", *findings, view=CONVERSATION), "cosmetic"),
        "state": state.as_uri(),
    }


@pytest.fixture
def visit(browser: Any, addresses: dict[str, str]) -> Any:
    """Opens a page anew, as wide as a desk has room for."""

    def opened(name: str, width: int = 1280) -> Any:
        browser.get_log("browser")
        metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        browser.get("about:blank")  # another hash alone would open nothing
        browser.get(addresses.get(name, name))
        return browser

    yield opened
    browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


PAGES = ("suite", "pair", "state")


def all_of(page: Any, selector: str) -> list[Any]:
    return list(page.find_elements("css selector", selector))


# One call for all elements: the driver's own questions about one element take longer than to show it.
IN_SIGHT = """
    const inSight = [...document.querySelectorAll(arguments[0])].filter(one =>
        one.checkVisibility({ opacityProperty: true, visibilityProperty: true })
        && [...one.getClientRects()].some(box => box.width && box.height));
"""


def seen(page: Any, selector: str) -> list[Any]:
    return list(page.execute_script(f"{IN_SIGHT} return inSight", selector))


def told(page: Any, selector: str, name: str) -> list[str]:
    """What a property or an attribute of each says."""
    value = "one[arguments[1]] ?? one.getAttribute(arguments[1])"
    return list(page.execute_script(f"{IN_SIGHT} return inSight.map(one => {value})", selector, name))


def texts(page: Any, selector: str) -> list[str]:
    return [each.text for each in seen(page, selector)]


def counts(page: Any, *selectors: str) -> list[int]:
    """How many elements are in sight."""
    script = "return arguments[0].map(each => [...document.querySelectorAll(each)].filter(one => one.checkVisibility()).length)"
    return list(page.execute_script(script, selectors))


def open_everything(page: Any) -> None:
    for _ in range(2):  # what stands in a line is there when the line is open
        page.execute_script("for (const each of document.querySelectorAll('details')) each.open = true")
        page.execute_async_script("requestAnimationFrame(() => setTimeout(arguments[0]))")


# --- what was recorded, and what it may do ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["suite", "pair"])
def test_what_was_recorded_is_text(visit: Any, name: str) -> None:
    page = visit(name)
    open_everything(page)
    assert (
        page.title
        == {
            "suite": "cassette diff: a client can fail on 2 of 6 recordings",
            "pair": "cassette diff: nothing breaks a client; the behaviour changed in the new recording",
        }[name]
    )
    assert len(all_of(page, "script")) == 1
    assert all_of(page, "img, link, iframe, object, body style") == []
    assert page.find_element("css selector", "main").text.count(HOSTILE) >= 5


@pytest.mark.parametrize("name", PAGES)
def test_the_page_asks_for_nothing_and_breaks_no_rule_of_its_own(visit: Any, name: str) -> None:
    page = visit(name)
    open_everything(page)
    assert page.execute_script("return performance.getEntriesByType('resource').length") == 0
    assert [entry for entry in page.get_log("browser") if "favicon" not in entry["message"]] == []


@pytest.mark.parametrize(
    ("attack", "directive"),
    [
        ("const image = new Image(); image.src = 'http://127.0.0.1:9/x.png'", "img-src"),
        ("document.body.append(Object.assign(document.createElement('script'), {text: '1'}))", "script-src-elem"),
        ("document.body.setAttribute('onclick', '1')", "script-src-attr"),
        (
            "document.body.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))",
            "style-src-elem",
        ),
        ("fetch('http://127.0.0.1:9/').catch(() => 0)", "connect-src"),
    ],
)
def test_its_policy_forbids_what_a_page_could_do(visit: Any, attack: str, directive: str) -> None:
    blocked = f"""
        const done = arguments[0];
        document.addEventListener('securitypolicyviolation', event => done(event.effectiveDirective));
        {attack};
    """
    assert visit("suite").execute_async_script(blocked) == directive


# --- what it shows ---------------------------------------------------------------------------------------------------


def test_the_change_is_marked_and_named_by_its_side(visit: Any) -> None:
    page = visit("pair")
    gone, come = all_of(page, "del")[0], all_of(page, "ins")[0]
    assert (gone.text, come.text) == ("31", "24")
    assert gone.value_of_css_property("background-color") != come.value_of_css_property("background-color")
    left, right = gone.rect, come.rect
    assert left["x"] < right["x"]  # side by side
    assert abs(left["y"] - right["y"]) < left["height"]
    assert texts(page, "article .side") == ["old", "new", "old", "new"]


def test_on_a_phone_the_sides_stand_below_each_other(visit: Any) -> None:
    page = visit("pair", 390)
    left, right = all_of(page, "del")[0].rect, all_of(page, "ins")[0].rect
    assert left["y"] < right["y"]
    assert abs(left["x"] - right["x"]) < 1


def test_what_is_closed_is_made_when_it_is_opened(visit: Any) -> None:
    page = visit("suite")
    assert all_of(page, "article, .sides") == []
    row = all_of(page, "[data-row=recording]")[0]
    row.find_element("css selector", "summary").click()
    assert [len(row.find_elements("css selector", each)) for each in ("article", ".conversation", "noscript")] == [
        1,
        1,
        0,
    ]
    assert "it is 24 degrees" not in page.find_element("css selector", "main").text  # that of another one


def test_the_conversation_and_the_events_of_a_pair(visit: Any) -> None:
    page = visit("pair")
    for each in all_of(page, "details:not([open]) > summary"):
        each.click()
    assert texts(page, ".conversation > .text") == [f"#0\n{HOSTILE}"]
    assert texts(page, ".conversation .sides .text") == ["it rains", "it snows"]
    assert texts(page, ".numbers tr") == ["event old new", f"{HOSTILE} 1 2"]


def test_tokens_of_a_scenario_are_drawn(visit: Any) -> None:
    page = visit("suite")
    assert texts(page, ".trends tbody tr") == [f"tool{HOSTILE}\n100 → 160\n+60.0%"]
    assert [each.get_attribute("width") for each in all_of(page, ".trends rect")] == ["50.0"]


def test_headings_and_languages_are_told(visit: Any) -> None:
    for name in PAGES:
        page = visit(name)
        open_everything(page)
        assert page.find_element("css selector", "html").get_attribute("lang") == "en"
        levels = [element.tag_name for element in all_of(page, "h1, h2, h3")]
        assert levels[0] == "h1"
        assert levels.count("h1") == 1
        assert all(int(b[1]) - int(a[1]) <= 1 for a, b in pairwise(levels))


def test_without_scripts_everything_can_be_read(browser: Any, visit: Any) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = visit("suite")
        for each in all_of(page, "summary"):
            each.click()
        assert len(texts(page, "article")) == 5
        assert texts(page, ".conversation .sides .text") == ["it rains", "it snows"] * 5
        assert seen(page, "#filter, footer kbd") == []
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


# --- finding one's way ------------------------------------------------------------------------------------------------


def rows(page: Any) -> tuple[list[str], list[str]]:
    """The rules of the changes, and the names of the recordings, that are in sight."""
    changes = told(page, "[data-row=change]", "data-rule")
    names = told(page, "[data-row=recording] > summary > span:nth-child(2)", "textContent")
    return changes, [brief(name) for name in names]


def brief(name: str) -> str:
    return name.replace(HOSTILE, "").replace("<i>", "")


def focused(page: Any) -> str:
    """The line that the keyboard is at."""
    return brief(" ".join(page.switch_to.active_element.text.split()))


ALL = (
    ["tool-call-added", "text-facts-changed", "text-reworded"],
    ["tool · claude-5", "tool · gpt-6", "weather · claude-5", "weather · gpt-6", "story · claude-5"],
)


def choose(page: Any, chip: str, value: str) -> None:
    from selenium.webdriver.support.select import Select

    if chip == "level":
        page.find_element("css selector", f"#filter label.{value}").click()
    elif chip == "search":
        page.find_element("css selector", "#filter [name=search]").send_keys(value)
    else:
        Select(page.find_element("css selector", f"#filter [name={chip}]")).select_by_visible_text(value)


@pytest.mark.parametrize(
    ("chosen", "changes", "recordings"),
    [
        ([("level", "breaking")], ["tool-call-added"], ["tool · claude-5", "tool · gpt-6"]),
        (
            [("level", "breaking"), ("level", "shape")],
            ["tool-call-added", "text-reworded"],
            ["tool · claude-5", "tool · gpt-6", "story · claude-5"],
        ),
        ([("rule", "text-facts-changed")], ["text-facts-changed"], ["weather · claude-5", "weather · gpt-6"]),
        ([("provider", "openai")], ["tool-call-added", "text-facts-changed"], ["tool · gpt-6", "weather · gpt-6"]),
        ([("scenario", f"story{HOSTILE}")], ["text-reworded"], ["story · claude-5"]),
        ([("search", "24 degrees")], ["text-facts-changed"], ["weather · claude-5", "weather · gpt-6"]),
        ([("search", "<SCRIPT> hello,")], ["text-reworded"], ["story · claude-5"]),
        ([("search", "article")], [], []),  # a word of the page's own markup
        ([("level", "breaking"), ("provider", "openai"), ("search", "call")], ["tool-call-added"], ["tool · gpt-6"]),
        ([("level", "breaking"), ("rule", "text-reworded")], [], []),
    ],
)
def test_the_filter(visit: Any, chosen: list[tuple[str, str]], changes: list[str], recordings: list[str]) -> None:
    page = visit("suite")
    assert rows(page) == ALL
    for chip, value in chosen:
        choose(page, chip, value)
    assert rows(page) == (changes, recordings)
    assert texts(page, "#filter output") == [f"{len(changes)} changes, {len(recordings)} of 5 recordings"]
    faded = len(all_of(page, ".heat .faded"))
    assert faded == 5 - len(recordings)
    page.find_element("css selector", "#filter button").click()
    page.execute_async_script("setTimeout(arguments[0])")
    assert rows(page) == ALL


def test_an_open_recording_shows_the_changes_that_are_asked_for(visit: Any, tmp_path: Path) -> None:
    found = made_suite()
    both = replace(found.pairs[2], findings=(*found.pairs[2].findings, *found.pairs[0].findings))
    page = visit(written(tmp_path, replace(found, pairs=(*found.pairs[:2], both, *found.pairs[3:]))))
    all_of(page, "[data-row=recording] summary")[0].click()
    assert [each.partition("\n")[0] for each in texts(page, "article")] == [
        "breaking tool-call-added",
        "shape text-reworded",
    ]
    choose(page, "level", "shape")
    assert [each.partition("\n")[0] for each in texts(page, "article")] == ["shape text-reworded"]


def test_a_mark_of_the_table_leads_to_its_recording(visit: Any) -> None:
    page = visit("suite")
    choose(page, "level", "shape")  # which the recording is not of
    (cell,) = all_of(page, ".heat tbody tr:nth-child(2) td:nth-child(3) a")
    cell.click()
    assert len(seen(page, "article")) == 1
    assert focused(page) == "breaking tool · gpt-6 1 breaking"
    assert rows(page) == ALL


def test_a_change_leads_to_its_recordings(visit: Any) -> None:
    page = visit("suite")
    all_of(page, "[data-row=change] summary")[1].click()
    assert [brief(text) for text in told(page, ".links a", "textContent")] == ["weather · claude-5", "weather · gpt-6"]
    seen(page, ".links a")[1].click()
    assert told(page, "[data-row=recording][open]", "id") == ["pair-3"]


def press(page: Any, *keys: str) -> Any:
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(page).send_keys(*keys).perform()
    return page.switch_to.active_element


def test_a_keyboard_is_enough(visit: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    page = visit("suite")
    press(page, "j")
    assert focused(page).startswith("2 × the text changed: no call")
    press(page, "j", "j", "k", Keys.ARROW_DOWN, Keys.ARROW_DOWN)
    assert focused(page) == "breaking tool · claude-5 1 breaking"
    press(page, Keys.ENTER)
    assert len(seen(page, "article")) == 1
    press(page, Keys.TAB)  # into what was opened
    press(page, Keys.ESCAPE)
    assert focused(page) == "breaking tool · claude-5 1 breaking"
    assert seen(page, "article") == []
    assert press(page, "/").get_attribute("name") == "search"
    press(page, "jk/")  # letters, where one writes
    assert page.switch_to.active_element.get_attribute("value") == "jk/"
    press(page, Keys.ESCAPE)
    assert rows(page) == ALL


def test_arrows_go_from_mark_to_mark(visit: Any) -> None:
    from selenium.webdriver.common.keys import Keys

    page = visit("suite")
    page.execute_script("document.querySelector('.heat a').focus()")
    at = [
        press(page, key).get_attribute("hash")
        for key in (Keys.ARROW_DOWN, Keys.ARROW_RIGHT, Keys.ARROW_UP, Keys.ARROW_DOWN)
    ]
    assert at == [
        "#pair-0",
        "#pair-1",
        "#pair-1",
        "#pair-3",
    ]  # one recording has no drift, and no mark that leads to it


def test_of_many_recordings_some_are_shown(visit: Any, tmp_path: Path) -> None:
    found = [pair(f"s{at}/a.yaml", drift("text-changed", "behavior", "a", "b", str(at))) for at in range(250)]
    cells = [
        Cell(scenario=f"s{at}", provider_name="openai", model="gpt-6", level="behavior", path=each.new_path)
        for at, each in enumerate(found)
    ]
    page = visit(written(tmp_path, suite_of(found, cells, "x")))
    assert counts(page, "[data-row=recording]", "#more", ".heat a") == [100, 1, 25]
    assert page.execute_script("return document.getElementsByTagName('*').length") < 250 * 16
    choose(page, "search", "s249")
    assert counts(page, "[data-row=recording]", "#more") == [1, 0]
    page.find_element("css selector", "#filter button").click()
    page.execute_async_script("setTimeout(arguments[0])")
    page.find_element("id", "more").click()
    assert counts(page, "[data-row=recording]", "#more") == [250, 0]
    page.get(f"{page.current_url.partition('#')[0]}#pair-249")
    assert focused(page) == "behavior s249 · gpt-6 1 behavior"


def test_what_is_printed(browser: Any, visit: Any) -> None:
    page = visit("suite")
    page.execute_script("""
        window.printed = [];
        addEventListener('beforeprint', () => {
            const sees = selector => [...document.querySelectorAll(selector)].filter(each => each.checkVisibility()).length;
            printed.push(sees('.example'), sees('[data-row=recording]'), sees('article'));
        });
    """)
    browser.execute_cdp_cmd("Page.printToPDF", {})
    assert page.execute_script("return printed") == [3, 5, 0]
    assert seen(page, ".example") == []  # as it was
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    assert seen(page, "#filter, footer") == []
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


# --- the state of a suite ---------------------------------------------------------------------------------------------


def test_the_state_of_a_suite(visit: Any) -> None:
    page = visit("state")
    assert page.find_element("css selector", "h1").text == "Models differ in 1 of 8 shared scenarios"
    assert texts(page, ".plain li") == [
        "summary: finish reason stop (claude-sonnet-4, gemini-2.5-flash); length (gpt-4.1-mini)"
    ]
    done = [" ".join(each.split()) for each in texts(page, "[aria-labelledby=done] tbody tr")]
    assert "summary · an answer alone r reasoning l cut at the limit" in done
    assert texts(page, ".moment summary") == [f"2026-01-03 2 {HOSTILE}", f"2026-01-02 1 {HOSTILE}"]
    assert all_of(page, ".line polyline")[0].get_attribute("points") == "0.0,19.0 50.0,10.0 100.0,1.0"
    choose(page, "provider", "openai")
    assert len(seen(page, "[data-row=scenario]")) == 6
    page.find_element("css selector", ".plain a").click()
    assert [each[:2] for each in (row.split() for row in texts(page, ".stack tbody tr"))] == [
        ["claude-sonnet-4-20250514", "anthropic"],
        ["gemini-2.5-flash", "gcp.gemini"],
        ["gpt-4.1-mini", "openai"],
    ]


# --- everybody can read it --------------------------------------------------------------------------------------------


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


@pytest.fixture(params=["light", "dark"])
def scheme(browser: Any, request: pytest.FixtureRequest) -> Iterator[str]:
    features = [{"name": "prefers-color-scheme", "value": request.param}]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
    yield str(request.param)
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


COLORED = (
    "h1",
    ".dim",
    "a",
    "del",
    "ins",
    "#filter label.breaking",
    *(f".heat .{level} a" for level in ("breaking", "behavior", "shape")),
)


def test_every_color_can_be_read(visit: Any, scheme: str) -> None:
    page = visit("suite")
    open_everything(page)
    assert {each: ratio for each in COLORED if (ratio := contrast(page, each)) < 4.5} == {}
    choose(page, "level", "shape")
    assert contrast(page, ".heat .faded a") >= 4.5


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Any, scheme: str, name: str, width: int) -> None:
    if not AXE.is_file():
        pytest.skip("the npm package axe-core is not here; `make peers` installs it")
    page = visit(name, width)
    open_everything(page)
    page.execute_script(AXE.read_text(encoding="utf-8"))
    found = page.execute_async_script("axe.run(document).then(arguments[0])")
    assert found["passes"]
    assert [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found["violations"]] == []


def many(scenarios: int, models: int) -> DriftSuite:
    """Long names, long sentences."""
    pairs, cells = [], []
    for at in range(scenarios):
        for model in range(models):
            level = "breaking" if (at + model) % 3 else ""
            path = f"{LONG}{at}/{model}.yaml"
            pairs.append(
                pair(path, *[drift("text-changed", "breaking", LONG, "new", path)] * bool(level), view=CONVERSATION)
            )
            name = f"{LONG}{chr(97 + model)}"
            cells.append(Cell(scenario=f"{LONG}{at}", provider_name="openai", model=name, level=level, path=path))
    return suite_of(pairs, cells, LONG)


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int], str]:
    """Where the page of so many models is."""
    return cache(lambda models: written(tmp_path_factory.mktemp("wide"), many(models + 1, models)))


@pytest.mark.parametrize(("models", "named_at"), [(2, ()), (7, (390,)), (33, (390, 1280))])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_page_scrolls_sideways(
    visit: Any, wide: Callable[[int], str], models: int, named_at: tuple[int, ...], width: int
) -> None:
    """Whatever is opened in it; what the table says, it says on a narrow screen as well."""
    page = visit(wide(models), width)
    open_everything(page)
    inner, outer = page.execute_script("return [document.documentElement.scrollWidth, window.innerWidth]")
    assert outer == width
    assert inner <= outer
    word = page.find_element("css selector", ".heat td.breaking .word")
    named = page.execute_script("return getComputedStyle(arguments[0], '::before').content", word)
    assert (page.find_element("css selector", ".heat thead").is_displayed(), LONG in named) == (
        (False, True) if width in named_at else (True, False)
    )
