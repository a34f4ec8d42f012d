"""What is asked of a language model and what comes back, as data that can be stored."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Self

from ...core.record_form import read_record

Message = Mapping[str, str]


def canonical_json(value: Any) -> str:
    """The one JSON text of a value: keys sorted, no spaces, ASCII alone, no NaN."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )


@dataclass(frozen=True)
class Request:
    """All that decides an answer, apart from chance.

    Attributes:
        model: the model's name on the server.
        messages: the conversation, each message with `role` and `content`.
        max_tokens: the most tokens that the answer may have.
        temperature: 0 for the likeliest answer; the server's own default if None.
        seed: the seed of the server's sampling; none is sent if None.
        schema: a JSON schema that the answer is to follow where the server can hold it to one.
    """

    model: str
    messages: Sequence[Message]
    max_tokens: int
    temperature: float | None = 0.0
    seed: int | None = 0
    schema: Mapping[str, Any] | None = None

    def canonical(self) -> str:
        """The request as canonical JSON."""
        return canonical_json(asdict(self))

    def key(self) -> str:
        """The SHA-256 of the canonical request, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def seed_of(self, sample: int) -> int | None:
        """The seed that is sent for a sample: one more for each, so that samples differ."""
        return None if self.seed is None else self.seed + sample

    @property
    def token_bound(self) -> int:
        """An upper bound on the tokens of one call, question and answer together.

        A tokenizer makes at most one token of a byte; what a server's chat template adds is
        taken to be within 16 tokens a message and 256 besides.
        """
        texts = [text for message in self.messages for text in message.values()]
        schema = canonical_json(self.schema) if self.schema else ""
        size = sum(len(text.encode("utf-8", "replace")) for text in (*texts, schema))
        return size + 16 * len(self.messages) + 256 + self.max_tokens


@dataclass(frozen=True)
class Answer:
    """What a server returned for a request.

    Attributes:
        text: the message's content; empty where there is none.
        refusal: the model's refusal, where the server marks one.
        finish_reason: why it stopped: "stop", "length", "content_filter", ...
        prompt_tokens: tokens of the question.
        completion_tokens: tokens of the answer.
        estimated: whether the server did not report the tokens, so that the bound stands for them.
        retries: failed tries before this one, those of malformed replies included.
        served_by: the model's name as the server reports it.
        elsewhere: the field of the message that has a text where its content is empty, such as
            "reasoning"; empty otherwise.
        replayed: whether the answer comes from a recording; not stored.
    """

    text: str
    refusal: str | None = None
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    completion_tokens: int = 0
    estimated: bool = False
    retries: int = 0
    served_by: str = ""
    elsewhere: str = ""
    replayed: bool = False

    @property
    def tokens(self) -> int:
        """Tokens of question and answer."""
        return self.prompt_tokens + self.completion_tokens

    def to_json(self) -> dict[str, Any]:
        """As JSON types, to be stored."""
        values = asdict(self)
        del values["replayed"]
        if not self.elsewhere:
            del values["elsewhere"]
        return values

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """The stored answer.

        Raises:
            TypeError, ValueError: other fields than an answer's, or what they may not be.
        """
        return replace(read_record(cls, values), replayed=True)
