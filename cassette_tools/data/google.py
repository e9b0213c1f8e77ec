"""Words of Google's JSON: roles, the numbers of its enumerations, and the keywords of its schemas.

Sources: the published ``.proto`` files of google.ai.generativelanguage.v1beta and google.cloud.aiplatform.v1.
"""

from __future__ import annotations

ROLES = {
    # The wire's word and ours. Roles that are not here are kept as they are.
    "user": "user",
    "model": "assistant",
    "function": "tool",  # Google's older word for the turn of the tools' answers
    "tool": "tool",
    "system": "system",
    "assistant": "assistant",
}
# The numbers of an enumeration by its field. `FINISH_REASONS` differ between the two APIs from 6 on.
ENUMS: dict[str, tuple[str, ...]] = {
    "modality": ("MODALITY_UNSPECIFIED", "TEXT", "IMAGE", "VIDEO", "AUDIO", "DOCUMENT"),
    "type": ("TYPE_UNSPECIFIED", "STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL"),
    "mode": ("MODE_UNSPECIFIED", "AUTO", "ANY", "NONE"),
    "outcome": ("OUTCOME_UNSPECIFIED", "OUTCOME_OK", "OUTCOME_FAILED", "OUTCOME_DEADLINE_EXCEEDED"),
    "language": ("LANGUAGE_UNSPECIFIED", "PYTHON"),
    "trafficType": ("TRAFFIC_TYPE_UNSPECIFIED", "ON_DEMAND", "PROVISIONED_THROUGHPUT"),
    "blockReason": ("BLOCK_REASON_UNSPECIFIED", "SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT"),
}
FIRST_REASONS = ("FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER")
FINISH_REASONS: dict[str, tuple[str, ...]] = {
    # google.ai.generativelanguage.v1beta.Candidate.FinishReason
    "gcp.gemini": (
        *FIRST_REASONS,
        "LANGUAGE",
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MALFORMED_FUNCTION_CALL",
        "IMAGE_SAFETY",
    ),
    # google.cloud.aiplatform.v1.Candidate.FinishReason
    "gcp.vertex_ai": (
        *FIRST_REASONS,
        "BLOCKLIST",
        "PROHIBITED_CONTENT",
        "SPII",
        "MALFORMED_FUNCTION_CALL",
        "MODEL_ARMOR",
    ),
}
# Fields of Google's Schema (OpenAPI 3.0's subset) in snake case, under JSON Schema's names.
KEYWORDS = {
    "any_of": "anyOf",
    "property_ordering": "propertyOrdering",
    "additional_properties": "additionalProperties",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_properties": "minProperties",
    "max_properties": "maxProperties",
    "defs": "$defs",
    "ref": "$ref",
}
NAMED = frozenset(("properties", "$defs"))  # the keys of their values are the caller's
NESTED = frozenset(("items", "anyOf", "additionalProperties"))
