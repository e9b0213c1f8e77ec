"""What a secret looks like: kinds of keys, and the names of what carries them. `lint` reports by these tables, and
`normalize` redacts by them. What only looks like a secret is in `data.placeholders`.

Every kind is told by a *mark*, a literal piece that its issuer puts into each key so that scanners can find it. A
search for the marks is cheap; the pattern, with its boundaries, is asked only where a mark was seen. Keys without a
mark are found by the name of what carries them (a header field, a parameter, a field of JSON), never by their looks
alone: recorded traffic is full of ids and signatures that look as random.
"""

from __future__ import annotations

from cassette_tools._record import record


@record
class SecretKind:
    """A kind of secret. `pattern` is a regular expression for the whole of it; its boundaries are added where it is
    used.

    Every match begins with `mark`; that of a `floating` kind holds it somewhere. A `wide` kind may hold any
    character, so the boundaries of its token are not checked. Of an `after_mark` kind the mark is no part of it, and
    no proof.
    `lasts` says how long it opens something: what ends by itself in hours need not be revoked. `judge` names who
    decides whether it is one (``jwt``, ``basic``, ``login``), where looks do not. `ahead` is what follows a mark that
    texts are full of, as far as it is quickly asked for.
    """

    name: str
    mark: str
    pattern: str
    reason: str
    floating: bool = False
    wide: bool = False
    after_mark: bool = False
    lasts: str = ""
    judge: str = ""
    ahead: str = ""


@record
class SecretName:
    """What carries a credential, by its name: a header field, a parameter of a URL or a form, a field of JSON.

    Names of header fields are in lower case, the others also without ``-`` and ``_`` (`apikey` is `api_key`, `api-key`
    and `apiKey`). ``*`` before a name stands for anything.
    """

    name: str
    reason: str


_WORD = "[A-Za-z0-9]"
_TOKEN = "[A-Za-z0-9_-]"

_CURL = "curl(?:\\s(?:\\\\\\n|[^\\n]){0,400}?)?\\s(?:-u|--user) "  # other options may stand before it, also in lines
_NAME_AND_PASSWORD = "(?:\\\\*[\"'])?[^\\s:\"'\\\\@/]{1,60}:(?!//)[^\\s\"'\\\\]{8,200}"


def _of_curl(option: str) -> SecretKind:
    return SecretKind(
        name="password of a command",
        mark=option,
        pattern=_CURL + _NAME_AND_PASSWORD,
        reason="curl's manual: `-u user:password`, in what a prompt or an answer quotes",
        floating=True,
        wide=True,
        judge="user",
        ahead="[^\\s:]{1,64}:[^\\s]{8}",
    )


