"""Formats and dialects of other packages, with the examples of CONTRIBUTING.md as the package, in a real process."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from cassette_tools.load import load
from cassette_tools.model import Interaction

ROOT = Path(__file__).resolve().parents[2]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
RECORDING = {
    "example_recordings": [
        {"url": "https://api.example.com/v1/ask", "answer": '{"kind": "example.answer", "text": "The avocet."}', "n": 1}
    ]
}


def block(heading: str, number: int = 0, language: str = "python") -> str:
    """A code block of a section of CONTRIBUTING.md."""
    section = re.split(r"^##+ ", CONTRIBUTING.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    return re.findall(rf"```{language}\n(.*?)```", section, flags=re.DOTALL)[number]


def format_module() -> str:
    own = "A format of your own, in a package of your own"
    return block("A format").split("FORMATS.register")[0].replace("FORMATS, ", "") + block(own, language="py")


def dialect_module() -> str:
    module = block("A dialect").replace("import DIALECTS, ", "import ")
    return re.sub(r"DIALECTS\.register\(\n(.*)\n\)\n", r"DIALECT = \1\n", module, flags=re.DOTALL)


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """The package as an installer leaves it: a module for each record, and the metadata."""
    site = tmp_path / "site-packages"
    metadata = site / "example_cassettes-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: example-cassettes\nVersion: 1.0\n", encoding="utf-8"
    )
    toml = block("A format of your own, in a package of your own", language="toml")
    group, entry = re.findall(r'entry-points\."(.*)"\]\n(.*)\n', toml)[0]
    dialect = "example = example_dialect:DIALECT"
    lines = [f"[{group}]", entry.replace('"', ""), "[cassette_tools.dialects]", dialect]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (site / "example_cassettes.py").write_text(format_module(), encoding="utf-8")
    (site / "example_dialect.py").write_text(dialect_module(), encoding="utf-8")
    (tmp_path / "work" / "suite").mkdir(parents=True)
    (tmp_path / "work" / "suite" / "example.json").write_text(json.dumps(RECORDING), encoding="utf-8")
    return site


def cassette(package: Path, *words: str) -> tuple[int, str, str]:
    """Status, output and remarks of ``python -m cassette_tools`` where the package is installed."""
    done = subprocess.run(
        [sys.executable, "-m", "cassette_tools", *words],
        cwd=package.parent / "work",
        env={**os.environ, "PYTHONPATH": f"{package}{os.pathsep}{ROOT}", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def asked(interaction: Interaction) -> tuple[str, str, object]:
    return interaction.request.method, interaction.request.url, interaction.response.body.json["kind"]


def test_a_file_of_the_format_is_linted_shown_and_converted(package: Path) -> None:
    assert cassette(package, "lint", "suite/example.json") == (0, "no findings in 1 file\n", "")
    assert cassette(package, "lint", "--no-cache", "suite") == (0, "no findings in 1 file\n", "")
    status, shown, remarks = cassette(package, "show", "--format", "json", "suite/example.json")
    assert (status, remarks) == (0, "")
    (interaction,) = json.loads(shown)["interactions"]
    assert json.loads(shown)["source"] == {"path": "suite/example.json", "format": "example", "format_version": None}
    assert (interaction["request"]["url"], interaction["llm"]["dialect"]) == (RECORDING["example_recordings"][0]["url"], "example")  # fmt: skip
    status, written, remarks = cassette(package, "convert", "suite/example.json", "--to", "go-vcr")
    assert (status, remarks) == (0, "cassette: suite/example.json: interaction 0: 'n' of the interaction is lost\n")
    (path := package.parent / "work" / "written.yaml").write_text(written, encoding="utf-8")
    assert [asked(each) for each in load(str(path)).interactions] == [
        ("POST", "https://api.example.com/v1/ask", "example.answer")
    ]


def test_what_was_passed_over_is_looked_at_again_when_a_package_is_installed(package: Path) -> None:
    package.rename(package.with_name("elsewhere"))
    package.mkdir()
    assert cassette(package, "lint", "--allow-empty", "suite")[:2] == (0, "no findings in 0 files\n")
    for path in package.with_name("elsewhere").iterdir():
        path.rename(package / path.name)
    assert cassette(package, "lint", "suite") == (0, "no findings in 1 file\n", "")


def test_a_finding_has_its_place(package: Path) -> None:
    path = package.parent / "work" / "suite" / "bad.json"
    path.write_text(
        '{\n  "example_recordings": [\n    {"url": "https://h/", "answer": "{"}\n  ]\n}\n', encoding="utf-8"
    )
    status, found, _remarks = cassette(package, "lint", "suite/bad.json")
    assert (status, found.partition(": error")[0]) == (1, "suite/bad.json:3:39")


def test_what_neither_we_nor_the_plugin_know_is_refused_with_all_names(package: Path) -> None:
    (package.parent / "work" / "other.json").write_text('{"a": 1}', encoding="utf-8")
    status, found, _remarks = cassette(package, "lint", "other.json")
    assert status == 1
    assert re.findall(r"supported: (.*)", found)[0].split(", ").count("example") == 1


def test_a_writer_of_the_plugin_is_a_choice_of_convert(package: Path) -> None:
    module = package / "example_cassettes.py"
    writer = """
