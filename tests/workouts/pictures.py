"""Pictures as tile servers send them, honest ones and others."""

import io
import zlib

from PIL import Image


def png(color: str = "#123456", size: tuple[int, int] = (256, 256)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, color).save(buffer, "PNG")
    return buffer.getvalue()


def claiming(width: int, height: int) -> bytes:
    """A small file that says that it holds a picture of this size."""
    data = png()
    header = b"IHDR" + width.to_bytes(4) + height.to_bytes(4) + data[24:29]
    return data[:12] + header + zlib.crc32(header).to_bytes(4) + data[33:]