KINDS: tuple[SecretKind, ...] = (
    # The more particular kind of one mark stands first.
    SecretKind(
        name="Anthropic API key",
        mark="sk-ant-",
        pattern=f"sk-ant-{_TOKEN}{{24,}}",
        reason="console keys and OAuth tokens: sk-ant-api03-, sk-ant-oat01-",
    ),
    SecretKind(name="OpenRouter API key", mark="sk-", pattern="sk-or-v1-[0-9a-f]{48,}", reason="64 hexadecimal digits"),
    SecretKind(
        name="OpenAI API key",
        mark="sk-",
        pattern=f"sk-(?:proj|svcacct|admin|None)-{_TOKEN}{{24,}}",
        reason="keys of projects, service accounts and administrators",
    ),
    SecretKind(
        name="API key",
        mark="sk-",
        pattern=f"sk-(?:lf-|sp-|cp-)?{_TOKEN}{{28,}}",
        reason="OpenAI's first keys (48 characters), DeepSeek, Moonshot, LiteLLM, Langfuse: sk- and a random word",
    ),
    SecretKind(
        name="Google API key",
        mark="AIza",
        pattern=f"AIza{_TOKEN}{{35}}",
        reason="39 characters: Gemini, Maps, Firebase",
    ),
    SecretKind(
        name="OpenAI ephemeral key",
        mark="ek_",
        pattern="ek_[0-9a-f]{24,}",
        reason="Realtime: the key that a browser gets",
        lasts="minutes",
    ),
    SecretKind(name="Groq API key", mark="gsk_", pattern=f"gsk_{_WORD}{{40,}}", reason="52 characters after the mark"),
    SecretKind(name="xAI API key", mark="xai-", pattern=f"xai-{_WORD}{{60,}}", reason="80 characters after the mark"),
    SecretKind(name="Hugging Face token", mark="hf_", pattern="hf_[A-Za-z]{30,}", reason="34 letters after the mark"),
    SecretKind(
        name="Perplexity API key", mark="pplx-", pattern=f"pplx-{_WORD}{{40,}}", reason="48 characters after the mark"
    ),
    SecretKind(name="Replicate token", mark="r8_", pattern=f"r8_{_WORD}{{32,}}", reason="37 characters after the mark"),
    SecretKind(
        name="Cerebras API key", mark="csk-", pattern=f"csk-{_WORD}{{40,}}", reason="48 characters after the mark"
    ),
    SecretKind(
        name="Fireworks API key", mark="fw_", pattern=f"fw_{_WORD}{{20,}}", reason="24 characters after the mark"
    ),
    SecretKind(
        name="Vercel AI Gateway key", mark="vck_", pattern=f"vck_{_WORD}{{40,}}", reason="Vercel's own scanner table"
    ),
    SecretKind(
        name="NVIDIA API key", mark="nvapi-", pattern=f"nvapi-{_TOKEN}{{48,}}", reason="64 characters after the mark"
    ),
    SecretKind(
        name="Tavily API key",
        mark="tvly-",
        pattern=f"tvly-(?:dev-|prod-)?{_WORD}{{28,}}",
        reason="search tools in agents' cassettes",
    ),
    SecretKind(
        name="LangSmith API key",
        mark="lsv2_",
        pattern="lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{10}",
        reason="tracing beside the recorded call",
    ),
    SecretKind(
        name="Bedrock API key",
        mark="ABSK",
        pattern="ABSK[A-Za-z0-9+/]{60,400}={0,2}(?![+/])",
        reason="a long-lived key: ABSK and base64; it has an end, since its characters may stand before the mark",
    ),
    SecretKind(
        name="Bedrock API key",
        mark="bedrock-api-key-",
        pattern="bedrock-api-key-[A-Za-z0-9+/]{60,}={0,2}",
        reason="a key of hours: a signed address in base64",
        lasts="hours",
    ),
    SecretKind(
        name="Databricks token", mark="dapi", pattern="dapi[0-9a-f]{32}(?:-[0-9]+)?", reason="personal access token"
    ),
    SecretKind(
        name="Sourcegraph token",
        mark="sgp_",
        pattern="sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}",
        reason="access token: Cody",
    ),
    SecretKind(name="Together API key", mark="tgp_v1_", pattern=f"tgp_v1_{_TOKEN}{{40,}}", reason="43 after the mark"),
    SecretKind(name="Jina API key", mark="jina_", pattern=f"jina_{_TOKEN}{{50,}}", reason="60 after the mark"),
    SecretKind(name="Voyage API key", mark="pa-", pattern=f"pa-{_TOKEN}{{40,}}", reason="43 after the mark"),
    SecretKind(
        name="AWS access key id",
        mark="AKIA",
        pattern="AKIA[A-Z2-7]{16}",
        reason="a long-lived access key; its secret half has no mark",
    ),
    SecretKind(
        name="AWS temporary access key id",
        mark="ASIA",
        pattern="ASIA[A-Z2-7]{16}",
        reason="the key of a session",
        lasts="hours",
    ),
    SecretKind(
        name="GitHub token", mark="ghp_", pattern=f"ghp_{_WORD}{{36}}", reason="personal access token (classic)"
    ),
    SecretKind(name="GitHub token", mark="gho_", pattern=f"gho_{_WORD}{{36}}", reason="OAuth access token"),
    SecretKind(
        name="GitHub token", mark="ghu_", pattern=f"ghu_{_WORD}{{36}}", reason="user token of an app, Copilot's too"
    ),
    SecretKind(
        name="GitHub token",
        mark="ghs_",
        pattern=f"ghs_{_WORD}{{36}}",
        reason="installation token of an app",
        lasts="an hour",
    ),
    SecretKind(
        name="GitHub token",
        mark="github_pat_",
        pattern="github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}",
        reason="personal access token (fine-grained)",
    ),
    SecretKind(
        name="GitHub Copilot token",
        mark="tid=",
        pattern="tid=[0-9a-f]{32};[^\\s\"'\\\\<>]{16,600}:[0-9a-f]{64}",
        reason="the rights of the editor in several parts, and a signature over them at the end",
        judge="sealed",
        ahead="[0-9a-f]{32};",
    ),
    SecretKind(name="GitHub token", mark="ghr_", pattern=f"ghr_{_WORD}{{36,}}", reason="refresh token of an app"),
    SecretKind(name="GitLab token", mark="glpat-", pattern=f"glpat-{_TOKEN}{{20,}}", reason="personal access token"),
    SecretKind(name="Slack token", mark="xoxb-", pattern="xoxb-[0-9]{9,}-[0-9A-Za-z-]{20,}", reason="bot token"),
    SecretKind(name="Slack token", mark="xoxp-", pattern="xoxp-[0-9]{9,}-[0-9A-Za-z-]{20,}", reason="user token"),
    SecretKind(
        name="Slack token", mark="xoxa-", pattern="xoxa-[0-9A-Za-z-]{24,}", reason="token of an app's workspace"
    ),
    SecretKind(name="Slack token", mark="xoxs-", pattern="xoxs-[0-9A-Za-z-]{24,}", reason="token of a session"),
    SecretKind(
        name="Slack token", mark="xapp-", pattern="xapp-[0-9]-[0-9A-Za-z-]{24,}", reason="token of an app's socket"
    ),
    SecretKind(
        name="Slack webhook",
        mark="hooks.slack.com/services/",
        pattern="hooks\\.slack\\.com/services/T[0-9A-Z]{6,}/B[0-9A-Z]{6,}/[0-9A-Za-z]{20,}",
        reason="whoever has the address can post",
    ),
    SecretKind(
        name="Discord webhook",
        mark="discord.com/api/",
        pattern="discord\\.com/api/(?:v[0-9]{1,2}/)?webhooks/[0-9]{15,21}/[0-9A-Za-z_-]{50,}",
        reason="whoever has the address can post",
    ),
    SecretKind(
        name="Telegram bot token",
        mark="api.telegram.org/bot",
        pattern="api\\.telegram\\.org/bot[0-9]{6,12}:[0-9A-Za-z_-]{30,}",
        reason="the whole token of a bot, in every address that it asks",
        after_mark=True,
    ),
    SecretKind(
        name="Telegram bot token",
        mark="api.telegram.org/file/bot",
        pattern="api\\.telegram\\.org/file/bot[0-9]{6,12}:[0-9A-Za-z_-]{30,}",
        reason="the same for files that were sent to it",
        after_mark=True,
    ),
    SecretKind(
        name="Stripe key",
        mark="sk_live_",
        pattern=f"sk_live_{_WORD}{{20,}}",
        reason="secret key of the live mode; test keys open nothing",
    ),
    SecretKind(
        name="Stripe key", mark="rk_live_", pattern=f"rk_live_{_WORD}{{20,}}", reason="restricted key of the live mode"
    ),
    SecretKind(name="npm token", mark="npm_", pattern=f"npm_{_WORD}{{36}}", reason="publishing token"),
    SecretKind(name="PyPI token", mark="pypi-", pattern=f"pypi-AgE{_TOKEN}{{50,}}", reason="upload token (a macaroon)"),
    SecretKind(
        name="SendGrid API key",
        mark="SG.",
        pattern=f"SG\\.{_TOKEN}{{22}}\\.{_TOKEN}{{43}}",
        reason="69 characters in three parts",
    ),
    SecretKind(
        name="Google OAuth token",
        mark="ya29.",
        pattern=f"ya29\\.(?:[a-z]\\.)?{_TOKEN}{{40,}}",
        reason="access token of a user or a service account: Vertex AI",
        lasts="an hour",
    ),
    SecretKind(
        name="Google OAuth client secret", mark="GOCSPX-", pattern=f"GOCSPX-{_TOKEN}{{28}}", reason="client secret"
    ),
    SecretKind(
        name="Google refresh token",
        mark="1//0",
        pattern=f"1//0{_TOKEN}{{35,}}",
        reason="103 characters; without an end, until it is revoked",
    ),
    SecretKind(
        name="Pinecone API key",
        mark="pcsk_",
        pattern=f"pcsk_{_WORD}{{4,8}}_{_WORD}{{40,}}",
        reason="since 2024; the older ones are UUIDs",
    ),
    SecretKind(
        name="Firecrawl API key", mark="fc-", pattern="fc-[0-9a-f]{32}", reason="search tools in agents' cassettes"
    ),
    SecretKind(name="Notion token", mark="ntn_", pattern=f"ntn_{_WORD}{{40,}}", reason="46 characters after the mark"),
    SecretKind(
        name="Linear API key", mark="lin_api_", pattern=f"lin_api_{_WORD}{{32,}}", reason="40 characters after the mark"
    ),
    SecretKind(
        name="LlamaCloud API key", mark="llx-", pattern=f"llx-{_WORD}{{40,}}", reason="48 characters after the mark"
    ),
    SecretKind(
        name="ElevenLabs API key", mark="sk_", pattern="sk_[0-9a-f]{48}", reason="48 hexadecimal digits after the mark"
    ),
    SecretKind(name="E2B API key", mark="e2b_", pattern="e2b_[0-9a-f]{40}", reason="sandboxes of agents"),
    SecretKind(
        name="PostHog personal API key",
        mark="phx_",
        pattern=f"phx_{_WORD}{{40,}}",
        reason="those of projects (phc_) are public",
    ),
    SecretKind(
        name="basic credential",
        mark="Basic ",
        pattern="Basic [A-Za-z0-9+/]{12,}={0,2}",
        reason="RFC 7617: a name and a password in base64, also quoted in a text",
        after_mark=True,
        judge="basic",
    ),
    SecretKind(
        name="password in an address",
        mark="://",
        pattern="://[^\\s/\"'@:<>{}\\\\]{0,60}:[^\\s/\"'@<>\\\\]{4,300}@[A-Za-z0-9\\[._-]{2,}",
        reason="RFC 3986 §3.2.1: databases, proxies, repositories",
        wide=True,
        judge="login",
        ahead="[^\\s/@]{4,400}@",
    ),
    _of_curl(" -u "),
    _of_curl(" --user "),
    SecretKind(
        name="bearer token",
        mark="Bearer ",
        pattern="Bearer [A-Za-z0-9._~+/-]{20,}[A-Za-z0-9]={0,2}",
        reason="RFC 6750: what follows the word in a header, also one that is quoted in a text",
        after_mark=True,
    ),
    SecretKind(
        name="JSON Web Token",
        mark=".eyJ",
        pattern=f"eyJ{_TOKEN}{{14,}}\\.eyJ{_TOKEN}{{14,}}\\.{_TOKEN}{{20,}}",
        reason="RFC 7519: a signed token; its first two parts are JSON objects in base64",
        floating=True,
        judge="jwt",
    ),
    SecretKind(
        name="private key",
        mark="PRIVATE KEY-----",
        pattern="-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[A-Za-z0-9+/=\\s\\\\]{64,}(?:-----END)?",
        reason="RFC 7468",
        floating=True,
        wide=True,
    ),
)

