"""`closedsky serve`: the page on this machine."""

from __future__ import annotations

import contextlib
import signal
import socket
import sys
import webbrowser
from dataclasses import dataclass
from typing import TYPE_CHECKING

from closedsky.commands.common import NOT_WRITTEN, Fault, say

if TYPE_CHECKING:
    from closedsky.cases.schema import Case

LOOPBACK = ("127.0.0.1", "::1", "localhost")

MOST_QUEUED = 64
"""Connections that wait to be taken up."""

MOST_FRAME = 1_000_000
"""Bytes of a message that is read at all; what is longer than a message may be is told so."""


@dataclass(frozen=True)
class Request:
    """What is served, and where.

    Attributes:
        name: the case as the person named it.
        host, port: where; port 0 takes one that is free.
        opened: whether a browser is opened.
        option: that is looked into; the one that most contested claims are about where None.
    """

    name: str
    host: str = "127.0.0.1"
    port: int = 8022
    opened: bool = False
    option: str | None = None


def serve_command(request: Request) -> None:
    """Serve one case until interrupted."""
    from closedsky.cases import load_case
    from closedsky.commands.explore import option_of
    from closedsky.commands.run import require_asked

    case = load_case(request.name)
    require_asked(case, request.name)
    option = option_of(case, request.option)
    listening = listen(request.host, request.port)
    with listening:
        _serve(case, request, option, listening)


def listen(host: str, port: int) -> socket.socket:
    """Take a port before anything slow begins.

    Raises:
        Fault: the port is taken, or the host is none of this machine's.
    """
    if host not in LOOPBACK:
        say(
            f"--host {host}: everybody who reaches this machine under that name can use the page and its processors; "
            "there is no password"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_STREAM)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(MOST_QUEUED)
    except OSError as error:
        made.close()
        reason = error.strerror or str(error)
        text = f"--host {host} --port {port}: {reason}; --port 0 takes one that is free"
        raise Fault(text, NOT_WRITTEN) from None
    return made


def _serve(case: Case, request: Request, option: str, listening: socket.socket) -> None:
    import uvicorn

    from closedsky.serving.app import make_app
    from closedsky.serving.live import Live

    live = Live(case, request.name, option, say)
    signal.signal(signal.SIGTERM, _interrupt)  # else it would end this process before it can end others
    try:
        say(f"{case.id}: warming up")
        live.warm()
        port = listening.getsockname()[1]
        shown = f"[{request.host}]" if ":" in request.host else request.host
        address = f"http://{shown}:{port}/"
        hosts = {*LOOPBACK, request.host} if request.host in LOOPBACK else {*LOOPBACK, request.host, *_names()}
        config = uvicorn.Config(
            make_app(live, hosts),
            log_level="warning",
            access_log=False,
            ws_max_size=MOST_FRAME,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
            server_header=False,
        )
        print(address, flush=True)
        say(f"{live.desk.futures} futures while a slider moves; stop with Ctrl-C")
        if request.opened:
            webbrowser.open(address)
        uvicorn.Server(config).run(sockets=[listening])
    except KeyboardInterrupt:
        pass
    finally:
        live.close()
    sys.stderr.flush()


def _interrupt(number: int, frame: object) -> None:
    raise KeyboardInterrupt


def _names() -> set[str]:
    """Names under which others may reach this machine."""
    name = socket.gethostname()
    found = {name.lower()}
    with contextlib.suppress(OSError):
        found |= {str(each[4][0]) for each in socket.getaddrinfo(name, None)}
    return found
