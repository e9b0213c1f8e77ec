"""What names a person in a recording, and what only looks like it."""

from __future__ import annotations

from cassette_tools._record import record


@record
class PersonalField:
    """A field of JSON (at any depth of quoting) that holds what a person has: what that is, the names of the field in
    any case (for ``_`` stands ``-``, or nothing), what its value looks like, how many different
    digits that has at least, and what is put in its place.
    """

    what: str
    names: str
    value: str
    digits: int
    instead: str


EMAIL = (  # after `\\n` and the like, an escape of JSON, a name begins too
    r"(?:(?<=\\[nrt])|(?<=\\u003[cCeE])|(?<![A-Za-z0-9._%+/@\\-]))(?P<user>[A-Za-z0-9][A-Za-z0-9._%+-]{0,63})@"
    r"(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})\.){1,5}[A-Za-z]{2,24})(?![A-Za-z0-9@-])"
)
NOBODY = frozenset((
    # Names before the @ that are nobody's own.
    "noreply", "no-reply", "donotreply", "do-not-reply", "info", "support", "contact", "hello", "admin", "sales",
    "help", "security", "postmaster", "webmaster", "abuse", "team", "office", "press", "legal", "privacy", "billing",
    "git", "user", "username", "name", "you", "your", "me", "someone", "somebody", "nobody", "noone", "no-one",
    "email", "mail", "test", "foo", "bar", "jane", "john", "john.doe", "jane.doe", "johndoe", "janedoe", "alice",
    "bob", "none", "null", "anonymous", "anon", "redacted",
))  # fmt: skip
NOWHERE = frozenset((
    # Domains kept for examples (RFC 2606, RFC 6761), and those that stand in examples all the same.
    "example", "test", "invalid", "localhost", "local", "internal", "lan", "example.com", "example.org", "example.net",
    "email.com", "mail.com", "domain.com", "company.com", "acme.com", "test.com", "foo.com", "bar.com",
    "users.noreply.github.com", "iam.gserviceaccount.com",
))  # fmt: skip
NO_DOMAINS = frozenset((
    # What follows the last full stop in names of files and in code: `icon@2x.png`.
    "png", "jpg", "jpeg", "gif", "svg", "webp", "pdf", "js", "ts", "py", "rb", "go", "css", "html", "json", "yaml",
    "md", "txt", "so", "dll", "exe", "zip", "gz",
))  # fmt: skip
PHONE = r"(?<![\w+])\+\d{1,3}[ .-]?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]\d{2,4}){2,4}(?!\w|[.-]\d)"
FICTION = r"555[ .-]?01\d\d|[ .-]555[ .-]|0{5}|12345|555\d{4}\Z"  # numbers kept for fiction, and those that count up