HEADERS: tuple[SecretName, ...] = (
    SecretName(name="authorization", reason="RFC 9110 §11.6.2"),
    SecretName(name="proxy-authorization", reason="RFC 9110 §11.7.2"),
    SecretName(name="x-api-key", reason="Anthropic, AWS API Gateway"),
    SecretName(name="api-key", reason="Azure OpenAI"),
    SecretName(name="apikey", reason="Kong and others"),
    SecretName(name="x-goog-api-key", reason="Gemini"),
    SecretName(name="x-goog-iam-authorization-token", reason="Google IAM"),
    SecretName(name="x-amz-security-token", reason="AWS: the token of a session"),
    SecretName(name="ocp-apim-subscription-key", reason="Azure API Management"),
    SecretName(name="x-functions-key", reason="Azure Functions"),
    SecretName(name="x-auth-token", reason="OpenStack and others"),
    SecretName(name="x-access-token", reason="many services"),
    SecretName(name="x-subscription-token", reason="Brave Search"),
    SecretName(name="xi-api-key", reason="ElevenLabs"),
    SecretName(name="x-portkey-api-key", reason="Portkey gateway"),
    SecretName(name="x-portkey-virtual-key", reason="Portkey gateway"),
    SecretName(name="helicone-auth", reason="Helicone gateway"),
    SecretName(name="cf-aig-authorization", reason="Cloudflare AI Gateway"),
    SecretName(name="private-token", reason="GitLab"),
    SecretName(name="x-vault-token", reason="HashiCorp Vault"),
    SecretName(name="*-api-key", reason="whoever invents a name for a key (AgentOps, LangSmith, Portkey)"),
    SecretName(name="*-apikey", reason="the same in one word"),
    SecretName(name="*-access-key", reason="the same by another name"),
    SecretName(name="*-secret-key", reason="the same by another name"),
    SecretName(name="*-subscription-key", reason="gateways"),
    SecretName(name="*-key", reason="whoever invents a name for a key (X-Acme-Key)"),
    SecretName(name="*-token", reason="whoever invents a name for a token"),
    SecretName(name="*-secret", reason="what it says"),
    SecretName(name="*-authorization", reason="what a proxy hands on"),
)

