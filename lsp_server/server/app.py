"""The process: streams, log, loop, and the way out.

Standard output belongs to the protocol alone: it is duplicated, and descriptor 1 then leads to standard error, so that
no print of any library or child process can ever damage a message.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import socket
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, BinaryIO, NoReturn, cast

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.protocol import default_converter

from lsp_server import __version__
from lsp_server.environments.engines.cores import spare_a_core
from lsp_server.project.collector import keep_what_there_is, pace
from lsp_server.server.capabilities import server_capabilities
from lsp_server.server.dispatch import PARSE_ERROR, Dispatch
from lsp_server.server.head_start import HeadStart
from lsp_server.server.profile import Stopwatch, heartbeat
from lsp_server.server.routes import table
from lsp_server.server.session import Session
from lsp_server.server.wire import FrameError, Reader, Writer

log = logging.getLogger(__name__)

_LOOK_FOR_PARENT = 3.0
"""Seconds."""


_converter = cache(default_converter)
"""One for the process: it learns each type once, which takes longer than a short session."""


class Server(LanguageServer):
    """pygls's server with our dispatch: it lends the typed calls to the client and the conversion of types."""

    protocol: Dispatch

    def __init__(self) -> None:
        super().__init__("headwater", __version__, protocol_cls=Dispatch, converter_factory=_converter)


def serve_stdio(reader: Reader, start: HeadStart, profile: bool = False) -> NoReturn:
    """Serve one client, whose messages `reader` reads from standard input, over standard output; ends the process."""
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    code = asyncio.run(_serve(reader, output, profile, start))
    # The reading thread still sits in standard input, whose lock the interpreter's own way out would want.
    os._exit(code)


def serve_tcp(address: str, profile: bool = False) -> int:
    """Serve one client that connects to HOST:PORT; the exit code."""
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        log.error("--tcp takes HOST:PORT, not %s", address)
        return 2
    with socket.create_server((host or "127.0.0.1", int(port))) as listener:
        log.warning("listening on %s:%s", *listener.getsockname()[:2])
        connection, _peer = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection, connection.makefile("rb") as stream, connection.makefile("wb") as writer:
        return asyncio.run(_serve(Reader(stream), cast(BinaryIO, writer), profile))


async def _serve(reader: Reader, output: BinaryIO, profile: bool, start: HeadStart | None = None) -> int:
    """Run the session until `exit` or the end of the stream."""
    _tune()
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[int] = loop.create_future()

    def stop(code: int) -> None:
        if not ended.done():
            ended.set_result(code)

    protocol = Server().protocol
    session = Session(protocol)
    session.world.workspace.head_start = start or HeadStart()
    writer = Writer(output, lost=lambda: _soon(loop, stop, 1))
    protocol.set_writer(cast(Any, writer))
    protocol.routes, protocol.run, protocol.stop, protocol.profile = table(), session.run, stop, profile
    _learn(protocol)
    beside = [
        asyncio.create_task(_watch_parent(protocol, stop)),
        *([asyncio.create_task(heartbeat())] if profile else []),
    ]
    if profile:
        session.world.stopwatch = Stopwatch()
    protocol.call_on_loop = lambda work, *args: _soon(loop, work, *args)

    def deliver(body: bytes | None) -> None:
        if body is None:
            _soon(loop, stop, 1)
        else:
            _soon(loop, protocol.receive, body)

    def complain(error: FrameError) -> None:
        _soon(loop, protocol.refuse_message, PARSE_ERROR, str(error))

    session.start()
    reader.hand_to(deliver, complain)
    code = await ended
    for task in beside:
        task.cancel()
    session.close()
    writer.close()
    logging.shutdown()
    return code


def _learn(protocol: Dispatch) -> None:
    """The two hundred types of the first message and its answer, before the loop has to be quick."""
    said: types.InitializeParams = protocol.parse(types.INITIALIZE, {"capabilities": {}})
    protocol.plain(types.InitializeResult(server_capabilities("utf-16", said.capabilities)))


async def _watch_parent(protocol: Dispatch, stop: Callable[[int], None]) -> None:
    """End with the client, also where another process of its still holds the pipe open.

    Only where the client itself started this process: in containers a client's number may be another process's.
    """
    while True:
        await asyncio.sleep(_LOOK_FOR_PARENT)
        if protocol.parent is not None and protocol.parent != os.getppid():
            log.warning("the client has ended")
            stop(1)


def _soon(loop: asyncio.AbstractEventLoop, work: Any, *args: Any) -> None:
    """Call on the loop; after its end there is nobody left to hear."""
    if not loop.is_closed():
        loop.call_soon_threadsafe(work, *args)


def _tune() -> None:
    """A short switch interval: the loop must get its turn while the analysis computes.  Long-lived objects out of gc's way."""
    sys.setswitchinterval(0.0005)
    spare_a_core()
    keep_what_there_is()
    pace()
    gc.enable()


def set_up_log(path: Path | None, level: str) -> None:
    """Log to standard error or a file, never to standard output."""
    handler: logging.Handler = (
        logging.FileHandler(path, encoding="utf-8") if path else logging.StreamHandler(sys.stderr)
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("pygls").setLevel(logging.WARNING)
