"""Keeps secrets out of everything that is shown or written."""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from ...core.errors import InvalidArgument

OPENAI_URL = "https://api.openai.com/v1"
_EXAMPLE = "http://localhost:11434/v1"
_CALLS = ("/chat/completions", "/completions", "/models")  # what is asked under a base URL
_MARK = "[redacted]"
# Shorter ones are what local servers are given for form's sake ("EMPTY", "ollama"), and would
# blot out ordinary words.
_SHORTEST = 8


@dataclass(frozen=True)
class Address:
    """A base URL, its secrets kept apart.

    Attributes:
        url: scheme, host, port and path: what may be shown and written.
        username: of the URL's user info; empty without.
        password: of the URL's user info; empty without.
    """

    url: str
    username: str = field(default="", repr=False)
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, text: str, name: str = "`base_url`") -> Address:
        """Read a base URL.

        Args:
            text: such as `http://localhost:11434/v1`.
            name: where it came from, to begin messages with.

        Raises:
            InvalidArgument: no http(s) URL with a host; or the address of one call; or one with a
                query or a fragment, where servers' keys are sometimes put.
        """
        if not isinstance(text, str):
            raise InvalidArgument(f"{name} is {text!r}; expected text such as {_EXAMPLE!r}.")
        text = text.strip()
        came = f"{name} is {_without_secrets(text)}"
        try:
            parts = urlsplit(text)
            port = parts.port
        except ValueError:
            raise InvalidArgument(
                f"{came}, whose host or port cannot be read; expected an address such as "
                f"{_EXAMPLE}, with a port from 0 to 65535 or none."
            ) from None
        if "://" not in text or parts.scheme not in ("http", "https"):
            raise InvalidArgument(
                f"{came}, which does not begin with http:// or https://; expected an address such "
                f"as {_EXAMPLE}."
            )
        if not parts.hostname:
            raise InvalidArgument(f"{came}, which names no host; expected one as in {_EXAMPLE}.")
        if parts.query or parts.fragment:
            raise InvalidArgument(
                f"{came} with a query or fragment; give the key by OPENAI_API_KEY and leave it "
                "out of the URL."
            )
        for call in _CALLS:
            if parts.path.rstrip("/").endswith(call):
                raise InvalidArgument(
                    f"{came}, where one kind of call goes; leave out {call} at its end."
                )
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        netloc = host if port is None else f"{host}:{port}"
        url = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
        return cls(url, unquote(parts.username or ""), unquote(parts.password or ""))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The password, plain and as it is sent."""
        pair = f"{self.username}:{self.password}".encode()
        return (self.password, base64.b64encode(pair).decode()) if self.password else ()


def find_server(base_url: str | None, api_key: str | None) -> tuple[Address, str]:
    """Address and key of a server: the arguments, or else what the environment says.

    Raises:
        InvalidArgument: the address cannot be one.
    """
    if base_url is None:
        address = os.environ.get("OPENAI_BASE_URL") or OPENAI_URL
        where = Address.parse(address, "OPENAI_BASE_URL")
    else:
        where = Address.parse(base_url)
    return where, api_key or os.environ.get("OPENAI_API_KEY") or ""


def _without_secrets(address: str) -> str:
    """What may be shown of something that was given as an address.

    A single word may be a key in the wrong place; user info, queries and fragments hold keys too.
    """
    if not address:
        return "empty"
    if not any(mark in address for mark in ".:/"):
        return "one word"
    scheme, separator, rest = address.rpartition("://")
    return repr(scheme + separator + re.split("[?#]", rest)[0].rpartition("@")[2])


class Redactor:
    """Replaces secrets in texts."""

    def __init__(self, *secrets: str) -> None:
        """Know the secrets; those of less than eight characters are taken for placeholders."""
        self._secrets = sorted({s for s in secrets if len(s) >= _SHORTEST}, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        """The text without the secrets, and without what cannot be encoded as UTF-8."""
        for secret in self._secrets:
            text = text.replace(secret, _MARK)
        return text.encode("utf-8", "replace").decode("utf-8")