# Header fields that are called so and open nothing.
OPEN_HEADERS: tuple[SecretName, ...] = (
    SecretName(name="*csrf-token", reason="belongs to one page of one session"),
    SecretName(name="*xsrf-token", reason="belongs to one page of one session"),
    SecretName(name="*page-token", reason="says where a list goes on"),
    SecretName(name="*continuation-token", reason="says where a list goes on"),
    SecretName(name="*sync-token", reason="says since when something changed"),
    SecretName(name="*delta-token", reason="says since when something changed"),
    SecretName(name="*idempotency-key", reason="tells one request from its repetition"),
    SecretName(name="*deduplication-key", reason="tells one request from its repetition"),
    SecretName(name="*cache-key", reason="where an answer is kept"),
    SecretName(name="*surrogate-key", reason="what a cache drops together (Fastly)"),
    SecretName(name="sec-websocket-key", reason="RFC 6455: a number for one handshake"),
    SecretName(name="*public-key", reason="what it says"),
    SecretName(name="*publishable-key", reason="Stripe, Supabase, Clerk: made to stand in web pages"),
    SecretName(name="*partition-key", reason="where a row is kept"),
    SecretName(name="*routing-key", reason="where a message goes"),
    SecretName(name="*aws-kms-key", reason="the name of a key, not the key"),
    SecretName(name="*idempotency-token", reason="tells one request from its repetition"),
    SecretName(name="*client-request-token", reason="tells one request from its repetition"),
)

