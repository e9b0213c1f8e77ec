"""Amazon Bedrock: Converse, InvokeModel with the native formats of model families, agents and knowledge bases."""

from __future__ import annotations

from cassette_tools.dialects.bedrock import agent, converse, invoke

__all__ = ["agent", "converse", "invoke"]
