"""``cassette show``."""

from __future__ import annotations

from cassette_tools import budgets
from cassette_tools._record import record
from cassette_tools.cli.output import style_for, write
from cassette_tools.cli.reading import one_file, source_from
from cassette_tools.config import load_config


@record
class ShowOptions:
    """What the command line says."""

    path: str
    format: str = "text"
    events: bool = False
    prices: bool = False
    show_secrets: bool = False
    output: str | None = None
    color: str = "auto"


def show(options: ShowOptions) -> int:
    """Show one recording. Raises SourceError; UsageError when there are no list prices here to estimate by."""
    from cassette_tools import conversation
    from cassette_tools.load import load_source

    estimate = None
    if options.prices:
        from cassette_tools.prices import estimator

        estimate = estimator()
    budgets.use(load_config().budgets)
    style = style_for(options.color, to_file=options.output is not None)
    secrets = options.show_secrets
    with one_file(options.path):
        source = source_from(options.path)
        recording = load_source(source)
        if options.format == "json":
            text = conversation.show_json(recording, source.region, estimate, secrets=secrets)
        elif options.events:
            text = conversation.show_events(recording, style, source.region, secrets=secrets)
        else:
            text = conversation.show_text(recording, style, estimate, secrets=secrets)
    write(text, options.output, colored=style.color, secrets=secrets)
    return 0