# Header fields that tell every browser what to do: what stands in them is given to anybody.
PUBLIC_HEADERS: tuple[SecretName, ...] = (
    SecretName(name="content-security-policy", reason="where a browser sends its reports, with a key for that alone"),
    SecretName(name="content-security-policy-report-only", reason="the same"),
    SecretName(name="report-to", reason="where a browser sends its reports"),
    SecretName(name="reporting-endpoints", reason="where a browser sends its reports"),
    SecretName(name="nel", reason="Network Error Logging: where a browser sends its reports"),
)

# Keys that are made to stand in web pages and programs, whatever the name of their field says.
PUBLIC_KEYS: tuple[SecretName, ...] = (
    SecretName(name="pub[0-9a-f]{32}", reason="Datadog client tokens: pages send their logs with them"),
    SecretName(name="pk_(?:live|test)_[0-9A-Za-z]+", reason="Stripe publishable keys"),
    SecretName(name="phc_[0-9A-Za-z]+", reason="PostHog keys of projects"),
    SecretName(
        name="[0-9A-F]{96}", reason="the master secret of a TLS session that is over: `openssl s_client` prints it"
    ),
    SecretName(name="pk\\.eyJ[0-9A-Za-z_-]+\\.[0-9A-Za-z_-]+", reason="Mapbox public tokens"),
)

