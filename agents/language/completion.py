"""Reads the body of a chat completion strictly: what is not there is never made up."""

from __future__ import annotations

import json
from typing import Any

from ...core.errors import MalformedReply
from .request import Answer, Request

_LONGEST_LINE = 300
# Where servers put what a model thought before it answered: vLLM, Ollama and others.
_ASIDE = ("reasoning", "reasoning_content", "thinking")


def one_line(text: str) -> str:
    """A stranger's text as part of a one-line message, cut where it is long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE] + "..."


def read_completion(body: str, request: Request, retries: int) -> Answer:
    """The answer in the body of a reply with status 200.

    Args:
        body: the text of the reply.
        request: what was asked.
        retries: failed tries before.

    Raises:
        MalformedReply: the body is no chat completion; the message begins with a verb.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        shown = one_line(body[: 2 * _LONGEST_LINE]) or "nothing"
        raise MalformedReply(f"sent a reply that is no JSON: {shown}") from None
    if isinstance(value, dict) and value.get("error"):
        raise MalformedReply(f"sent an error as its reply: {one_line(str(value['error']))}")
    choice = _first(value, "choices")
    message = choice.get("message") if choice else None
    if choice is None or not isinstance(message, dict):
        raise MalformedReply("sent a reply without choices[0].message")
    text, refusal = message.get("content"), message.get("refusal")
    if not isinstance(text, (str, type(None))):
        raise MalformedReply("sent a message whose content is no text")
    text = text or ""
    prompt, completion = _tokens(value)
    estimated = prompt is None or completion is None
    if prompt is None or completion is None:
        prompt = request.token_bound - request.max_tokens
        completion = request.max_tokens
    return Answer(
        text=_encodable(text),
        refusal=_encodable(refusal) if isinstance(refusal, str) and refusal else None,
        finish_reason=str(choice.get("finish_reason") or "stop"),
        prompt_tokens=prompt,
        completion_tokens=completion,
        estimated=estimated,
        retries=retries,
        served_by=str(value.get("model") or ""),
        elsewhere="" if text.strip() else _written_aside(message),
    )


def _first(value: Any, name: str) -> dict[str, Any] | None:
    """The first object of the list of that name, if there is one."""
    items = value.get(name) if isinstance(value, dict) else None
    return items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else None


def _written_aside(message: dict[str, Any]) -> str:
    """The first field beside the content that has a text; empty if none has."""
    texts = ((name, message.get(name)) for name in _ASIDE)
    return next((name for name, text in texts if isinstance(text, str) and text.strip()), "")


def _tokens(value: dict[str, Any]) -> tuple[int | None, int | None]:
    usage = value.get("usage")
    if not isinstance(usage, dict):
        return None, None
    prompt, completion = (usage.get(name) for name in ("prompt_tokens", "completion_tokens"))
    return (
        prompt if isinstance(prompt, int) and prompt >= 0 else None,
        completion if isinstance(completion, int) and completion >= 0 else None,
    )


def _encodable(text: str) -> str:
    """The text without lone surrogates, which JSON can carry and UTF-8 cannot."""
    return text.encode("utf-8", "replace").decode("utf-8")
