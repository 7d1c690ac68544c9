"""What tests of maps and tiles share."""

from collections.abc import Iterator

import pytest

from tests.stub_server import Stub, stub_server

from .pictures import png


@pytest.fixture
def tile_server(settings) -> Iterator[Stub]:
    with stub_server() as stub:
        settings.TILE_SERVER_URL = stub.address + "/{z}/{x}/{y}.png"
        stub.kind, stub.body = "image/png", png()
        yield stub
