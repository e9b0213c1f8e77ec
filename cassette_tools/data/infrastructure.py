"""What names the machines that a recording was made with: resources, hosts, addresses, pods.

Accounts (organisations, projects, ARNs) are rows of `data.accounts`, addresses of persons of `data.personal`.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class MachineId:
    """A name of a machine, a resource or a cluster: what it is, a cheap `mark`, and the `pattern` of it, whose group
    `name` is told. Models write about some of these all day: they count `in_bodies` only where their form leaves no
    doubt.
    """

    what: str
    mark: str
    pattern: str
    reason: str
    in_bodies: bool = True


_WORD = r"[a-z0-9](?:[a-z0-9-]{0,60}[a-z0-9])?"
_BEFORE, _AFTER = r"(?<![A-Za-z0-9.-])", r"(?![A-Za-z0-9-])"
_POD = "bcdfghjklmnpqrstvwxz2456789"  # what Kubernetes makes names of: no vowels, no words

MACHINE_IDS = (
    MachineId(
        what="Azure resource",
        mark=".azure.com",
        pattern=rf"(?i){_BEFORE}(?P<name>{_WORD})\.(?:[a-z0-9-]+\.)?"
        rf"(?:openai|cognitiveservices|services\.ai|models\.ai|inference\.ml|documents)\.azure\.com{_AFTER}",
        reason="learn.microsoft.com/azure/ai-services: custom subdomain names; each customer has one",
    ),
    MachineId(
        what="Azure resource",
        mark=".windows.net",
        pattern=rf"(?i){_BEFORE}(?P<name>{_WORD})\.(?:search|(?:blob|queue|table|file|dfs)\.core|database|servicebus)\.windows\.net{_AFTER}",
        reason="learn.microsoft.com/azure/storage: names of accounts; in answers, the provider's",
        in_bodies=False,
    ),
    MachineId(
        what="Google Cloud project number",
        mark="projects/",
        pattern=r"(?<![A-Za-z0-9_-])projects/(?P<name>\d{8,14})(?![A-Za-z0-9-])",
        reason="cloud.google.com/resource-manager/docs/creating-managing-projects: project number",
    ),
    MachineId(
        what="Amazon EC2 host",
        mark="ip-",
        pattern=rf"{_BEFORE}(?P<name>ip-\d{{1,3}}(?:-\d{{1,3}}){{3}})(?:\.[a-z0-9-]+)?\.(?:compute|ec2)\.internal{_AFTER}",
        reason="docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html",
    ),
    MachineId(
        what="Amazon EC2 instance",
        mark="i-0",
        pattern=rf"{_BEFORE}(?P<name>i-0[0-9a-f]{{16}}){_AFTER}",
        reason="docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html",
    ),
    MachineId(
        what="Kubernetes service",
        mark=".svc",
        pattern=rf"{_BEFORE}(?P<name>{_WORD}\.{_WORD})\.svc(?:\.cluster\.local)?(?![A-Za-z0-9.-])",
        reason="kubernetes.io/docs/concepts/services-networking/dns-pod-service",
        in_bodies=False,
    ),
    MachineId(
        what="Kubernetes pod",
        mark="-",
        pattern=rf"{_BEFORE}(?P<name>[a-z][a-z0-9-]{{2,50}}-(?=[a-z]*\d)[{_POD}]{{8,10}}-[{_POD}]{{5}}){_AFTER}",
        reason="kubernetes.io: a deployment's name, a hash of the template, five letters that are drawn",
        in_bodies=False,
    ),
    MachineId(
        what="internal host",
        mark=".",
        pattern=rf"(?i)(?:(?<=://)|(?<=@)|\A)(?P<name>{_WORD}(?:\.{_WORD}){{0,5}}\.(?:internal|corp|intranet|intra|lan))"
        r"(?=[:/?]|\Z)",
        reason="ICANN reserved .internal (2024); the others are what networks of companies use (RFC 6762, appendix G)",
        in_bodies=False,
    ),
    MachineId(
        what="address in a private network",
        mark=".",
        pattern=r"(?<![\w.-])(?P<name>10(?:\.\d{1,3}){3}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|192\.168(?:\.\d{1,3}){2})"
        r"(?![\w-]|\.\d)",
        reason="RFC 1918",
        in_bodies=False,
    ),
)

# Hosts that are the same on every machine, and header fields whose numbers are versions.
COMMON_HOSTS = frozenset(("host.docker.internal", "gateway.docker.internal", "metadata.google.internal"))
VERSION_HEADERS = ("user-agent", "x-stainless-", "sec-ch-ua", "x-goog-api-client", "x-amz-user-agent", "server")
NOBODYS = ("my-", "resource-name", "name-of", "contoso", "acme", "oaidalle")  # beside the placeholders of accounts
EXAMPLES = frozenset(("resource", "myresource", "endpoint", "host", "instance", "account", "name", "foo", "bar"))
