"""Where a request goes: method, host, path and query, in words that show what of them changed."""

from __future__ import annotations

from urllib.parse import unquote, unquote_plus

from cassette_tools.diff.changes.places import request_place
from cassette_tools.diff.changes.scene import is_given_back
from cassette_tools.diff.pairing.asked import url_path
from cassette_tools.model import ABSENT
from cassette_tools.places import query_place, url_place, value_at

TYPE_CHECKING = False
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from cassette_tools.diff.changes.change import Change
    from cassette_tools.diff.changes.scene import Scene
    from cassette_tools.model import Interaction, Json, LLMCall, Place


def url_changes(scene: Scene) -> Iterator[Change]:
    """The method; host and path as one; the query name by name. Credentials in a query are never shown."""
    old, new = scene.old.request, scene.new.request
    if old.method.upper() != new.method.upper():
        words = f"the method {old.method} became {new.method}"
        yield _change(scene, "request.method", old.method, new.method, "the method", words)
    if old.url == new.url:
        return
    changes = [*_address_changes(scene), *_query_changes(scene)]
    yield from changes
    if not changes and _model_of(scene.old.llm) == _model_of(scene.new.llm):
        yield scene.change(
            rule="transport-changed",
            path="request.url",
            origin="request",
            old=_without_secrets(old.url),
            new=_without_secrets(new.url),
            subject="the URL, which leads to the same place,",
            old_place=url_place(old),
            new_place=url_place(new),
        )


def model_place(interaction: Interaction) -> Place | None:
    """The model: in the body, or, for many APIs, in the URL."""
    model = _model_of(interaction.llm)
    if value_at(interaction.request.body.json, "/model") is ABSENT and model and model in _plain(interaction):
        return url_place(interaction.request)
    return request_place(interaction, "/model")


def _plain(interaction: Interaction) -> str:
    return unquote(interaction.request.url)


def _model_of(call: LLMCall | None) -> str:
    return "" if call is None else call.request_model or ""


def _change(scene: Scene, path: str, old: Json, new: Json, subject: str, note: str) -> Change:
    return scene.change(
        rule="request-url-changed",
        path=path,
        origin="request",
        old=old,
        new=new,
        subject=subject,
        note=note,
        old_place=url_place(scene.old.request),
        new_place=url_place(scene.new.request),
    )


# --- host and path ---------------------------------------------------------------------------------------------------


def _address_changes(scene: Scene) -> Iterator[Change]:
    old, new = scene.old.request.url, scene.new.request.url
    left, right = _address(scene.old), _address(scene.new)
    if left == right or scene.ids.are_renamed("".join(left), "".join(right)):
        return
    if left[0] == right[0] and _only_ids_differ(scene, left[1].split("/"), right[1].split("/")):
        return
    words = []
    if left[0] != right[0]:
        words.append(_host_words(left[0], right[0]))
    if left[1] != right[1]:
        words.append(_path_words(left[1], right[1]))
    same_host = left[0] == right[0]
    values = [url_path(url) if same_host else url.partition("?")[0] for url in (old, new)]
    subject = "the path" if same_host else "the URL"
    yield _change(scene, "request.url", values[0], values[1], subject, " and ".join(words))


def _only_ids_differ(scene: Scene, old: list[str], new: list[str]) -> bool:
    """Whether the steps that differ are ids of one kind (``thread_4kJd0aQ2``), made anew, of the same thing."""
    if len(old) != len(new):
        return False
    pairs = [(left, right) for left, right in zip(old, new, strict=True) if left != right]
    return all(_are_ids(left, right) and scene.ids.refer(left, right) for left, right in pairs)


def _are_ids(old: str, new: str) -> bool:
    import re

    if max(len(old), len(new)) > _LONGEST_ID:
        return False
    shapes = [re.fullmatch(r"((?:[A-Za-z]+\d?[_-])*)([A-Za-z0-9-]{8,})", step) for step in (old, new)]
    if shapes[0] is None or shapes[1] is None or shapes[0][1] != shapes[1][1]:
        return False
    return all(shape is not None and (_is_made_up(shape[2]) or _is_moment(shape)) for shape in shapes)


def _is_moment(shape: re.Match[str]) -> bool:
    """Whether an id ends with the seconds at which it was made (``session1_1752693029``); a date has fewer digits."""
    return bool(shape[1]) and len(shape[2]) > _DATE and shape[2].isdecimal()


_DATE = 8  # digits
_LONGEST_ID = 400  # characters


def _is_made_up(text: str) -> bool:
    """Whether no person would write it: digits among the letters, or capitals. A date and a number are none."""
    if not any(map(str.isalpha, text)):
        return False
    return any(map(str.isdigit, text)) or text[1:] != text[1:].lower()


