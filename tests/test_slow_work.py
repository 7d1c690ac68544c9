"""The guard that keeps slow work out of transactions sees all of it, and nothing else."""

import socket
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from PIL import Image

from accounts.services.pictures import encode_picture
from tests.factories import make_recording_bytes
from workouts.services import recordings
from workouts.services.maps import draw_picture

from . import slow_work

HASHED = make_password("password!")


def connect() -> None:
    with socket.socket() as connection:
        connection.connect_ex(("127.0.0.1", 9))
        connection.connect(("127.0.0.1", 9))


def picture() -> BytesIO:
    data = BytesIO()
    Image.new("RGB", (2, 2)).save(data, "PNG")
    data.seek(0)
    return data


SLOW: dict[str, Callable[[], object]] = {
    "hashing a password": lambda: make_password("password!"),
    "checking a password": lambda: check_password("password!", HASHED),
    "decoding a picture": lambda: encode_picture(PICTURE),
    "drawing a map": lambda: draw_picture([LINE], "#000000"),
    "reading a recording": lambda: recordings.read_track(make_recording_bytes()),
    "calling another server": connect,
}
PICTURE = picture()
LINE = np.array([47.0, 47.1]), np.array([5.0, 5.1])


@pytest.mark.parametrize("work", SLOW.values(), ids=SLOW)
def test_slow_work_in_a_transaction_is_seen(db, work):
    with pytest.raises(slow_work.SlowWorkInTransaction), transaction.atomic():
        work()
    assert slow_work.caught
    slow_work.caught.clear()


@pytest.mark.parametrize("work", list(SLOW.values())[:5], ids=list(SLOW)[:5])
def test_slow_work_outside_of_the_sites_transactions_is_fine(db, work):
    PICTURE.seek(0)
    work()
    assert not slow_work.caught
