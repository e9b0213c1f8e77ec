"""What a response of the Responses API repeats of its request, and the documented default of each setting.

Source: the OpenAI API reference ("The response object").
"""

from __future__ import annotations

# Settings that a response repeats, and what stands there when the request does not speak of them (null always may).
# Below a list, indices are left out of the pointer.
DEFAULTS: dict[str, tuple[tuple[object, ...], str]] = {
    "/background": ((False,), "OpenAI API reference"),
    "/conversation": ((), ""),
    "/frequency_penalty": ((0,), "OpenAI API reference"),
    "/instructions": ((), ""),
    "/max_output_tokens": ((), ""),
    "/max_tool_calls": ((), ""),
    "/metadata": (({},), "OpenAI API reference"),
    "/parallel_tool_calls": ((True,), "OpenAI API reference"),
    "/presence_penalty": ((0,), "OpenAI API reference"),
    "/previous_response_id": ((), ""),
    "/prompt": ((), ""),
    "/prompt_cache_key": ((), ""),
    "/prompt_cache_options": ((), ""),
    "/prompt_cache_retention": (("in_memory", "in-memory", "24h"), "OpenAI, Prompt caching: the model decides"),
    "/reasoning": (({},), "OpenAI API reference"),
    "/reasoning/effort": (("medium", "none"), "OpenAI API reference: none since gpt-5.1, medium before"),
    "/reasoning/context": (("auto", "current_turn", "all_turns"), "OpenAI: what of earlier reasoning the model sees"),
    "/reasoning/mode": (("standard",), "OpenAI API reference"),
    "/safety_identifier": ((), ""),
    "/store": ((True,), "OpenAI API reference"),
    "/stream": ((False, True), "the stream itself says so"),
    "/temperature": ((1,), "OpenAI API reference"),
    "/text": (({},), "OpenAI API reference"),
    "/text/format": (({"type": "text"},), "OpenAI API reference"),
    "/text/format/strict": ((True,), "OpenAI: structured outputs, when the schema allows it"),
    "/text/verbosity": (("medium",), "OpenAI API reference"),
    "/tool_choice": (("auto",), "OpenAI API reference"),
    "/tools": (([],), "OpenAI API reference"),
    "/tools/strict": ((True, False), "OpenAI: strict where the schema allows it"),
    "/tools/defer_loading": ((False,), "OpenAI: tool search"),
    "/tools/filters": ((), ""),
    "/tools/return_token_budget": (("default",), "OpenAI: web search"),
    "/tools/search_context_size": (("medium",), "OpenAI: web search"),
    "/tools/search_content_types": ((["text"],), "OpenAI: web search"),
    "/tools/user_location": (
        (
            {"type": "approximate", "city": None, "country": None, "region": None, "timezone": None},
            {"type": "approximate", "city": None, "country": "US", "region": None, "timezone": None},
        ),
        "OpenAI: web search",
    ),
    "/top_logprobs": ((0,), "OpenAI API reference"),
    "/top_p": ((1, 0.98), "OpenAI API reference; 0.98 since gpt-5.2"),
    "/truncation": (("disabled",), "OpenAI API reference"),
    "/user": ((), ""),
}