def _address(interaction: Interaction) -> tuple[str, str]:
    """Scheme and host, and the path without the model that many APIs have in it, which is compared itself."""
    url = interaction.request.url.partition("#")[0].partition("?")[0]
    scheme, mark, rest = url.rpartition("://")
    host = rest.partition("/")[0] if mark else ""
    path = rest[len(host) :].rstrip("/")
    model = _model_of(interaction.llm)
    if model:
        import re

        path = re.sub(rf"(?<![A-Za-z0-9]){re.escape(model)}(?![A-Za-z0-9])", "{model}", unquote(path))
        path = path.replace("/deployments/{model}", "/deployments/{deployment}")  # Azure: a name of the user's own
    return f"{scheme.lower()}{mark}{host.lower()}", path


def _host_words(old: str, new: str) -> str:
    if not old or not new:
        return f"the host {new} is new" if new else f"the host {old} is gone"
    before, after = _host(old, new), _host(new, old)
    labels = before.split(".")
    same = ".".join(labels[: _common(labels, after.split("."))])
    if len(same) > _LONG_HOST:  # the name of an account, a resource or a deployment, which both have
        before, after = (f"…{each.removeprefix(f'{same}.')}" for each in (before, after))
    return f"the host {before} became {after}"


_LONG_HOST = 20  # characters


def _host(address: str, other: str) -> str:
    """The host; with the scheme, where the other has another."""
    scheme, _, host = address.partition("://")
    return (host or address) if other.partition("://")[0] == scheme or not host else address


def _path_words(old: str, new: str) -> str:
    """What of a path changed. A step that is a version, ``v1``, is the API's."""
    before, after = old.split("/"), new.split("/")
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    lost, gained = before[head : len(before) - tail], after[head : len(after) - tail]
    shown = f"{_cut(before, head, tail)} became {_cut(after, head, tail)}"
    if len(lost) == len(gained) == 1 and _is_version(lost[0]) and _is_version(gained[0]):
        return f"the API version {lost[0]} became {gained[0]}: the path {shown}"
    return f"the path {shown}"


def _is_version(step: str) -> bool:
    """``v1``, ``v1beta``, or the day of one, ``2024-10-21``."""
    day = step[:10].split("-")
    return (step[:1] == "v" and step[1:2].isdecimal()) or (len(day) == 3 and all(map(str.isdecimal, day)))


def _common(old: list[str], new: list[str]) -> int:
    """How many steps both begin with."""
    for count, (left, right) in enumerate(zip(old, new, strict=False)):
        if left != right:
            return count
    return min(len(old), len(new))


def _cut(steps: list[str], head: int, tail: int) -> str:
    """The path; of a long one, what changed with a step around it."""
    path = "/".join(steps) or "/"
    if len(path) <= _SHORT:
        return path
    first, last = max(head - 1, 0), min(len(steps) - tail + 1, len(steps))
    before = "…/" if first > 1 else "/" if first else ""
    return before + "/".join(steps[first:last]) + ("/…" if last < len(steps) else "")


_SHORT = 60  # characters of a path that is shown whole


# --- the query -------------------------------------------------------------------------------------------------------


def _query_changes(scene: Scene) -> Iterator[Change]:
    old, new = scene.old.request, scene.new.request
    before, after = query_of(old.url), query_of(new.url)
    for name in dict.fromkeys((*before, *after)):
        values = (before.get(name, ABSENT), after.get(name, ABSENT))
        if values[0] == values[1] or is_given_back(scene, *values):
            continue
        shown = tuple("***" if is_secret(name) and value is not ABSENT else value for value in values)
        yield scene.change(
            rule=_query_rule(name, *values),
            path=f"request.query.{name}",
            origin="request",
            old=shown[0],
            new=shown[1],
            subject=f"the query parameter {name}",
            old_place=query_place(old, name) if values[0] is not ABSENT else None,
            new_place=query_place(new, name) if values[1] is not ABSENT else None,
        )


def _query_rule(name: str, old: Json, new: Json) -> str:
    """What the change of a parameter is called."""
    if ABSENT in (old, new):
        return "request-field-added" if old is ABSENT else "request-field-removed"
    return "account-changed" if is_secret(name) else "request-parameter-changed"


_SECRET_QUERY = frozenset(("key", "api_key", "apikey", "access_token", "token", "sig", "signature"))
_SIGNED = ("x-amz-", "x-goog-")  # what signs a URL: who, when, and the signature


def is_secret(name: str) -> bool:
    """Whether a parameter of a query says who pays."""
    return name.lower().replace("-", "_") in _SECRET_QUERY or name.lower().startswith(_SIGNED)


def query_of(url: str) -> dict[str, str | list[str]]:
    """The parameters of a URL by name; those that are repeated have a list of values."""
    pieces = [piece.partition("=") for piece in url.partition("#")[0].partition("?")[2].split("&") if piece]
    values: dict[str, list[str]] = {}
    for name, _, value in pieces:
        values.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    return {name: several if several[1:] else several[0] for name, several in values.items()}


def _without_secrets(url: str) -> str:
    address, mark, query = url.partition("?")
    pieces = [piece.partition("=") for piece in query.split("&")]
    return address + mark + "&".join(f"{name}{eq}{'***' if is_secret(name) else value}" for name, eq, value in pieces)
