"""Keeps secrets out of everything that is shown or written."""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit, urlunsplit

from ...errors import InvalidArgument

OPENAI_URL = "https://api.openai.com/v1"
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
    def parse(cls, text: str) -> Address:
        """Read a base URL.

        Raises:
            InvalidArgument: no http(s) URL with a host, or one with a query or a fragment, where
                servers' keys are sometimes put.
        """
        try:
            parts = urlsplit(text.strip())
            port = parts.port
        except ValueError:
            parts, port = urlsplit(""), None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidArgument(
                "the base URL is no http(s) address; expected one such as http://localhost:8000/v1."
            )
        if parts.query or parts.fragment:
            raise InvalidArgument(
                f"the base URL of {parts.hostname} has a query or fragment; give the key by "
                "OPENAI_API_KEY and leave it out of the URL."
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
        InvalidArgument: no address.
    """
    where = Address.parse(base_url or os.environ.get("OPENAI_BASE_URL") or OPENAI_URL)
    return where, api_key or os.environ.get("OPENAI_API_KEY") or ""


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
