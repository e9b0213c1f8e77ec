"""How a client names itself in its request headers: what is an SDK, what only the library, the runtime or the machine
below it.
"""

from __future__ import annotations

# Product tokens that say nothing of an SDK's version, with what they name. `x-*` stands for all that begin with `x-`.
BELOW_AN_SDK = {
    "gl-*": "Google: the language and its version",
    "gapic": "Google: the generator",
    "gax": "Google: the library of the generator",
    "gccl": "Google: the version once more",
    "grpc": "the transport",
    "rest": "the transport",
    "ua": "AWS: the version of this header's format",
    "os": "the machine",
    "md": "AWS: details of the machine",
    "lang": "AWS: the language and its version",
    "api": "AWS: the service, which has the SDK's own version",
    "m": "AWS: features that were used",
    "cfg": "AWS: settings",
    "exec-env": "AWS: where it runs",
    "botocore": "AWS: the library below Boto3",
    "python": "the runtime",
    "cpython": "the runtime",
    "node": "the runtime",
    "node.js": "the runtime",
    "deno": "the runtime",
    "bun": "the runtime",
    "java": "the runtime",
    "kotlin": "the runtime",
    "darwin": "the machine",
    "linux": "the machine",
    "macos": "the machine",
    "windows": "the machine",
}

# Libraries that send any request: they stand for the client only where no SDK names itself.
HTTP_LIBRARIES = {
    "python-httpx": "Python",
    "httpx": "Python",
    "python-requests": "Python",
    "python-urllib": "Python",
    "python-urllib3": "Python",
    "aiohttp": "Python",
    "node-fetch": "JavaScript",
    "undici": "JavaScript",
    "axios": "JavaScript",
    "got": "JavaScript",
    "go-http-client": "Go",
    "faraday": "Ruby",
    "ruby": "Ruby's Net::HTTP",
    "rest-client": "Ruby",
    "typhoeus": "Ruby",
    "okhttp": "Java",
    "reqwest": "Rust",
    "curl": "C",
    "wget": "C",
}

# Before the name of an SDK; the same package whichever of its classes asks.
CLASSES = ("Async", "Azure", "AsyncAzure")

# Behind the name of an SDK; Stainless's write the class that asks, and early versions in Ruby only the module.
INNER_CLASSES = {
    "::Client": "Ruby: the class within the module",
    "ClientImpl": "Java and Kotlin: the class behind the interface",
    "ClientAsyncImpl": "Java and Kotlin: the same without blocking",
}

# User-Agents with a form of their own, and who sends them.
FORMS = {
    r"(?P<name>\w+)/v\d+ (?P<language>\w+)Bindings/(?P<version>\d\S*)": "Stripe: the version of the API comes first",
    r"speakeasy-sdk/(?P<language>\w+) (?P<version>\d\S*) \d\S* \S+ (?:[@\w.-]{1,60}/){0,9}(?P<name>[\w.-]+)$": (
        "Speakeasy, which generates SDKs: the package's version, the generator's, the API's, and the package"
    ),
}

# What huggingface_hub sends for a library without a name: `unknown/None; hf_hub/1.15.0; python/3.14.3`.
NAMELESS = "unknown"

LANGUAGES = {
    "python": "Python",
    "js": "JS",
    "typescript": "JS",
    "node": "JS",
    "ruby": "Ruby",
    "go": "Go",
    "java": "Java",
    "kotlin": "Kotlin",
    "csharp": "C#",
    "dotnet": "C#",
    "php": "PHP",
    "rust": "Rust",
}

# Who makes the SDK that Stainless generated, by the provider that is asked, where only `x-stainless-*` is left.
STAINLESS = {
    "openai": "OpenAI",
    "azure.ai.openai": "OpenAI",
    "anthropic": "Anthropic",
    "groq": "Groq",
    "together": "Together",
    "cerebras": "Cerebras",
}

# Headers that only the SDKs of one maker send.
MAKERS = {"anthropic-version": "Anthropic"}

# What stands in a header that a recorder was told to hide.
SCRUBBED = ("redact", "filter", "scrub", "hidden", "mask", "placeholder", "xxx", "x.xx", "***", "<", "{{")
