"""Frames: what is damaged is named, and reading goes on."""

import io
import os
import select
import socket
import threading
from collections.abc import Callable
from typing import BinaryIO, cast

import pytest

from lsp_server.server.wire import FrameError, Writer, frame, read_frame


def test_frames_in_any_spelling_of_the_header() -> None:
    stream = io.BytesIO(b"content-length:2\r\nContent-Type: x\r\n\r\n{}" + frame(b"[1]"))
    assert [read_frame(stream), read_frame(stream), read_frame(stream)] == [b"{}", b"[1]", None]


def test_stray_lines_before_a_header_are_skipped() -> None:
    assert read_frame(io.BytesIO(b"warning: something\n\n" + frame(b"{}"))) == b"{}"


@pytest.mark.parametrize("value", [b"-1", b"two", b"", b"99999999999999999999"])
def test_a_senseless_length_is_an_error_and_the_next_message_is_read(value: bytes) -> None:
    stream = io.BytesIO(b"Content-Length: " + value + b"\r\n\r\n" + frame(b"{}"))
    with pytest.raises(FrameError):
        read_frame(stream)
    assert read_frame(stream) == b"{}"


def test_a_stream_that_ends_in_a_message_has_ended() -> None:
    assert read_frame(io.BytesIO(b"Content-Length: 10\r\n\r\n{}")) is None


def test_the_writer_keeps_the_order_and_says_when_nobody_reads() -> None:
    good = io.BytesIO()
    writer = Writer(good, lost=lambda: None)
    for number in range(100):
        writer.write(b"%d," % number)
    writer.close()
    assert good.getvalue() == b"".join(b"%d," % number for number in range(100))

    class Broken(io.BytesIO):
        def write(self, data: bytes) -> int:
            raise BrokenPipeError

    lost = threading.Event()
    Writer(Broken(), lost.set).write(b"x")
    assert lost.wait(2)


def _pipe() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = os.pipe()
    return os.fdopen(reading, "rb", buffering=0), os.fdopen(writing, "wb")


def _socket() -> tuple[BinaryIO, BinaryIO]:
    reading, writing = socket.socketpair()
    with reading, writing:  # the files hold them open
        return cast(BinaryIO, reading.makefile("rb", buffering=0)), cast(BinaryIO, writing.makefile("wb"))


@pytest.mark.parametrize("made", [_pipe, _socket])
def test_a_client_that_does_not_read_keeps_nobody_waiting_and_gets_all_in_order_later(
    made: Callable[[], tuple[BinaryIO, BinaryIO]],
) -> None:
    reading, writing = made()
    sizes = [10, 100_000, 20, 4_096, 4_097, 30, 70_000] * 20
    with reading, writing:
        writer = Writer(writing, lost=lambda: None)
        frames = [b"%07d" % number + b"." * (size - 8) + b"\n" for number, size in enumerate(sizes)]
        for each in frames:
            writer.write(each)  # nobody reads before all of them are written
        whole = b"".join(frames)
        found = bytearray()
        while len(found) < len(whole):
            found += reading.read(65_536) or b""
        assert bytes(found) == whole
        writer.close()


@pytest.mark.skipif(not hasattr(select, "poll"), reason="without poll nobody can tell whether a write would wait")
def test_a_short_frame_is_with_the_client_when_write_returns() -> None:
    reading, writing = _pipe()
    with reading, writing:
        writer = Writer(writing, lost=lambda: None)
        os.set_blocking(reading.fileno(), False)
        for number in range(200):
            writer.write(b"%d" % number)
            assert reading.read(100) == b"%d" % number
        writer.close()


def test_what_several_threads_write_is_in_the_order_of_each() -> None:
    reading, writing = _pipe()
    with reading, writing:
        writer = Writer(writing, lost=lambda: None)

        def write(name: bytes) -> None:
            for number in range(400):
                writer.write(b"%s %d %s\n" % (name, number, b"." * (5_000 if number % 7 == 0 else 5)))

        threads = [threading.Thread(target=write, args=(name,)) for name in (b"a", b"b", b"c")]
        for thread in threads:
            thread.start()
        buffered = io.BufferedReader(cast(io.RawIOBase, reading))
        lines = [buffered.readline().split() for _ in range(1_200)]
        for thread in threads:
            thread.join()
        writer.close()
    for name in (b"a", b"b", b"c"):
        assert [int(number) for who, number, _ in lines if who == name] == list(range(400))


def test_what_was_written_last_is_sent_before_the_end() -> None:
    reading, writing = _pipe()
    with reading, writing:
        writer = Writer(writing, lost=lambda: None)
        writer.write(b"a" * 200_000)  # more than the pipe holds
        writer.write(b"b" * 3_000)
        found = bytearray()

        def read() -> None:
            while len(found) < 203_000:
                found.extend(reading.read(65_536) or b"")

        reader = threading.Thread(target=read, daemon=True)
        reader.start()
        writer.close()
        reader.join(5)
        assert len(found) == 203_000


def test_a_client_that_is_gone_is_told_of_once() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    lost: list[bool] = []
    stream = os.fdopen(writing, "wb", buffering=0)
    with stream:
        writer = Writer(cast(BinaryIO, stream), lost=lambda: lost.append(True))
        for size in (10, 10, 100_000, 10):
            writer.write(b"." * size)
        writer.close()
    assert lost == [True]
