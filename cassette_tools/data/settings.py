"""Settings that mean what they say: their names in each API, and the one name that we have for them.

What has a shape of its own (tools, formats, reasoning) is read by the dialect. Sources: each API's reference.
"""

from __future__ import annotations

ANTHROPIC = {
    "max_tokens": "max_tokens",
    "max_tokens_to_sample": "max_tokens",  # Text Completions, until 2024
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "stop_sequences": "stop_sequences",
    "service_tier": "service_tier",
    "stream": "stream",
}
# Members of `inferenceConfig` that mean what they say, by our name for them; Nova writes two of them otherwise.
CONVERSE = {
    "maxTokens": "max_tokens",
    "max_new_tokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "top_p": "top_p",
    "topK": "top_k",
    "top_k": "top_k",
    "stopSequences": "stop_sequences",
}
# Settings that Cohere has other names for.
COHERE = {
    "p": "top_p",
    "k": "top_k",
    "stop_sequences": "stop_sequences",
    "num_generations": "choice_count",  # Generate
}
# Settings of `generationConfig` that mean what they say, by our name for them.
GEMINI = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_tokens",
    "stopSequences": "stop_sequences",
    "candidateCount": "choice_count",
    "seed": "seed",
    "presencePenalty": "presence_penalty",
    "frequencyPenalty": "frequency_penalty",
    "mediaResolution": "media_resolution",
    "audioTimestamp": "audio_timestamp",
}
# Settings that are objects of Google's own: the same under either spelling of their keys.
GEMINI_OBJECTS = {
    "speechConfig": "speech_config",
    "imageConfig": "image_config",
    "routingConfig": "routing_config",
    "modelSelectionConfig": "model_selection_config",
    "safetySettings": "safety_settings",
    "modelArmorConfig": "model_armor_config",
}
GEMINI_THINKING = {"includeThoughts": "include", "thinkingBudget": "budget_tokens", "thinkingLevel": "effort"}
# At the top; the second table is of `generation_config`.
INTERACTIONS_TOP = {
    "stream": "stream",
    "service_tier": "service_tier",
    "previous_interaction_id": "previous_response_id",  # OpenAI's name for the same link
    "safety_settings": "safety_settings",
    "labels": "labels",
    "background": "background",
    "store": "store",
}
INTERACTIONS = {
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "seed": "seed",
    "stop_sequences": "stop_sequences",
    "max_output_tokens": "max_tokens",
    "presence_penalty": "presence_penalty",
    "frequency_penalty": "frequency_penalty",
    "speech_config": "speech_config",
    "image_config": "image_config",
    "video_config": "video_config",
    "transcription_config": "transcription_config",
}
INTERACTIONS_THINKING = {"thinking_level": "effort", "thinking_summaries": "summary"}
# Members of `options` that mean what they say, by our name for them. The rest are the runner's own.
OLLAMA = {
    "num_predict": "max_tokens",
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "seed": "seed",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
}
CHAT = {
    "max_tokens": "max_tokens",
    "max_completion_tokens": "max_tokens",  # OpenAI's name since its reasoning models; the same meaning
    "temperature": "temperature",
    "top_p": "top_p",
    "top_k": "top_k",
    "min_p": "min_p",
    "seed": "seed",
    "random_seed": "seed",  # Mistral
    "n": "choice_count",
    "frequency_penalty": "frequency_penalty",
    "presence_penalty": "presence_penalty",
    "repetition_penalty": "repetition_penalty",  # vLLM, OpenRouter, Together
    "logit_bias": "logit_bias",
    "service_tier": "service_tier",
    "verbosity": "verbosity",
    "stream": "stream",
}
# How much a model shall think: the wire's key, and our name for it within `reasoning`.
CHAT_REASONING = {
    "reasoning_effort": "effort",
    "enable_thinking": "enabled",  # DashScope, SiliconFlow
    "thinking_budget": "budget_tokens",  # DashScope
    "include_reasoning": "include",  # Groq, OpenRouter's older name
    "reasoning_format": "format",  # Groq
    "reasoning_summary": "summary",
}
CHAT_REASONING_OBJECT = {
    "effort": "effort",
    "max_tokens": "budget_tokens",  # OpenRouter, Vercel
    "budget_tokens": "budget_tokens",  # Z.ai, and Anthropic's word
    "token_budget": "budget_tokens",  # Cohere
    "enabled": "enabled",
    "exclude": "exclude",
    "summary": "summary",
    "generate_summary": "summary",  # OpenAI's Responses until 2025
}
RESPONSES = {
    "max_output_tokens": "max_tokens",
    "previous_response_id": "previous_response_id",
}
HUGGING_FACE = {
    "max_new_tokens": "max_tokens",
    "temperature": "temperature",
    "top_k": "top_k",
    "top_p": "top_p",
    "stop": "stop_sequences",
    "stop_sequences": "stop_sequences",
    "frequency_penalty": "frequency_penalty",
    "seed": "seed",
}
SOURCEGRAPH = {
    "maxTokensToSample": "max_tokens",
    "temperature": "temperature",
    "topK": "top_k",
    "topP": "top_p",
    "stopSequences": "stop_sequences",
    "stream": "stream",
}
