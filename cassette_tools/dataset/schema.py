"""The tables of a dataset, column by column: what `docs/scale.md` and the fields' own metadata say of each.

A column is added, and none changes its meaning, within one `VERSION`; whatever else changes is another version, which
an older program refuses.
"""

from __future__ import annotations

from cassette_tools._record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1

TEXT, INTEGER, REAL, FLAG, DATE, TEXTS = "string", "int64", "double", "bool", "date32", "list<string>"


@record
class Column:
    """A column: its Arrow type, what stands in it, and whether it may be null. Lists are empty, never null."""

    name: str
    kind: str
    doc: str
    nullable: bool = False


def _text(name: str, doc: str, *, nullable: bool = True) -> Column:
    return Column(name=name, kind=TEXT, doc=doc, nullable=nullable)


def _texts(name: str, doc: str) -> Column:
    return Column(name=name, kind=TEXTS, doc=doc)


def _count(name: str, doc: str) -> Column:
    return Column(name=name, kind=INTEGER, doc=doc, nullable=True)


INTERACTIONS = (
    _text("path", "the file, as it can be opened: a path as it was named, or a URL", nullable=False),
    _text("name", "the file below the PATH that was named: the same in two folders of the same suite", nullable=False),
    _text("file_digest", "BLAKE2b (128 bits) of the file's bytes", nullable=False),
    Column(name="interaction", kind=INTEGER, doc="its number in the file, from 0"),
    Column(name="line", kind=INTEGER, doc="the line where it begins, from 1"),
    _text(
        "scenario",
        "as this path alone tells it (its last step without the model), or as --scenario-from does",
        nullable=False,
    ),
    _text("provider_name", "who was asked; null for traffic that is no call of a model"),
    _text("dialect", "the API that was spoken; null for traffic that is no call of a model"),
    _text("operation_name", "chat, embeddings, …"),
    _text("method", "of HTTP", nullable=False),
    _text("url", "without its query", nullable=False),
    Column(name="status", kind=INTEGER, doc="of HTTP; 0 where none was recorded"),
    _text("request_model", "the model that was asked"),
    _text("response_model", "the model that answered"),
    _text("user_agent", "the header of the request"),
    _text("sdk", "the SDK that asked, with its version"),
    Column(name="day", kind=DATE, doc="when it was recorded", nullable=True),
    _text("moment", "when the call was made, as it was noted (ISO 8601, or an HTTP date): by it prices are found"),
    Column(name="duration", kind=REAL, doc="seconds; null where none was recorded", nullable=True),
    _text("stream", "sse, ndjson, eventstream, json-array or websocket; null for an answer in one piece"),
    _text("finish_reason", "of the first answer that has one, in canonical words"),
    _text("native_finish_reason", "of that answer, else of the first, in the provider's own word"),
    _texts("finish_reasons", "of all answers, in canonical words and in the provider's own"),
    _texts("tools", "the tools that the model called, in order"),
    Column(name="has_failed", kind=FLAG, doc="a status of 400 or above, or an error in the answer"),
    _text("error", "what the provider calls the failure"),
    Column(name="is_complete", kind=FLAG, doc="the answer has an end; false for a stream that was cut"),
    Column(
        name="structured",
        kind=FLAG,
        doc="the answer is the JSON that was asked for; null where none was",
        nullable=True,
    ),
    _texts("asked", "the features that the call asked for (docs/suites.md)"),
    _texts("shown", "the features that its answer shows"),
    _count("input_tokens", "cached ones included; null where no count was sent, as in the next five"),
    _count("output_tokens", "reasoning included"),
    _count("reasoning_output_tokens", "of these, the reasoning"),
    _count("cache_read_input_tokens", "of the input, what came from a cache"),
    _count("cache_creation_input_tokens", "of the input, what was written into a cache"),
    Column(name="cost", kind=REAL, doc="US dollars, as the gateway reported them", nullable=True),
    _text(
        "system_digest",
        "BLAKE2b (128 bits) of the text of the system prompt, without ids, dates and temporary paths of the run",
    ),
    _text("prompt_digest", "the same of the first message of the user"),
    _texts("offered", "the tools that the request offers"),
    Column(name="secrets", kind=INTEGER, doc="how many the rules on secrets find"),
    _text("request_digest", "the request without noise: equal digests, no drift", nullable=False),
    _text("response_digest", "the answer without noise: equal digests, no drift", nullable=False),
    _text("text_digest", "the texts of the answer alone; null where it has none"),
    _text("shape_digest", "the fields of the answer and their JSON types, without any value", nullable=False),
    _texts("unknown_fields", "what no decoder reads: request./response. and the path, indices as []"),
    _texts("problems", "what was wrong when it was read, by kind"),
    _texts("findings", "the lint rules (defaults) with a finding here; those of the file stand at its first row"),
)

FILES = (
    _text("path", "the file, as in interactions", nullable=False),
    Column(name="size", kind=INTEGER, doc="bytes"),
    _text("stamp", "what tells that it is unchanged: times of a local file, ETag of a URL; null: read it again"),
    _text("digest", "BLAKE2b (128 bits) of its bytes", nullable=False),
    Column(name="interactions", kind=INTEGER, doc="how many rows it has"),
    _text("refused", "what a file looks like that was met on a walk and is no recording; null for a recording"),
)

_FACTORIES = {TEXT: "string", INTEGER: "int64", REAL: "float64", FLAG: "bool_", DATE: "date32"}


def interactions_schema() -> Any:
    """The Arrow schema of the table `interactions`."""
    return _schema(INTERACTIONS)


def files_schema() -> Any:
    """The Arrow schema of the table of files."""
    return _schema(FILES)


def _schema(columns: tuple[Column, ...]) -> Any:
    import pyarrow

    def kind_of(column: Column) -> Any:
        if column.kind == TEXTS:
            return pyarrow.list_(pyarrow.field("element", pyarrow.string()))  # the name that Parquet gives it
        return getattr(pyarrow, _FACTORIES[column.kind])()

    fields = [
        pyarrow.field(each.name, kind_of(each), nullable=each.nullable, metadata={"doc": each.doc}) for each in columns
    ]
    return pyarrow.schema(fields, metadata={"cassette_schema_version": str(VERSION)})
