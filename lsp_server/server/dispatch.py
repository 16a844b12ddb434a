"""From a frame to a handler to an answer: the envelope, the life cycle, and the one place where errors are caught.

pygls brings the types, their conversion and the typed calls to the client; its own dispatch is not used, because it runs
handlers on the loop, leaves a request with malformed parameters or after `shutdown` unanswered, and knows no
"not initialized yet".  Every request gets exactly one answer here, whatever happens.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import Any

import msgspec
from lsprotocol import types
from pygls import exceptions as errors
from pygls.protocol import LanguageServerProtocol

from lsp_server.server.routes import Route, Where
from lsp_server.server.wire import frame

log = logging.getLogger(__name__)

NOT_INITIALIZED = -32002
INVALID_REQUEST = -32600
PARSE_ERROR = -32700
METHOD_NOT_FOUND = -32601
INVALID_PARAMS = -32602
INTERNAL_ERROR = -32603
CANCELLED = -32800
CONTENT_MODIFIED = -32801

MessageId = int | str


class Refused(errors.JsonRpcException):
    """A request that cannot be served, with words for the person who asked."""

    CODE = -32803  # RequestFailed


class Cancelled(errors.JsonRpcException):
    """Work stopped because its client asked for it."""

    CODE = CANCELLED
    MESSAGE = "cancelled"


class ContentModified(errors.JsonRpcException):
    """The document changed before the answer was begun."""

    CODE = CONTENT_MODIFIED
    MESSAGE = "the document changed"


class Token:
    """Whether a request is still wanted.  Set on the loop, read anywhere."""

    __slots__ = ("_hooks", "cancelled")

    def __init__(self) -> None:
        self.cancelled = False
        self._hooks: list[Callable[[], object]] = []

    def cancel(self) -> None:
        """Say that nobody waits any more."""
        self.cancelled = True
        for hook in self._hooks:
            hook()

    def on_cancel(self, hook: Callable[[], object]) -> None:
        """Call `hook` when it is cancelled (at once if it is already)."""
        self._hooks.append(hook)
        if self.cancelled:
            hook()

    def check(self) -> None:
        """Raise if nobody waits any more."""
        if self.cancelled:
            raise Cancelled()


class Pending:
    """One request under way."""

    __slots__ = ("id", "method", "route", "since", "token")

    def __init__(self, id: MessageId, method: str, route: Route) -> None:
        self.id = id
        self.method = method
        self.route = route
        self.token = Token()
        self.since = time.perf_counter()


Run = Callable[[Route, Any, Token, Callable[[Future[Any]], None]], None]
"""Run a route's handler where it belongs and hand its outcome to the callback, from any thread."""


