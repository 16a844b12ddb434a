"""Lanes: order, background work in between, and an end that leaves nobody waiting."""

import threading
import time

import pytest

from lsp_server.server.workers import Lane


def test_jobs_run_in_order_and_background_work_when_none_waits() -> None:
    events: list[str] = []
    done = threading.Event()

    def idle(stop) -> bool:
        events.append("idle")
        done.set()
        return False

    lane = Lane("test", idle)
    lane.wake()
    for number in range(3):
        lane.submit(lambda number=number: events.append(f"job {number}"))
    lane.start()
    assert done.wait(2)
    lane.close()
    assert events == ["job 0", "job 1", "job 2", "idle"]


def test_background_work_waits_for_a_pause() -> None:
    times: list[float] = []
    done = threading.Event()

    def idle(stop) -> bool:
        times.append(time.monotonic())
        done.set()
        return False

    lane = Lane("test", idle)
    lane.start()
    for _ in range(5):
        lane.wake(0.6)  # so long that a machine which is busy elsewhere does not begin between two calls
        last = time.monotonic()
        time.sleep(0.01)
    assert done.wait(2)
    lane.close()
    assert len(times) == 1
    assert times[0] - last >= 0.599


def test_a_fault_in_background_work_does_not_end_the_lane() -> None:
    def idle(stop) -> bool:
        raise ZeroDivisionError

    lane = Lane("test", idle)
    lane.start()
    lane.wake()
    assert lane.submit(lambda: 42).result(2) == 42
    with pytest.raises(ZeroDivisionError):
        lane.submit(lambda: 1 / 0).result(2)
    assert lane.submit(lambda: 43).result(2) == 43
    lane.close()


def test_what_waits_at_the_end_is_told() -> None:
    lane = Lane("test")
    waiting = lane.submit(lambda: 1)
    lane.close()
    with pytest.raises(RuntimeError, match="shuts down"):
        waiting.result(1)
    with pytest.raises(RuntimeError, match="shuts down"):
        lane.submit(lambda: 1).result(1)
