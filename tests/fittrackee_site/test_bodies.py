"""How long a body may take, and what happens when there is no room for it."""

import asyncio
import io
from contextlib import suppress
from typing import IO

import pytest

from fittrackee_site.bodies import Bodies, Body, Pace, RefusedError, refused_when_full

MIB = 1024 * 1024


def test_nothing_may_pause_for_long():
    assert Pace().seconds_left(received=100 * MIB, elapsed=1) == 20


def test_a_body_that_comes_by_drops_runs_out_of_time():
    assert Pace().seconds_left(received=25, elapsed=25) < 6
    assert Pace().seconds_left(received=31, elapsed=31) < 0


def test_a_phone_at_the_edge_of_its_network_may_send_ten_mebibytes():
    """GPRS: five kilobytes a second."""
    assert all(Pace().seconds_left(5_000 * second, second) == 20 for second in range(2100))


async def endless():
    return {"type": "http.request", "body": b"x" * 1000, "more_body": True}


async def receive_all(bodies: Bodies) -> None:
    async with bodies.received(endless, address="192.0.2.1", length=0):
        pytest.fail("it has no end")


def test_what_is_refused_takes_no_room_any_more():
    bodies = Bodies(limit=5_000, room=10_000)
    with pytest.raises(RefusedError, match="larger than 5000 bytes"):
        asyncio.run(receive_all(bodies))
    assert (bodies.bytes_here, dict(bodies.coming)) == (0, {})


def test_a_full_disk_is_said_so():
    with open("/dev/full", "wb", buffering=0) as disk:
        with pytest.raises(RefusedError, match="the disk of the site is full") as refused:
            Body(disk).write(b"x")
    assert refused.value.status == 507


async def refusal_of(size: int, spool: IO[bytes], monkeypatch) -> RefusedError | None:
    """Why a body of `size` bytes is refused that waits in `spool`."""
    sent = iter([{"type": "http.request", "body": b"x" * size}])

    async def receive():
        return next(sent)

    monkeypatch.setattr("tempfile.SpooledTemporaryFile", lambda size: spool)
    try:
        with refused_when_full():
            async with Bodies(limit=size, room=size).received(receive, address="a", length=0):
                pytest.fail("there was no room for it")
    except RefusedError as refused:
        return refused


@pytest.mark.parametrize("size", [1, 5_000, 100_000])
def test_a_full_disk_is_said_so_whenever_it_is_noticed(size, monkeypatch):
    """What is buffered reaches the disk when the file is rewound, and again when it is closed."""
    with suppress(OSError), open("/dev/full", "wb") as disk:
        refused = asyncio.run(refusal_of(size, disk, monkeypatch))
    assert (refused.status, refused.message[:20]) == (507, "the disk of the site")


def test_a_body_knows_its_size():
    body = Body(io.BytesIO())
    body.write(b"abc")
    body.write(b"de")
    assert (body.size, body.file.tell()) == (5, 5)
