"""``cassette report --write-contract`` and ``--contract``: what answers look like, learned and checked."""

from __future__ import annotations

import os

from cassette_tools._record import replace
from cassette_tools.cli.output import style_for, write_bytes
from cassette_tools.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from cassette_tools.cli.suite import SuiteOptions
    from cassette_tools.suite.survey import Opened, Recorded


def refuse_contrary(options: SuiteOptions) -> None:
    """Raises UsageError for options that do not go together."""
    if options.contract is not None and options.write_contract is not None:
        raise UsageError("--contract and --write-contract are two things: do one after the other")
    for name, value in (("--since", options.since), ("--history", options.history)):
        if value is not None:
            raise UsageError(
                f"{name} is about the state of a suite, and a contract about answers: leave one of them out"
            )
    if options.write_contract is not None and options.format != "text":
        raise UsageError(f"--write-contract writes files and has no report in {options.format}")
    if options.contract is not None and options.format == "markdown":
        raise UsageError("--contract is told in --format text or json, not in markdown")


def learn(recordings: Sequence[Recorded], folder: str, options: SuiteOptions, opened: Opened) -> str:
    """Write the contract of recordings; what is said of it. Raises CassetteError."""
    from cassette_tools.suite.contract import SUFFIX, learned, schema_json
    from cassette_tools.suite.contract_text import learned_text
    from cassette_tools.suite.shapes import shapes_of
    from cassette_tools.writing import make_folder

    documents = learned(shapes_of(recordings, opened, options.jobs))
    if not documents:
        raise UsageError(f"--write-contract {folder}: no answer of a known dialect is recorded: nothing was learned")
    make_folder(folder)
    for dialect, document in documents.items():
        write_bytes(schema_json(document), os.path.join(folder, dialect + SUFFIX), within=folder)
    return learned_text(documents, folder, len(recordings))


def check(
    recordings: Sequence[Recorded], folder: str, options: SuiteOptions, opened: Opened, lines: int
) -> tuple[str, bool]:
    """What recordings bring that a contract does not know, and whether it is nothing. Raises CassetteError."""
    from cassette_tools.suite.contract import read_contract
    from cassette_tools.suite.contract_changes import checked
    from cassette_tools.suite.shapes import shapes_of

    contract = read_contract(folder)
    found = checked(shapes_of(recordings, opened, options.jobs), contract, len(recordings))
    if options.format == "json":
        from cassette_tools.suite.as_json import contract_json

        return contract_json(found), not found.groups
    from cassette_tools.suite.contract_text import checked_text

    style = replace(style_for(options.color, to_file=options.output is not None), show_all=options.show_all)
    return checked_text(found, style, lines), not found.groups
