"""From what a dialect reads in a request and a response to the one `LLMCall` that they are."""

from __future__ import annotations

from cassette_tools._record import record, replace
from cassette_tools.data.endpoints import UNKNOWN, provider_for
from cassette_tools.decoding.ending import ending, finish_of, is_streamed
from cassette_tools.decoding.errors import error_in, error_of, typed_by_header
from cassette_tools.decoding.members import Members
from cassette_tools.decoding.urls import model_in_path
from cassette_tools.decoding.usage import metered, usage_of
from cassette_tools.decoding.values import count, mapping
from cassette_tools.model import ABSENT, LLMCall, Message, Problem, ToolCall, Usage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cassette_tools.decoding import Folded
    from cassette_tools.decoding.members import Extra
    from cassette_tools.model import CallError, Interaction, Json, Part, Tool

    Finish = tuple[str | None, str | None]  # why an answer ended, in our words and in its own


@record
class DecodedRequest:
    """What a request says, in canonical terms. `stream`: it asks for a stream, and no parameter says so."""

    model: str | None = None
    parameters: Mapping[str, Json] = {}
    system: tuple[Part, ...] = ()
    messages: tuple[Message, ...] = ()
    tools: tuple[Tool, ...] = ()
    stream: bool = False


@record
class DecodedResponse:
    """What a response says, in canonical terms. `ends` is false for an API that never says why an answer ended."""

    model: str | None = None
    id: str | None = None
    outputs: tuple[Message, ...] = ()
    usage: Usage | None = None
    error: CallError | None = None
    ends: bool = True


def answer(
    parts: Iterable[Part],
    finish: Finish,
    extra: Extra,
    pointer: str,
    *,
    role: str | None = None,
    native_role: str | None = None,
    index: int = 0,
) -> Message:
    """The message of an answer that stands at `pointer`, and why it ended, as `Decoding.finish` has it."""
    canonical, native = finish
    return Message(
        role=role or "assistant",
        parts=tuple(parts),
        native_role=native_role,
        index=index,
        finish_reason=canonical,
        native_finish_reason=native,
        extra=extra,
        pointer=pointer,
    )