class Dispatch(LanguageServerProtocol):
    """The protocol object of the server.  `receive` runs on the loop; `notify` and `send_request` anywhere."""

    routes: Mapping[str, Route]
    run: Run
    """Set by the server before the first message."""
    call_on_loop: Callable[..., object]
    stop: Callable[[int], None]
    """End the process with this exit code, once everything queued is sent."""

    def __init__(self, server: Any, converter: Any) -> None:
        super().__init__(server, converter)
        self.state = "new"
        self.pending: dict[MessageId, Pending] = {}
        self.profile = False
        self.trace = types.TraceValue.Off
        self.parent: int | None = None
        """The process that started this one, if that is the client itself: it ends with its client."""

    def _register_builtin_features(self) -> None:
        """Nothing is built in: `routes.py` says it all."""

    # -- incoming ------------------------------------------------------------------------------------------------

    def receive(self, body: bytes) -> None:
        """Take one message.  Runs on the loop; never raises."""
        try:
            message = _decode(body)
        except ValueError as error:
            self._refuse(None, PARSE_ERROR, f"this is not JSON: {error}")
            return
        if not isinstance(message, dict):
            self._refuse(None, INVALID_REQUEST, "a message is one object (batches are not part of the protocol)")
            return
        method = message.get("method")
        if isinstance(method, str):
            self._receive_call(message, method)
        elif "id" in message and ("result" in message or "error" in message):
            self._receive_response(message)
        else:
            self._refuse(
                _id_of(message), INVALID_REQUEST, "a message needs a method, or an id with a result or an error"
            )

    def _receive_call(self, message: dict[str, Any], method: str) -> None:
        if "id" not in message:
            self._receive_notification(method, message.get("params"))
            return
        id = _id_of(message)
        if id is None:
            self._refuse(None, INVALID_REQUEST, "a request's id is a number or a string")
        elif id in self.pending:
            self._refuse(id, INVALID_REQUEST, "another request with this id is under way")
        elif message.get("jsonrpc") != "2.0":
            self._refuse(id, INVALID_REQUEST, 'a message says "jsonrpc": "2.0"')
        else:
            self._receive_request(id, method, message.get("params"))

    def _receive_request(self, id: MessageId, method: str, raw: Any) -> None:
        if refusal := self._out_of_order(method):
            self._refuse(id, *refusal)
            return
        route = self.routes.get(method)
        if route is None or route.is_notification:
            self._refuse(id, METHOD_NOT_FOUND, f"this server does not know {method}")
            return
        try:
            params = self.parse(method, raw)
        except WrongParamsError as error:
            self._refuse(id, INVALID_PARAMS, str(error))
            return
        request = Pending(id, method, route)
        self.pending[id] = request
        self.run(route, params, request.token, self._answering(request))

    def _answering(self, request: Pending) -> Callable[[Future[Any]], None]:
        def answer(outcome: Future[Any]) -> None:
            self.call_on_loop(self._answer, request, outcome)

        return answer

    def _out_of_order(self, method: str) -> tuple[int, str] | None:
        if self.state == "new" and method != types.INITIALIZE:
            return NOT_INITIALIZED, f"{method} came before initialize"
        if self.state == "running" and method == types.INITIALIZE:
            return INVALID_REQUEST, "initialize came twice"
        if self.state == "shutdown":
            return INVALID_REQUEST, f"{method} came after shutdown"
        return None

    def _receive_notification(self, method: str, raw: Any) -> None:
        if method == types.EXIT:
            self.stop(0 if self.state == "shutdown" else 1)
            return
        if method == types.CANCEL_REQUEST:
            self._cancel(raw)
            return
        if self.state != "running":
            log.warning(
                "%s ignored: it came %s", method, "before initialize" if self.state == "new" else "after shutdown"
            )
            return
        route = self.routes.get(method)
        if route is None or not route.is_notification:
            if not method.startswith("$/"):
                log.warning("%s ignored: this server does not know it", method)
            return
        try:
            params = self.parse(method, raw)
        except WrongParamsError as error:
            self.complain(f"{method}: {error}")
            return
        self.run(route, params, Token(), lambda outcome: self._check(method, outcome))

    def _cancel(self, raw: Any) -> None:
        id = raw.get("id") if isinstance(raw, dict) else None
        request = self.pending.get(id) if isinstance(id, int | str) else None
        if request is None:
            return  # answered already: the two messages crossed
        request.token.cancel()
        if request.route.where is Where.ANALYSIS:
            self._finish(request, error=types.ResponseError(CANCELLED, "cancelled"))

    def _receive_response(self, message: dict[str, Any]) -> None:
        id = message["id"]
        future = self._request_futures.pop(id, None) if isinstance(id, int | str) else None
        result_type = self._result_types.pop(id, None) if isinstance(id, int | str) else None
        if future is None or future.done():
            log.warning("a response to no request of ours: %r", id)
            return
        if error := message.get("error"):
            future.set_exception(errors.JsonRpcException(str(_words(error)), _code(error)))
            return
        try:
            typed = self._converter.structure(message, result_type).result if result_type else message.get("result")
        except Exception as error:  # noqa: BLE001 - cattrs raises whatever a hook raises; the waiting side hears of it
            future.set_exception(errors.JsonRpcException(f"malformed response: {error!r}"))
        else:
            future.set_result(typed)

    def parse(self, method: str, raw: Any) -> Any:
        """The parameters as their type; `WrongParamsError` if they are not."""
        params_type = self.routes[method].params
        if params_type is None:
            return raw
        try:
            if isinstance(params_type, type) and issubclass(params_type, msgspec.Struct):
                return msgspec.convert(raw, params_type)
            return self._converter.structure(raw, params_type)
        except Exception as error:  # cattrs raises whatever a hook raises
            raise WrongParamsError(_reason(error)) from error

    # -- outgoing ------------------------------------------------------------------------------------------------

    def _answer(self, request: Pending, outcome: Future[Any]) -> None:
        """Send a request's outcome, unless it was answered already (cancelled).  Runs on the loop."""
        if self.pending.get(request.id) is not request:
            return
        error = outcome.exception()
        if error is None:
            self._finish(request, result=outcome.result())
        elif isinstance(error, errors.JsonRpcException):
            self._finish(request, error=error.to_response_error())
        else:
            log.error("%s failed", request.method, exc_info=error)
            words = f"{request.method} failed: {type(error).__name__}: {error} (details in the server's log)"
            self._finish(request, error=types.ResponseError(INTERNAL_ERROR, words))

    def _finish(self, request: Pending, result: Any = None, error: types.ResponseError | None = None) -> None:
        del self.pending[request.id]
        if request.method == types.INITIALIZE and error is None:
            self.state = "running"
        if request.method == types.SHUTDOWN:
            self.state = "shutdown"
            for other in list(self.pending.values()):
                other.token.cancel()
                self._finish(other, error=types.ResponseError(CANCELLED, "the server shuts down"))
        if error is not None:
            self._refuse(request.id, error.code, error.message, error.data)
        else:
            self._write({"jsonrpc": "2.0", "id": request.id, "result": self.plain(result)})
        if self.profile:
            log.info("%s answered after %.2f ms", request.method, (time.perf_counter() - request.since) * 1000)
        if self.trace != types.TraceValue.Off:
            self._tell_trace(request, result if error is None else error)

    def _tell_trace(self, request: Pending, outcome: Any) -> None:
        """What became of a request, for a client that asked to be told (`verbose`: with what was answered)."""
        took = (time.perf_counter() - request.since) * 1000
        verb = "refused" if isinstance(outcome, types.ResponseError) else "answered"
        message = f"{request.method} ({request.id}) {verb} after {took:.1f} ms"
        verbose = _encode(self.plain(outcome)).decode() if self.trace == types.TraceValue.Verbose else None
        self.notify(types.LOG_TRACE, types.LogTraceParams(message, verbose))

    def _check(self, method: str, outcome: Future[Any]) -> None:
        error = outcome.exception()
        if error is None:
            return
        if isinstance(error, Refused):
            self.complain(str(error))
            return
        log.error("%s failed", method, exc_info=error)
        self.complain(f"{method} failed: {type(error).__name__}: {error} (details in the server's log)")

    def complain(self, words: str) -> None:
        """Tell the person what went wrong where no request waits for an answer."""
        log.warning("%s", words)
        self.notify(types.WINDOW_LOG_MESSAGE, types.LogMessageParams(types.MessageType.Error, f"Headwater: {words}"))

    def refuse_message(self, code: int, words: str) -> None:
        """Answer something that was not even a message."""
        self._refuse(None, code, words)

    def _refuse(self, id: MessageId | None, code: int, words: str, data: Any = None) -> None:
        log.info("refused: %s", words)
        error = {"code": code, "message": words} | ({"data": data} if data is not None else {})
        self._write({"jsonrpc": "2.0", "id": id, "error": error})

    def _send_data(self, data: Any) -> None:
        """Every notification and request of ours passes here (pygls calls it)."""
        self._write(self.plain(data))

    def plain(self, value: Any) -> Any:
        """A value as JSON has it."""
        if hasattr(value, "__attrs_attrs__"):
            return self._converter.unstructure(value)
        if isinstance(value, msgspec.Struct):
            return msgspec.to_builtins(value)
        if isinstance(value, list | tuple):
            return [self.plain(item) for item in value]
        return value

    def _write(self, message: Any) -> None:
        if self.writer is not None:
            self.writer.write(frame(_encode(message)))


class WrongParamsError(Exception):
    """The parameters of a message are not what its method takes."""


def _decode(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        return json.loads(body)  # takes lone surrogates, which an editor may send half-way through an emoji


def _encode(message: Any) -> bytes:
    try:
        return msgspec.json.encode(message)
    except (UnicodeEncodeError, TypeError):
        return json.dumps(message, default=str).encode()  # lone surrogates, and the odd enum of a client library


def _id_of(message: dict[str, Any]) -> MessageId | None:
    id = message.get("id")
    return id if isinstance(id, int | str) and not isinstance(id, bool) else None


def _words(error: Any) -> Any:
    return error.get("message", error) if isinstance(error, dict) else error


def _code(error: Any) -> int:
    code = error.get("code") if isinstance(error, dict) else None
    return code if isinstance(code, int) else INTERNAL_ERROR


def _reason(error: BaseException) -> str:
    """The innermost causes of cattrs' nested groups, on one line."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(_reason(inner) for inner in error.exceptions)
    notes = ", ".join(str(note) for note in getattr(error, "__notes__", ()))
    return f"{type(error).__name__}: {error}" + (f" ({notes})" if notes else "")
