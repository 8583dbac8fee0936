"""What a file tells besides what it shows: where and when it was taken, and by which phone.

Photographs and films carry the place to the metre. Only the copy that is kept is changed: nothing
is decoded, so the picture stays as it was, byte for byte. How a photograph is to be turned stays.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import IO

from encuestas.attached.kinds import GIF, GP3, HEIC, JPEG, M4A, MOV, MP4, PNG, WEBP, Kind

_BLOCK = 1 << 18
_PNG_TELLS = {b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"}
_JPEG_STAYS = {0xE0, 0xE2, 0xEE}  # JFIF, the colour profile, Adobe's word about colours
_ORIENTATION = 0x0112


def clean(kind: Kind, source: IO[bytes], target: IO[bytes]) -> None:
    """Write the file without what it tells besides. What cannot be read is copied as it is."""
    source.seek(0)
    target.seek(0)
    target.truncate()
    worker = _WORKERS.get(kind)
    try:
        if worker is None:
            _copy(source, target)
        else:
            worker(source, target)
    except (ValueError, struct.error, IndexError):  # cut short, or not what it says
        target.seek(0)
        target.truncate()
        source.seek(0)
        _copy(source, target)
    target.seek(0)


def _copy(source: IO[bytes], target: IO[bytes], size: int | None = None) -> None:
    while size is None or size > 0:
        block = source.read(_BLOCK if size is None else min(_BLOCK, size))
        if not block:
            if size:
                raise ValueError("it ends early")
            return
        target.write(block)
        size = None if size is None else size - len(block)


def _exactly(source: IO[bytes], size: int) -> bytes:
    found = source.read(size)
    if len(found) != size:
        raise ValueError("it ends early")
    return found


# Photographs ----------------------------------------------------------------------------------


def _jpeg(source: IO[bytes], target: IO[bytes]) -> None:
    target.write(_exactly(source, 2))
    while True:
        mark = _exactly(source, 2)
        while mark[1] == 0xFF:  # fill
            mark = mark[1:] + _exactly(source, 1)
        if mark[0] != 0xFF:
            raise ValueError("no marker")
        size = struct.unpack(">H", _exactly(source, 2))[0]
        body = _exactly(source, size - 2)
        told = mark[1] == 0xFE or (0xE0 <= mark[1] <= 0xEF and mark[1] not in _JPEG_STAYS)
        if mark[1] == 0xE1 and body.startswith(b"Exif\0\0"):
            target.write(_turned(_orientation(body[6:])))
        if mark[1] == 0xE2 and body.startswith(b"MPF\0"):
            continue  # it points at pictures behind the picture, which leave
        if not told:
            target.write(mark + struct.pack(">H", size) + body)
        if mark[1] == 0xDA:
            break
    _scans(source, target)


def _scans(source: IO[bytes], target: IO[bytes]) -> None:
    """The picture itself, up to its end: behind it phones hide films and places."""
    rest = source.read()
    at = 0
    while (at := rest.find(b"\xff", at)) >= 0 and at + 1 < len(rest):
        code = rest[at + 1]
        if code == 0xD9:
            target.write(rest[: at + 2])
            return
        at += 1 if code == 0xFF else 2
    target.write(rest)  # a picture that was cut short still shows its upper part


def _orientation(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 1
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    if first + 2 > len(tiff):
        return 1
    (count,) = struct.unpack_from(order + "H", tiff, first)
    for at in range(first + 2, min(first + 2 + 12 * count, len(tiff) - 11), 12):
        tag, _kind, _count, value = struct.unpack_from(order + "HHIH", tiff, at)
        if tag == _ORIENTATION:
            return int(value) if 1 <= value <= 8 else 1
    return 1


def _turned(orientation: int) -> bytes:
    """The shortest Exif that says how to turn a photograph, if it is to be turned."""
    if orientation == 1:
        return b""
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, orientation, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(source: IO[bytes], target: IO[bytes]) -> None:
    target.write(_exactly(source, 8))
    while True:
        head = _exactly(source, 8)
        size, name = struct.unpack(">I4s", head)
        if name in _PNG_TELLS:
            source.seek(size + 4, 1)
            continue
        target.write(head)
        _copy(source, target, size + 4)
        if name == b"IEND":
            return


def _webp(source: IO[bytes], target: IO[bytes]) -> None:
    head = _exactly(source, 12)
    left = struct.unpack("<I", head[4:8])[0] - 4
    target.write(head)
    while left >= 8:
        name, size = struct.unpack("<4sI", _exactly(source, 8))
        padded = size + size % 2
        left -= 8 + padded
        if name in {b"EXIF", b"XMP "}:
            source.seek(padded, 1)
            continue
        target.write(struct.pack("<4sI", name, size))
        if name == b"VP8X":  # it says which of them there are
            flags = _exactly(source, padded)
            target.write(bytes([flags[0] & ~0x0C]) + flags[1:])
        else:
            _copy(source, target, padded)
    end = target.tell()
    target.seek(4)
    target.write(struct.pack("<I", end - 8))


def _gif(source: IO[bytes], target: IO[bytes]) -> None:
    """Comments and foreign blocks of a GIF are rare; XMP is the one that tells places."""
    content = source.read()
    at = content.find(b"\x21\xff\x0bXMP DataXMP")
    if at < 0:
        target.write(content)
        return
    end = content.find(b"\x00\x00", at)
    if end < 0:
        raise ValueError("it ends early")
    target.write(content[:at] + content[end + 2 :])


# Films and sounds -----------------------------------------------------------------------------

_HOLDERS = {b"moov", b"trak", b"mdia"}
_TELLS = {b"udta", b"meta", b"uuid"}
_TIMED = {b"mvhd", b"tkhd", b"mdhd"}


def _film(source: IO[bytes], target: IO[bytes]) -> None:
    """The same film with nothing moved: boxes that tell become free room, times become none."""
    _copy(source, target)
    _boxes(target, 0, target.tell(), top=True)


def _boxes(file: IO[bytes], start: int, end: int, *, top: bool) -> None:
    for name, at, body, after in list(_walk(file, start, end)):
        if name in _HOLDERS:
            _boxes(file, body, after, top=False)
        elif name in _TIMED:
            _forget_times(file, body)
        elif name in _TELLS:
            file.seek(at + 4)
            file.write(b"free")
            _blank(file, body, after)


def _walk(file: IO[bytes], start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """Each box: its name, where it stands, where its content begins and where it ends."""
    at = start
    while at + 8 <= end:
        file.seek(at)
        size, name = struct.unpack(">I4s", _exactly(file, 8))
        body = at + 8
        if size == 1:
            size, body = struct.unpack(">Q", _exactly(file, 8))[0], at + 16
        after = end if size == 0 else at + size
        if after > end or after < body:
            raise ValueError("a box that does not fit")
        yield name, at, body, after
        at = after


def _forget_times(file: IO[bytes], body: int) -> None:
    file.seek(body)
    wide = _exactly(file, 1) == b"\x01"
    file.seek(body + 4)
    file.write(bytes(16 if wide else 8))


def _blank(file: IO[bytes], start: int, end: int) -> None:
    file.seek(start)
    for at in range(start, end, _BLOCK):
        file.write(bytes(min(_BLOCK, end - at)))


def _heic(source: IO[bytes], target: IO[bytes]) -> None:
    """An iPhone's photograph: its Exif and XMP stay where they are, and hold nothing.

    How it is to be turned is said elsewhere in it.
    """
    content = bytearray(source.read())
    for start, end in _items(bytes(content)):
        content[start:end] = bytes(end - start)
    target.write(content)


def _items(content: bytes) -> Iterator[tuple[int, int]]:
    """Where the items stand that tell: those that are neither a picture nor part of one."""
    file = io.BytesIO(content)
    whole = {n: (b, e) for n, _at, b, e in _walk(file, 0, len(content))}
    if b"meta" not in whole:
        return
    start, end = whole[b"meta"]
    inner = {n: (b, e) for n, _at, b, e in _walk(file, start + 4, end)}
    if not {b"iinf", b"iloc"} <= inner.keys():
        return
    telling = set(_telling(content, *inner[b"iinf"]))
    for item, method, at, size in _places(content, *inner[b"iloc"]):
        base = inner[b"idat"][0] if method == 1 and b"idat" in inner else 0
        if item in telling and base + at + size <= len(content):
            yield base + at, base + at + size


def _telling(content: bytes, start: int, end: int) -> Iterator[int]:
    wide = content[start] > 0
    file = io.BytesIO(content)
    for _name, _at, body, _after in _walk(file, start + (8 if wide else 6), end):
        version = content[body]
        item = struct.unpack_from(">I" if version > 2 else ">H", content, body + 4)[0]
        kind = content[body + (10 if version > 2 else 8) :][:4]
        if kind in {b"Exif", b"mime", b"uri "}:
            yield item


def _places(content: bytes, start: int, end: int) -> Iterator[tuple[int, int, int, int]]:
    """Of each piece of an item: the item, how it is counted, where it begins, how long it is."""
    version, sizes = content[start], struct.unpack_from(">H", content, start + 4)[0]
    offset, length, base, index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    at = start + 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        if at > end:
            raise ValueError("it ends early")
        return int.from_bytes(content[at - size : at], "big")

    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) & 15 if version else 0
        number(2)
        first = number(base)
        for _extent in range(number(2)):
            if version:
                number(index)
            where = first + number(offset)
            yield item, method, where, number(length)


_WORKERS: Mapping[Kind, Callable[[IO[bytes], IO[bytes]], None]] = {
    JPEG: _jpeg,
    PNG: _png,
    WEBP: _webp,
    GIF: _gif,
    HEIC: _heic,
    MP4: _film,
    MOV: _film,
    GP3: _film,
    M4A: _film,
}