from cassette_tools._record import replace
from cassette_tools.formats import Writer
from cassette_tools.formats import Written

FORMAT = replace(FORMAT, writers={"example": Writer(extension=".txt", write=lambda recording: Written(content=b"written\\n"))})
"""
    module.write_text(module.read_text(encoding="utf-8") + writer, encoding="utf-8")
    status, written, _remarks = cassette(package, "convert", "suite/example.json", "--to", "example")
    assert (status, written) == (0, "written\n")


WHOSE = "cassette: error: the plugin 'example' (cassette_tools.formats) of the package 'example-cassettes'"
MEND = "mend the package or uninstall it"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("import Headers", "import Hats"), f"cannot be loaded: ImportError: cannot import name 'Hats' from 'cassette_tools.model' ({ROOT}/cassette_tools/model.py); {MEND}"),
        (("from __future__", "raise SystemExit(3)\nfrom __future__"), "cannot be loaded: SyntaxError: "),
        (("FORMAT = Format(", "raise SystemExit(3)\nFORMAT = Format("), f"cannot be loaded: SystemExit: 3; {MEND}"),
        (("FORMAT = Format(", "FORMAT = dict("), "names example_cassettes:FORMAT, which is no Format, but a dict"),
        (("FORMAT = Format(", "OTHER = Format("), f"cannot be loaded: AttributeError: module 'example_cassettes' has no attribute 'FORMAT'; {MEND}"),
        (('name="example"', 'name="har"'), "calls itself 'har', which another has as its name"),
        (("marks=(", 'schema={"": "har"}, marks=('), "names a JSON Schema, which only formats of cassette-tools itself can"),
        (('return "" if', 'return 1 / 0 if'), f"failed: ZeroDivisionError: division by zero; {MEND}"),
        (('yield ("example_recordings", index)', 'yield ("example_recordings", no)'), f"failed: NameError: name 'no' is not defined; {MEND}"),
        (("node = item.node", "node = item.nodes"), f"failed: AttributeError: 'Item' object has no attribute 'nodes'; {MEND}"),
    ],
)  # fmt: skip
def test_a_broken_plugin_is_named_and_there_is_no_traceback(package: Path, change: tuple[str, str], told: str) -> None:
    module = package / "example_cassettes.py"
    text = module.read_text(encoding="utf-8")
    assert text.count(change[0]) == 1
    module.write_text(text.replace(*change), encoding="utf-8")
    for words in (("lint", "suite/example.json"), ("lint", "suite"), ("show", "suite/example.json")):
        status, output, remarks = cassette(package, *words)
        assert (status, output) == (2, ""), words
        assert remarks.startswith(f"{WHOSE} {told}"), words
        assert remarks.count("\n") == 1, words


def test_a_broken_plugin_is_met_only_where_none_of_ours_is_sure(package: Path) -> None:
    (package / "example_cassettes.py").write_text("1 / 0\n", encoding="utf-8")
    (package / "example_dialect.py").write_text("1 / 0\n", encoding="utf-8")
    calls, shop = (str(ROOT / "samples" / name) for name in ("readme/new.yaml", "formats/go_vcr/v1.yaml"))
    assert cassette(package, "lint", calls) == (0, "no findings in 1 file\n", "")
    assert cassette(package, "lint", shop) == (2, "", f"{WHOSE.replace('.formats', '.dialects')} cannot be loaded: ZeroDivisionError: division by zero; {MEND}\n")  # fmt: skip


# --- rules ------------------------------------------------------------------------------------------------------------

URLLESS = """\
version: 2
interactions:
- id: 0
  request: {url: "", method: POST, content_length: 3, body: "abc", headers: {}}
  response: {code: 200, status: 200 OK, body: "ok", headers: {}, duration: 1s}
