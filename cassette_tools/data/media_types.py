"""Media types (IANA): of the words that APIs have for formats, and of what content begins with."""

from __future__ import annotations

AUDIO_TYPES = {
    # The `format` of OpenAI's audio input and output, as a media type.
    "wav": "audio/wav",
    "mp3": "audio/mpeg",
    "flac": "audio/flac",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "pcm16": "audio/L16",
}
# Formats, as Amazon Bedrock names them, that are no subtype of their own name.
FORMATS = {
    "jpg": "image/jpeg",
    "txt": "text/plain",
    "md": "text/markdown",
    "html": "text/html",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "mov": "video/quicktime",
    "mkv": "video/x-matroska",
    "three_gp": "video/3gpp",
    "mp3": "audio/mpeg",
}
# First bytes and what they begin (IANA media types; the formats' own specifications).
SIGNATURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"%PDF", "application/pdf"),
)
