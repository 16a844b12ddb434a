"""Frames: what is damaged is named, and reading goes on."""

import io
import threading

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
