"""Bodies that are no JSON: forms with files (RFC 7578), and content sent as it is."""

from __future__ import annotations

from cassette_tools.model import Generic
from cassette_tools.wire.body import media_type

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import MIMEPart

    from cassette_tools.model import Body, Json, Request


def content_of(body: Body) -> bytes | None:
    """The bytes of a body that is no JSON."""
    if body.raw is not None:
        return body.raw
    return body.text.encode("utf-8", "surrogatepass") if body.text else None


def form_fields(request: Request) -> Iterator[Generic]:
    """A multipart form (RFC 7578), or sound sent as it is: what was given, without the boundary that is new each
    time.
    """
    kind = request.headers.get("Content-Type") or ""
    content = content_of(request.body)
    if not content:
        return
    if not kind.startswith("multipart/form-data"):
        yield Generic(kind="upload", content={"media_type": media_type(request.headers) or None, "size": len(content)})
        return
    from email.parser import BytesParser
    from email.policy import HTTP

    head = b"Content-Type: " + kind.encode("latin-1", "replace") + b"\r\n\r\n"
    whole = BytesParser(policy=HTTP).parsebytes(head + content)
    for part in whole.iter_parts() if whole.is_multipart() else ():
        yield Generic(kind="form_field", content=_field(part))


def _field(part: MIMEPart) -> dict[str, Json]:
    """A field of a form: its value, or of a file what it is and its size."""
    name, filename = part.get_param("name", header="content-disposition"), part.get_filename()
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    if filename:
        return {"name": name, "filename": filename, "media_type": part.get_content_type(), "size": len(content)}
    return {"name": name, "value": content.decode("utf-8", "replace")}