_WORD = r"(?-i:[^\W\d_a-zß-öø-ÿ])[^\W\d_]*(?:['’.-][^\W\d_]+)*\.?"  # begins with a capital
_OTHERS = "e-?mail(?:[_-]?address)?|(?:mobile[_-]?|cell[_-]?)?phone(?:[_-]?number)?"
FIELDS = (
    PersonalField(
        what="a telephone number",
        names=r"(?:[a-z]+_)?(?:mobile_phone|cell_phone|phone|mobile|telephone|fax)(?:_(?:number|no))?",
        value=r"\+?\(?\d[\d ()/.-]{5,20}\d",
        digits=4,
        instead="one that is kept for fiction",
    ),
    PersonalField(
        what="the name of a person",
        names=r"(?:first|last|middle|given|family|full|maiden|sur|legal|customer|patient|employee|cardholder|"
        r"passenger|guest|applicant|recipient|student|contact)_name",
        value=rf"{_WORD}(?: {_WORD}){{0,4}}",
        digits=0,
        instead="an invented one",
    ),
    PersonalField(  # so are models, tools and files called: only beside what a person has
        what="the name of a person",
        names="name",
        value=rf'{_WORD}(?: {_WORD}){{1,4}}(?=\\*",\s*\\*"(?:{_OTHERS})\\*"\s*:\s*\\*")',
        digits=0,
        instead="an invented one",
    ),
    PersonalField(
        what="a date of birth",
        names=r"date_of_birth|birth_(?:date|day)|dob",
        value=r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{8}",
        digits=2,
        instead="an invented one",
    ),
    PersonalField(
        what="a number that identifies a person",
        names=r"ssn|social_security(?:_(?:number|no))?|passport(?:_(?:number|no))?|national_id(?:_number)?|"
        r"tax_id|driver_s?_licen[cs]e(?:_(?:number|no))?|iban",
        value=r"[A-Z]{0,3}\d[A-Z\d -]{5,33}",
        digits=2,
        instead="an invented one",
    ),
    PersonalField(
        what="a postal address",
        names=r"(?:home_|postal_|shipping_|billing_|mailing_)address(?:_line_1)?|street(?:_address)?",
        value=r"(?=[^\"\\]*\d)(?=[^\"\\]*[^\W\d_]{3})[^\"\\]{8,120}",
        digits=1,
        instead="an invented one",
    ),
)
# People who do not exist, and words that stand in their place.
NO_PERSON = frozenset((
    "john", "jane", "joe", "doe", "smith", "alice", "bob", "carol", "dave", "eve", "mallory", "max", "mustermann",
    "erika", "foo", "bar", "baz", "test", "tester", "testing", "user", "example", "sample", "name", "first", "last",
    "full", "your", "my", "the", "unknown", "none", "null", "anonymous", "redacted", "sanitized", "placeholder",
    "string", "guest", "admin", "customer", "patient", "employee", "person", "support", "team", "value", "required",
))  # fmt: skip

HOME = (
    r"(?:(?<=\\[nrt])|(?<![\w.]))(?:/Users/|/home/|[A-Za-z]:(?:\\\\?|/)+Users(?:\\\\?|/)+)"
    r"(?P<user>[A-Za-z0-9][A-Za-z0-9._-]{0,40})"
)
SHARED_HOMES = frozenset((
    # Accounts of containers, CI and examples, which are nobody's.
    "shared", "public", "default", "guest", "runner", "runneradmin", "root", "ubuntu", "debian", "ec2-user",
    "azureuser", "vsts", "travis", "circleci", "jenkins", "gitlab-runner", "build", "builder", "buildbot", "ci", "app",
    "appuser", "node", "vscode", "codespace", "gitpod", "jovyan", "sandbox", "docker", "linuxbrew", "user", "username",
    "youruser", "yourusername", "your-username", "your_username", "you", "yourname", "your-name", "me", "name", "test",
    "testuser", "test-user", "foo", "bar", "example", "alice", "bob", "john", "jane", "johndoe", "jdoe", "dev",
    "developer", "admin", "oai", "agent", "workspace", "project", "projects", "claude", "redacted", "daytona",
    "webapp", "www-data",
))  # fmt: skip

# Who signs what a program wrote, by the program's own name: ``Co-Authored-By: Crush <crush@charm.land>``.
SIGNED_BY = r"(?i)co-authored-by: *(?P<name>[\w-]+) *(?:<|\\+u003c|&lt;)\Z"

ADDRESS_HEADERS = frozenset((
    # Header fields in which proxies hand on, and servers echo, the network address of the client.
    "forwarded", "x-forwarded-for", "x-original-forwarded-for", "observed-x-forwarded-for", "x-real-ip", "x-client-ip",
    "true-client-ip", "cf-connecting-ip", "fastly-client-ip", "fly-client-ip", "x-envoy-external-address",
    "x-appengine-user-ip", "x-azure-clientip", "x-cluster-client-ip",
))  # fmt: skip
ADDRESS_FIELDS = (
    r'"(?:origin|client_?ip|remote_?(?:addr|ip)|ip_?address)\\*": ?\\*"(?P<address>[0-9A-Fa-f.:]{7,39})\\*"'
)
ADDRESS = (
    r"(?<![0-9A-Za-z.:])(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9A-Fa-f]{1,4}(?::{1,2}[0-9A-Fa-f]{1,4}){3,7})"
    r"(?![0-9A-Za-z.]|:[0-9A-Fa-f])"
)
