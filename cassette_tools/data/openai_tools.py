"""Items of the Responses API that are calls of tools which no client defined, and what such a tool gave back."""

from __future__ import annotations

# Tools that the provider runs: our name for the tool ("" where the item names it) and the keys of what came back.
SERVER_TOOLS: dict[str, tuple[str, tuple[str, ...], str]] = {
    "web_search_call": ("web_search", ("results",), "OpenAI, xAI"),
    "file_search_call": ("file_search", ("results",), "OpenAI, xAI"),
    "code_interpreter_call": ("code_interpreter", ("outputs",), "OpenAI, xAI"),
    "image_generation_call": ("image_generation", (), "OpenAI: the image is a part of its own"),
    "mcp_call": ("", ("output", "error"), "OpenAI, xAI: a tool of a remote server"),
    "mcp_list_tools": ("mcp_list_tools", ("tools", "error"), "OpenAI: what a remote server offers"),
    "mcp_approval_request": ("", (), "OpenAI: the client is asked first, and answers with mcp_approval_response"),
    "tool_search_call": ("tool_search", (), "OpenAI: deferred tools are looked up"),
    "x_search_call": ("x_search", ("results",), "xAI"),
    "program": ("program", (), "OpenAI: calls of tools by a program that the model wrote"),
}
# What a tool of the provider's gave back, where that is an item of its own: the tool's name, the key of its id.
SERVER_RESULTS: dict[str, tuple[str, str, str]] = {
    "tool_search_output": ("tool_search", "call_id", "OpenAI"),
    "program_output": ("program", "call_id", "OpenAI"),
    "mcp_approval_response": ("", "approval_request_id", "OpenAI: the client's yes or no"),
}
# Tools that OpenAI defines and the client runs: the tool's name, and the key of what it shall do.
CLIENT_TOOLS: dict[str, tuple[str, str, str]] = {
    "computer_call": ("computer", "action", "the computer's screen and keyboard are the client's"),
    "local_shell_call": ("local_shell", "action", "the shell is the client's"),
    "shell_call": ("shell", "action", "the shell is the client's, unless `environment` names a container"),
    "apply_patch_call": ("apply_patch", "operation", "the files are the client's"),
}
CLIENT_RESULTS: dict[str, str] = {
    "function_call_output": "the result of a function",
    "custom_tool_call_output": "the result of a custom tool",
    "computer_call_output": "a screenshot",
    "local_shell_call_output": "what the command printed",
    "shell_call_output": "what the commands printed",
    "apply_patch_call_output": "whether the patch could be applied",
}
