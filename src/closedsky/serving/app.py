"""The web application: one page, one socket, and what is fetched or posted beside it.

Nothing of another machine is asked for. Sizes, rates and the number of people are bounded.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Collection
from importlib.resources import files
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute

from closedsky.serving import positions
from closedsky.serving.doors import Doors
from closedsky.serving.drawer import drawer
from closedsky.serving.live import READY, Live
from closedsky.serving.messages import BadMessage, parse
from closedsky.serving.page import page, sheet
from closedsky.serving.people import People
from closedsky.serving.queue import Replaced
from closedsky.serving.state import StateError, read_state

MOST_BODY = 2 * positions.MOST_BYTES + 10_000
"""Bytes of what is posted: two positions and what holds them."""

Handler = Callable[[Request], Awaitable[Response]]


def make_app(live: Live, hosts: Collection[str]) -> Any:
    """Make the application.

    Args:
        live: what answers.
        hosts: names under which the server is reached, without ports.
    """
    static = files("closedsky.showing") / "static"
    people = People(live)

    async def root(request: Request) -> Response:
        return Response(page(live.start(), live.case), media_type="text/html")

    async def script(request: Request) -> Response:
        return Response((static / "page.js").read_bytes(), media_type="text/javascript")

    async def css(request: Request) -> Response:
        return Response(sheet(), media_type="text/css")

    async def evidence(request: Request) -> Response:
        try:
            return JSONResponse(drawer(live.case, request.path_params["name"]))
        except KeyError:
            return _wrong("no such assumption", 404)

    async def position(request: Request) -> Response:
        given = await _posted(request)
        base = read_state(live.case, given.get("state", {}), live.option)
        found = await run_in_threadpool(positions.read_text, live.case, _text(given, "text"))
        state = positions.state_of(found, base)
        read_state(live.case, state, live.option)
        who = f"{found.owner} (invented)" if found.invented else found.owner
        return JSONResponse({"state": state, "owner": who, "digest": found.digest})

    async def save(request: Request) -> Response:
        given = await _posted(request)
        state = read_state(live.case, given.get("state", {}), live.option)
        text = positions.as_text(live.case, state, _text(given, "owner"), dt.date.today())
        return JSONResponse({"text": text})

    async def crux(request: Request) -> Response:
        given = await _posted(request)
        texts = _text(given, "a"), _text(given, "b")
        view = read_state(live.case, {"view": given.get("view", "then")}, live.option).view
        if view == "now" and live.now.status != READY:
            raise BadMessage(live.now.error or "view: the futures of the view now are not there yet; ask again later")
        # in a thread, for a case takes a second to read and others go on asking
        found = [await run_in_threadpool(positions.read_text, live.case, text) for text in texts]
        if view == "now" and any(positions.models_otherwise(live.case, each) for each in found):
            raise BadMessage(
                "a position models otherwise than the case; the view now would need futures that are not there: use "
                "closedsky crux --view now"
            )
        try:
            return JSONResponse(await live.ask_crux(("crux", next(people.numbers)), texts, view))
        except Replaced:
            return _wrong("asked anew", 409)

    routes = [
        Route("/", root),
        Route("/page.js", script),
        Route("/page.css", css),
        Route("/evidence/{name}", evidence),
        Route("/position", _clean(position), methods=["POST"]),
        Route("/position/save", _clean(save), methods=["POST"]),
        Route("/crux", _clean(crux), methods=["POST"]),
        WebSocketRoute("/live", people.serve),
    ]
    return Doors(Starlette(routes=routes), hosts)


def _clean(handler: Handler) -> Handler:
    async def answered(request: Request) -> Response:
        try:
            return await handler(request)
        except (StateError, BadMessage) as error:
            return _wrong(str(error), 400)

    return answered


def _wrong(text: str, status: int) -> JSONResponse:
    return JSONResponse({"error": text}, status)


async def _posted(request: Request) -> dict[str, Any]:
    """What was posted: JSON of a page of ours, which another page could not send without being asked about it."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
        raise BadMessage("what is posted here is application/json")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BODY:
            raise BadMessage(f"what is posted here has at most {MOST_BODY:,} bytes")
    return parse(body.decode("utf-8", "replace"))


def _text(given: dict[str, Any], name: str) -> str:
    value = given.get(name)
    if not isinstance(value, str):
        raise BadMessage(f"{name}: is a text")
    return value
