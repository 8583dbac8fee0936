"""Real files, made here: pictures that a browser shows, with what phones write into them."""

from __future__ import annotations

import struct
import zlib


def png(width: int = 8, height: int = 6, *, red: int = 10, chunks: bytes = b"") -> bytes:
    """A picture in one colour. ``chunks`` go before the picture itself."""
    row = b"\0" + bytes((red, 90, 106)) * width
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunks
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def exif(orientation: int = 6, *, place: bytes = b"S33W71") -> bytes:
    """How the photograph is to be turned, and where it was taken."""
    entries = struct.pack(">HHII", 0x0112, 3, 1, orientation << 16)
    entries += struct.pack(">HHI4s", 0x010F, 2, 4, b"Fono")
    entries += struct.pack(">HHII", 0x8825, 4, 1, 50)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 3) + entries + bytes(4) + place


def jpeg(*, orientation: int = 6, behind: bytes = b"") -> bytes:
    """A photograph of one grey pixel, as a phone writes it: with its place."""
    body = exif(orientation)
    app1 = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    said = b"\xff\xfe" + struct.pack(">H", 13) + b"hecha en mi"
    return _PIXEL[:2] + app1 + said + _PIXEL[2:] + behind


# The smallest JPEG that decoders agree on: one grey pixel.
_PIXEL = bytes.fromhex(
    "ffd8ffe000104a46494600010101004800480000ffdb004300030202020202030202020303030304060404040404080606"
    "050609080a0a090809090a0c0f0c0a0b0e0b09090d110d0e0f101011100a0c12131210130f101010ffc9000b0800010001"
    "01011100ffcc000600101005ffda0008010100003f00d2cf20ffd9"
)