# Names of parameters and fields, wherever they stand: forms, queries, JSON of any depth, what a text quotes. Each
# counts only where a value stands that has the entropy of a key.
FIELDS: tuple[SecretName, ...] = (
    SecretName(name="*apikey", reason="many services"),
    SecretName(name="*apitoken", reason="many services"),
    SecretName(name="*apisecret", reason="many services"),
    SecretName(name="*accesstoken", reason="RFC 6749 §5.1: the answer of a token endpoint"),
    SecretName(name="*refreshtoken", reason="RFC 6749 §6"),
    SecretName(name="*idtoken", reason="OpenID Connect"),
    SecretName(name="*authtoken", reason="many services"),
    SecretName(name="*bearertoken", reason="RFC 6750"),
    SecretName(name="*sessiontoken", reason="AWS and others: the token of a session"),
    SecretName(name="*securitytoken", reason="AWS: the token of a session"),
    SecretName(name="*secretkey", reason="many services"),
    SecretName(name="*secretaccesskey", reason="AWS: the half of a key that has no mark"),
    SecretName(name="*privatekey", reason="Google: the key of a service account"),
    SecretName(name="*accountkey", reason="Azure Storage: connection strings"),
    SecretName(name="*sharedaccesskey", reason="Azure: connection strings"),
    SecretName(name="*subscriptionkey", reason="Azure API Management"),
    SecretName(name="*applicationkey", reason="Datadog, Backblaze"),
    SecretName(name="*accesskey", reason="object stores: the half that signs, or the only key"),
    SecretName(name="*signingkey", reason="what messages or tokens are signed with"),
    SecretName(name="*encryptionkey", reason="what data are sealed with"),
    SecretName(name="*masterkey", reason="LiteLLM, Meilisearch: the key that makes others"),
    SecretName(name="*authkey", reason="many services"),
    SecretName(name="*bottoken", reason="Slack, Discord, Telegram"),
    SecretName(name="*secrettoken", reason="Telegram, webhooks"),
    SecretName(name="*tokensecret", reason="RFC 5849 §2.1: the half of a token that signs"),
    SecretName(name="*clientsecret", reason="RFC 6749 §2.3.1; Realtime: the key that a browser gets"),
    SecretName(name="*consumersecret", reason="RFC 5849: the secret of a client"),
    SecretName(name="*sharedsecret", reason="what messages are signed with"),
    SecretName(name="*hmacsecret", reason="what messages are signed with"),
    SecretName(name="*appsecret", reason="many services"),
    SecretName(name="*signingsecret", reason="Slack, Stripe: what messages are signed with"),
    SecretName(name="*webhooksecret", reason="what messages are signed with"),
    SecretName(name="*password", reason="what it says"),
    SecretName(name="passwd", reason="what it says"),
    SecretName(name="pwd", reason="what it says"),
    SecretName(name="token", reason="many services"),
    SecretName(name="secret", reason="many services"),
    SecretName(name="jwt", reason="RFC 7519"),
    SecretName(name="authorization", reason="a header quoted in a body"),
)

# Parameters of URLs and forms alone: elsewhere these words mean other things.
PARAMETERS: tuple[SecretName, ...] = (
    SecretName(name="key", reason="Gemini and other APIs of Google"),
    SecretName(name="auth", reason="many services"),
    SecretName(name="assertion", reason="RFC 7523: a signed token that is exchanged for another"),
    SecretName(name="clientassertion", reason="RFC 7523: the same for a client"),
    SecretName(name="appid", reason="OpenWeather"),
)

# Parameters of signed addresses. Whoever has the address may use it for as long as it says; one finding speaks of all.
SIGNED: tuple[SecretName, ...] = (
    SecretName(name="sig", reason="Azure Storage: opens the address to anybody"),
    SecretName(name="signature", reason="Google and Amazon: opens the address to anybody"),
    SecretName(name="xamzsignature", reason="AWS Signature Version 4 in a URL"),
    SecretName(name="xgoogsignature", reason="Google Storage: opens the address to anybody"),
)
SIGNED_WITH: tuple[SecretName, ...] = (
    SecretName(name="xamzcredential", reason="AWS Signature Version 4 in a URL: the id of the key"),
    SecretName(name="xgoogcredential", reason="Google Storage: who signed"),
    SecretName(name="awsaccesskeyid", reason="AWS Signature Version 2 in a URL: the id of the key"),
)

CHOSEN = ("password", "passwd", "pwd")  # how names of what people choose themselves end: these may be short

SCHEMES = (
    # Authentication schemes (the IANA registry, and what APIs write): the word before the credential.
    "bearer", "basic", "token", "apikey", "api-key", "key", "bot", "digest",
)  # fmt: skip

SIGNED_SCHEMES = {
    # The value signs this one request and opens nothing else.
    "aws4-hmac-sha256": "AWS Signature Version 4: a key id, and a signature that expires in minutes",
    "aws4-ecdsa-p256-sha256": "AWS Signature Version 4A",
    "digest": "RFC 7616: a hash over a nonce of the server",
}