"""
SETTINGS = 'ignore = ["schema-violation"]\n'  # which says it in its own way
TOLD = "the request has no URL, so that nothing can match it: record the interaction again"


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A package with the rule of CONTRIBUTING.md."""
    own = "A rule of your own, in a package of your own"
    site = tmp_path / "site-packages"
    metadata = site / "acme_rules-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-rules\nVersion: 1.0\n", encoding="utf-8")
    group, entry = re.findall(r'entry-points\."(.*)"\]\n(.*)\n', block(own, language="toml"))[0]
    (metadata / "entry_points.txt").write_text(f"[{group}]\n" + entry.replace('"', "") + "\n", encoding="utf-8")
    module = block("A lint rule").split("RULES.register")[0].replace("RULES, ", "") + block(own, language="py")
    (site / "acme_rules.py").write_text(module, encoding="utf-8")
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "a.yaml").write_text(URLLESS, encoding="utf-8")
    (tmp_path / "work" / "cassette.toml").write_text(SETTINGS, encoding="utf-8")
    return site


def test_a_rule_of_another_package_is_one_like_ours(rules: Path) -> None:
    found = f"a.yaml:4:18: warning url-missing: {TOLD}\n1 finding (1 warning) in 1 file\n"
    for words in ((), ("--select", "url-missing"), ("--select", "acme"), ("--extend-select", "acme")):
        assert cassette(rules, "lint", *words, "a.yaml") == (1, found, "")
    assert cassette(rules, "lint", "--no-cache", "a.yaml") == (1, found, "")
    for words in (("--ignore", "url-missing"), ("--ignore", "acme"), ("--select", "http")):
        assert cassette(rules, "lint", *words, "a.yaml") == (0, "no findings in 1 file\n", "")
    (rules.parent / "work" / "cassette.toml").write_text(
        f'{SETTINGS}[levels]\nurl-missing = "error"\n', encoding="utf-8"
    )
    assert cassette(rules, "lint", "a.yaml")[1] == found.replace("warning", "error")
    listed = cassette(rules, "rules")[1].splitlines()
    assert [" ".join(line.split()) for line in listed[-2:]] == ["acme:", "url-missing warning a request has no URL"]
    assert cassette(rules, "rules", "url-missing")[1].startswith(
        "url-missing (acme, warning)\n\nAn interaction has no URL."
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("interaction.request.url:", "interaction.request.uri:"), f"failed: AttributeError: 'Request' object has no attribute 'uri'; {MEND}"),
        (("RULE = Rule(", "RULE = dict("), "names acme_rules:RULE, which is no Rule, but a dict"),
        (('name="url-missing"', 'name="mojibake"'), "calls itself 'mojibake', which another has as its name"),
        (("import Rule\n", "import Rules\n"), "cannot be loaded: ImportError: cannot import name 'Rules'"),
    ],
)  # fmt: skip
def test_a_broken_rule_is_named_with_its_package(rules: Path, change: tuple[str, str], told: str) -> None:
    module = rules / "acme_rules.py"
    text = module.read_text(encoding="utf-8")
    assert text.count(change[0]) == 1
    module.write_text(text.replace(*change), encoding="utf-8")
    status, output, remarks = cassette(rules, "lint", "a.yaml")
    assert (status, output, remarks.count("\n")) == (2, "", 1)
    whose = "cassette: error: the plugin 'url-missing' (cassette_tools.rules) of the package 'acme-rules'"
    assert remarks.startswith(f"{whose} {told}")


def test_where_no_package_adds_rules_our_own_files_lead_to_no_metadata(package: Path) -> None:
    program = f"""
import sys
from cassette_tools.cli import main
status = main(["lint", "--no-cache", {str(ROOT / "samples" / "readme" / "new.yaml")!r}])
print(sorted(name for name in sys.modules if name in ("importlib.metadata", "example_cassettes")))
"""
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(package)}, capture_output=True, text=True, check=True)  # fmt: skip
    assert done.stdout.splitlines()[-1] == "[]"


def test_the_documentation_lists_only_our_own(package: Path) -> None:
    done = subprocess.run([sys.executable, "-c", "import sys; sys.path.insert(0, 'tools'); import write_docs; print(*[each.name for each in write_docs.FORMATS.own()])"], cwd=ROOT, env={**os.environ, "PYTHONPATH": str(package)}, capture_output=True, text=True, check=True)  # fmt: skip
    assert "example" not in done.stdout.split()
