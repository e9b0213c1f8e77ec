"""Where traffic names the account that recorded it: header fields, and identifiers with a mark of their own.

None of these is a credential; several projects redact them all the same, as they name a customer.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class AccountHeader:
    """A header field whose value names an account; `name` is in lower case."""

    name: str
    what: str
    reason: str


@record
class AccountId:
    """An identifier in a URL or a body: a cheap `mark`, and the `pattern` of the whole; the account is its last
    group."""

    what: str
    mark: str
    pattern: str
    reason: str


HEADERS = (
    AccountHeader(name="openai-organization", what="OpenAI organization", reason="sent back with every answer"),
    AccountHeader(name="openai-project", what="OpenAI project", reason="sent back with every answer"),
    AccountHeader(
        name="anthropic-organization-id", what="Anthropic organization", reason="sent back with every answer"
    ),
    AccountHeader(name="anthropic-workspace-id", what="Anthropic workspace", reason="sent back with answers"),
    AccountHeader(name="dg-project-id", what="Deepgram project", reason="sent back with every answer"),
    AccountHeader(name="x-goog-user-project", what="Google Cloud project", reason="who pays for a call"),
)
IDS = (
    AccountId(
        what="OpenAI project",
        mark="proj_",
        pattern=r"(?<![A-Za-z0-9_])(proj_[A-Za-z0-9]{20,})(?![A-Za-z0-9])",
        reason="platform.openai.com/docs/api-reference/projects: proj_ and 24 characters",
    ),
    AccountId(
        what="OpenAI organization",
        mark="org-",
        pattern=r"(?<![A-Za-z0-9_-])(org-[A-Za-z0-9]{20,})(?![A-Za-z0-9-])",
        reason="platform.openai.com/docs/api-reference/authentication: org- and 24 characters",
    ),
    AccountId(
        what="Google Cloud project",
        mark="/projects/",
        pattern=r"/projects/([a-z][a-z0-9-]{4,28}[a-z0-9])(?=/locations/)",
        reason="cloud.google.com/vertex-ai/docs/reference/rest: projects/PROJECT/locations/REGION",
    ),
    AccountId(
        what="AWS account",
        mark="arn:aws",
        pattern=r"arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(\d{12}):",
        reason="docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    ),
)
PLACEHOLDERS = (
    # Parts of a word, in lower case, that say that it names nobody.
    "redact", "sanit", "scrub", "xxx", "test", "example", "placeholder", "dummy", "fake", "mock", "sample", "demo",
    "your", "filter", "obfus", "hidden", "anonym", "organization", "project", "org-id", "org_id", "123456789012",
    "000000000000", "111122223333", "1234567890",
)  # fmt: skip
