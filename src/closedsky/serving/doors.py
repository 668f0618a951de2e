"""Doors that open only from this machine's own page: the host and the origin of every request are checked."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Doors:
    """Lets in what comes from this page on this host, and adds what browsers should hold to.

    Args:
        app: what is behind.
        hosts: names under which this server is reached.
    """

    def __init__(self, app: Any, hosts: Collection[str]) -> None:
        self._app, self._hosts = app, frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one connection in, or turn it away."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        host = headers.get("host", "")
        origin = headers.get("origin")
        wrong = ""
        if urlsplit(f"//{host}").hostname not in self._hosts:
            wrong = "this server answers under its own name only"
        elif origin is not None and urlsplit(origin).netloc != host:
            wrong = "this server answers its own page only"
        elif scope["type"] == "websocket" and origin is None:
            wrong = "a socket says which page it belongs to"
        if not wrong:
            await self._app(scope, receive, _with_headers(send, host))
        elif scope["type"] == "http":
            await PlainTextResponse(f"{wrong}\n", 403)(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1008, "reason": wrong})


def _with_headers(send: Send, host: str) -> Send:
    policy = (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
        f"connect-src 'self' ws://{host} wss://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    added = {
        "content-security-policy": policy,
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "cache-control": "no-store",
    }

    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", []))
            message["headers"] = headers + [(key.encode(), value.encode()) for key, value in added.items()]
        await send(message)

    return sent