class Decoding:
    """One call being decoded: the bodies to read, and what is found beside what they say.

    Take from `request` and `response` what the dialect knows; `call` keeps the rest in `extra`. `provider` is whose
    API it is, where a recorder kept only the path of the URL.
    """

    def __init__(self, dialect: str, interaction: Interaction, folded: Folded, *, provider: str = UNKNOWN) -> None:
        self.dialect = dialect
        self.interaction = interaction
        self.folded = folded
        self.extra: Extra = {}
        self.problems: list[Problem] = list(folded.problems)
        self.body = mapping(folded.body)
        found = provider_for(interaction.request.url, self.body)
        self.provider = provider if found == UNKNOWN else found
        asked = interaction.request.body.json
        self.request = Members(None if asked is ABSENT else asked, "", self.extra, "/request")
        self.response = Members(self.body, "", self.extra, "/response")

    def error(self, *, bare: bool = False) -> CallError | None:
        """What went wrong, where the body is no answer: its `error`, or, with a failing status, its words. A `bare`
        error has nothing but words, whatever the status.
        """
        response = self.interaction.response
        if self.folded.error is not None or response.body.events:
            return self.folded.error
        value = self.folded.body if self.folded.body is not ABSENT else response.body.json
        found = error_in(value)
        if found is None and (bare or response.status_code >= 400):
            found = error_of(value, response.body.text, response.status_code)
        return typed_by_header(found, response.headers)

    def output(
        self,
        parts: Sequence[Part],
        source: Members,
        reason: str,
        role: str | None,
        extra: Extra,
        *,
        pointer: str | None = None,
        index: int = 0,
        native_role: str | None = None,
        what: str = "the answer",
        api: str = "this API is not",
    ) -> Message:
        """The message of an answer, which stands at `pointer`, or where `source` does. `source` says under `reason`
        why it ended; `what` and `api` are as in `finish`.
        """
        finish = self.finish(parts, reason, source.take(reason), extra, what=what, api=api)
        where = source.pointer if pointer is None else pointer
        return answer(parts, finish, extra, where, role=role, native_role=native_role, index=index)

    def finish(
        self,
        parts: Sequence[Part],
        reason: str,
        native: Json,
        extra: Extra,
        *,
        what: str = "the answer",
        api: str = "this API is not",
    ) -> Finish:
        """Why an answer ended, in our words and in its own. A word nobody knows is a problem, and kept in `extra`.

        `what` ended, and who is (not) known to say so, are words of the problem's message. `reason` is the key that
        says it; ``""`` where several do.
        """
        canonical = finish_of(self.dialect, native, calls=any(type(part) is ToolCall for part in parts))
        if canonical is None and native:
            said = f"{reason} {native!r}" if reason else repr(native)
            words = f"{what} ends with {said}, which {api} known to send"
            self.problems.append(Problem(kind="finish-reason-unknown", message=words))
            extra[f"/{reason or 'finish_reason'}"] = native
        return canonical, native if isinstance(native, str) else None

    def usage(self, body: Members, key: str = "usage", message: Json = None) -> Usage | None:
        """The counts of the usage object under `key`; ``None`` where there is none, or an empty one.

        `message` is the first output message: see `usage_of`.
        """
        if not mapping(body.peek(key)):
            return None
        return self.counts(body.take(key), body.at(key), message)

    def counts(self, native: Json, pointer: str, message: Json = None) -> Usage | None:
        """The counts of a usage object, which stands at `pointer`."""
        usage, problems = usage_of(
            native, dialect=self.dialect, provider=self.provider, message=message, pointer=pointer
        )
        self.problems.extend(problems)
        return usage

    def streaming(self, asked: DecodedRequest, *, by_path: bool) -> DecodedRequest:
        """The request, with the parameter `stream` where the path asks for a stream or the answer came as one."""
        if not by_path and not is_streamed(self.interaction, asked=False):
            return asked
        return replace(asked, parameters={**asked.parameters, "stream": True})

    def counted_usage(self, body: Members, counter: str) -> Usage | None:
        """The counts of the usage object; failing it, the number under `counter`, or what Amazon Bedrock measured."""
        usage = self.usage(body)
        if usage is not None:
            return usage
        counted = count(body.take(counter))
        if counted is not None:
            return Usage(input_tokens=counted, native={counter: counted}, pointer="")
        return metered(self.body)

    def call(self, operation: str, asked: DecodedRequest, answered: DecodedResponse, *, wanted: int = 1) -> LLMCall:
        """The call, put together. What is left of the bodies goes into `extra`, save where the error is the body.

        `wanted` choices were asked for.
        """
        interaction, folded, error = self.interaction, self.folded, answered.error
        self.request.keep()
        if error is not None or not self.response.peek("error"):
            self.response.take("error")  # told as the call's error, or empty
        if error is None or error.raw is not folded.body:
            self.response.keep()
        stream = is_streamed(interaction, asked=asked.stream or asked.parameters.get("stream") is True)
        came = len(answered.outputs)
        complete, cut = ending(interaction, folded, error, stream=stream, answered=came, wanted=wanted)
        body = interaction.response.body
        return LLMCall(
            provider_name=self.provider,
            dialect=self.dialect,
            operation_name=operation,
            request_model=asked.model or model_in_path(interaction.request.url) or asked.model,
            response_model=answered.model,
            response_id=answered.id,
            system_instructions=asked.system,
            input_messages=asked.messages,
            output_messages=answered.outputs,
            tools=asked.tools,
            parameters=asked.parameters,
            stream=stream,
            usage=answered.usage,
            finish_reasons=tuple([message.finish_reason for message in answered.outputs]) if answered.ends else (),
            error=error,
            complete=complete,
            cut=cut,
            problems=tuple(self.problems),
            extra=self.extra,
            body=folded.body if folded.body is not ABSENT or body.events else body.json,
            trace=folded.trace,
        )
