"""How many answers of the real recordings the judges read, when they were last counted; the tests want at least as many.

`make docs` puts them into docs/dialects.md; `make corpus` prints what they are now.
"""

COUNTED = "2026-11-22"

# By SDK, as Python imports it: its version, the answers that it read, and those that it cannot read.
READ = {
    "openai": ("3.54.0", 454, 2),
    "anthropic": ("2.12.0", 121, 0),
    "google.genai": ("3.4.0", 96, 8),
    "botocore": ("1.44.5", 41, 0),
    "cohere": ("7.3.1", 17, 1),
    "mistralai": ("3.7.0", 6, 0),
    "ollama": ("0.6.3", 5, 0),
}

# By dialect: the streams that a plain client heard.
HEARD = {
    "openai.chat": 133,
    "anthropic.messages": 53,
    "openai.responses": 41,
    "gemini.generate_content": 38,
    "bedrock.converse": 16,
    "cohere.chat": 6,
    "ollama.chat": 2,
    "ollama.generate": 1,
    "openai.completions": 1,
}
