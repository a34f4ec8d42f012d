"""A server that speaks OpenAI's chat completions: Ollama, vLLM, llama.cpp, OpenAI, ...

The `openai` client tries again by itself after lost connections, time-outs and the statuses 408,
409, 429 and 5xx. What stays an error afterwards is translated here into one of
`scg_envs.core.errors`.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from typing import Any

import httpx2
import openai

from ...core.errors import (
    InvalidArgument,
    KeyRefused,
    LanguageModelError,
    MalformedReply,
    NoServer,
    ServerFailed,
    UnknownModel,
    WrongAddress,
)
from .budget import Reservation
from .completion import one_line, read_completion
from .limits import Watch
from .redaction import OPENAI_URL, Redactor, find_server
from .request import Answer, Request

_CONNECT_SECONDS = 5.0
# What servers answer that do not know a field of the request.
_UNKNOWN_FIELD = (400, 422, 501)
_FORM_FIELD = "response_format"  # some answer 500 instead, and name the field
_SEED = re.compile(r"(?<![a-z])seed(?![a-z])", re.IGNORECASE)
_NO_TLS = re.compile("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE")  # plain HTTP to https://
# How a server may be held to a JSON schema, the best first: OpenAI's form, that of llama.cpp's
# Python server, and not at all.
_FORMS = ("json_schema", "json_object", None)


class Server:
    """One server at one address; safe to use from several threads.

    Attributes:
        address: its base URL without user info.
        redact: removes the server's secrets from a text.
    """

    def __init__(
        self,
        base_url: str | None = None,
        api_key: str | None = None,
        *,
        timeout: float = 120.0,
        max_retries: int = openai.DEFAULT_MAX_RETRIES,
    ) -> None:
        """Prepare the connection; nothing is sent yet.

        Args:
            base_url: such as http://localhost:11434/v1; the variable OPENAI_BASE_URL if None, and
                OpenAI's own without that. Its user info is sent as basic authentication.
            api_key: the variable OPENAI_API_KEY if None; servers of one's own often need none.
            timeout: seconds for one try.
            max_retries: how often the `openai` client tries again.

        Raises:
            InvalidArgument: no address, no key for OpenAI, or no positive timeout.
        """
        if not 0 < timeout < float("inf"):
            raise InvalidArgument(f"timeout is {timeout!r}; expected seconds above 0.")
        where, key = find_server(base_url, api_key)
        if not key and where.url == OPENAI_URL:
            raise InvalidArgument(
                f"{OPENAI_URL}, which is asked unless `base_url` or OPENAI_BASE_URL says "
                "otherwise, needs a key and there is none; set OPENAI_API_KEY, or give the base "
                "URL of another server, such as http://localhost:11434/v1."
            )
        self.address = where.url
        self.redact = Redactor(key, *where.secrets)
        self._timeout = timeout
        self._watch = Watch(timeout)
        basic = httpx2.BasicAuth(where.username, where.password) if where.username else None
        self._client = openai.OpenAI(
            base_url=where.url,
            api_key=key or "none",
            timeout=httpx2.Timeout(timeout, connect=min(timeout, _CONNECT_SECONDS)),
            max_retries=max_retries,
            default_headers={"Accept-Encoding": "identity"},  # so that a reply's length is known
            http_client=openai.DefaultHttpxClient(auth=basic, event_hooks=self._watch.hooks),
        )
        self._form = 0  # of _FORMS, the first that was not refused
        self._limit_field = "max_tokens"
        self._takes_seed = True

    def complete(self, request: Request, sample: int, reservation: Reservation) -> Answer:
        """Ask for an answer.

        A server that refuses the JSON schema is asked in another form, at last without, then and
        from then on; one that wants `max_completion_tokens` in place of `max_tokens` gets that; and
        one that refuses a seed by name is asked without.

        Args:
            request: what is asked.
            sample: which of the samples of this request.
            reservation: told how many tries may have cost something for nothing.

        Raises:
            NoServer: nothing answers.
            KeyRefused: the server answers 401 or 403.
            UnknownModel: the server does not have the model.
            ServerFailed: any other error of the server's; `MalformedReply` among them.
        """
        form = self._form if request.schema is not None else len(_FORMS) - 1
        while True:
            arguments = self._arguments(request, sample, _FORMS[form])
            self._watch.begin()
            try:
                raw = self._client.chat.completions.with_raw_response.create(**arguments)
                answer = read_completion(self.redact(raw.text), request, raw.retries_taken)
                reservation.lost += self._watch.lost - 1
                if request.schema is not None:  # so it was the forms before that were refused
                    self._form = form
                return self._clean(answer)
            except openai.APIStatusError as error:
                reservation.lost += self._watch.lost
                if error.status_code in _UNKNOWN_FIELD and self._wants_other_limit(error):
                    self._limit_field = "max_completion_tokens"
                elif "seed" in arguments and _names_the_seed(error):
                    self._takes_seed = False
                elif _FORMS[form] is not None and _may_be_the_form(error):
                    form += 1
                else:
                    raise self._failure(error, request.model) from None
            except openai.APIError as error:
                failure = self._failure(error, request.model)
                reservation.lost += 0 if isinstance(failure, NoServer) else self._watch.lost
                raise failure from None
            except MalformedReply as error:
                reservation.lost += self._watch.lost
                said = self.redact(str(error))
                raise MalformedReply(f"the server at {self.address} {said}") from None

    def models(self) -> list[str]:
        """The names of the models that the server has.

        Raises:
            NoServer: nothing answers; `WrongAddress` where the server answers under /v1.
            KeyRefused: the server answers 401 or 403.
            ServerFailed: the server does not tell.
        """
        try:
            return self._listed(self._client)
        except openai.NotFoundError as error:
            self._look_under_v1()
            raise self._failure(error, None) from None
        except openai.APIError as error:
            raise self._failure(error, None) from None
        except (AttributeError, TypeError, ValueError):
            self._look_under_v1()
            raise ServerFailed(
                f"the server at {self.address} does not list its models as OpenAI's do."
            ) from None

    def _listed(self, client: openai.OpenAI) -> list[str]:
        ids = [model.id for model in client.models.list()]
        return sorted(self.redact(name) for name in ids if isinstance(name, str))

    def _look_under_v1(self) -> None:
        """Raise `WrongAddress` if the server lists its models under /v1, and the URL lacks that."""
        if self.address.endswith("/v1"):
            return
        other = f"{self.address}/v1"
        with suppress(openai.APIError, AttributeError, TypeError, ValueError):
            self._listed(self._client.with_options(base_url=other, max_retries=0))
            raise WrongAddress(self.address, "answers under /v1 alone", other)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _clean(self, answer: Answer) -> Answer:
        """The answer without secrets, however the reply's JSON had spelled them."""
        refusal = None if answer.refusal is None else self.redact(answer.refusal)
        return replace(
            answer,
            text=self.redact(answer.text),
            refusal=refusal,
            finish_reason=self.redact(answer.finish_reason),
            served_by=self.redact(answer.served_by),
        )

    def _arguments(self, request: Request, sample: int, form: str | None) -> dict[str, Any]:
        arguments: dict[str, Any] = {
            "model": request.model,
            "messages": [dict(message) for message in request.messages],
            self._limit_field: request.max_tokens,
        }
        if request.temperature is not None:
            arguments["temperature"] = request.temperature
        if request.seed is not None and self._takes_seed:
            arguments["seed"] = request.seed_of(sample)
        if form == "json_schema":
            described = {"name": "answer", "strict": True, "schema": request.schema}
            arguments[_FORM_FIELD] = {"type": form, form: described}
        elif form is not None:
            arguments[_FORM_FIELD] = {"type": form, "schema": request.schema}
        return arguments

    def _wants_other_limit(self, error: openai.APIStatusError) -> bool:
        return self._limit_field == "max_tokens" and "max_completion_tokens" in str(error)

    def _failure(self, error: openai.APIError, model: str | None) -> LanguageModelError:
        """The error of ours for one of the client's, after its last try."""
        said = one_line(self.redact(str(error.message)))
        here = f"the server at {self.address}"
        if isinstance(error, openai.APIStatusError):
            status = error.status_code
            if isinstance(error, openai.NotFoundError) and model is not None:
                return self._not_found(model, said)
            if status in (401, 403):
                return KeyRefused(
                    f"{here} refuses the key ({said}); set OPENAI_API_KEY to one that it takes."
                )
            if status == 429:
                return ServerFailed(f"{here} limits the rate of calls ({said}); try again later.")
            return ServerFailed(f"{here} answers {status}: {said}")
        cause = error.__cause__
        if isinstance(cause, (httpx2.ConnectError, httpx2.ConnectTimeout)):
            why = one_line(self.redact(str(cause)))
            if _NO_TLS.search(why):
                plain = self.address.replace("https", "http", 1)
                return WrongAddress(self.address, "speaks http and no https", plain)
            return NoServer(self.address, why)
        if isinstance(error, openai.APITimeoutError):
            return ServerFailed(
                f"{here} gave no whole answer within {self._timeout:g} s; wait longer by a greater "
                "timeout, or allow fewer tokens."
            )
        why = one_line(self.redact(str(cause or error)))
        return ServerFailed(f"{here} broke the connection off ({why}); see its log.")

    def _not_found(self, model: str, said: str) -> LanguageModelError:
        try:
            known = self.models()
        except ServerFailed:
            return ServerFailed(
                f"the server at {self.address} answers 404 ({said}) and lists no models; check "
                "the base URL, which usually ends in /v1, and the model's name."
            )
        except NoServer as error:
            return error
        if not known or model in known:
            return ServerFailed(f"the server at {self.address} answers 404: {said}")
        return UnknownModel(model, known, self.address)


def _names_the_seed(error: openai.APIStatusError) -> bool:
    """Whether a server refuses the seed of the request."""
    return error.status_code in _UNKNOWN_FIELD and bool(_SEED.search(str(error)))


def _may_be_the_form(error: openai.APIStatusError) -> bool:
    """Whether a server may have refused the form in which it was held to a schema."""
    named = error.status_code == 500 and _FORM_FIELD in str(error)
    return named or error.status_code in _UNKNOWN_FIELD
