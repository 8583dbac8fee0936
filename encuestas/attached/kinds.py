"""What a file is, told by its content and never by its name.

Only what is on the list is accepted: nothing that a browser would run (HTML, SVG, scripts) and
nothing that a machine would. A file is never opened to find out: no archive is unpacked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO

_HEAD = 4096
_TAIL = 64 * 1024


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type and the ending that our names for such files have."""

    type: str
    ending: str

    @property
    def is_shown(self) -> bool:
        """Whether a browser shows it by itself, without running anything."""
        return self.type.partition("/")[0] in {"image", "audio", "video"}


JPEG, PNG = Kind("image/jpeg", "jpg"), Kind("image/png", "png")
WEBP, GIF = Kind("image/webp", "webp"), Kind("image/gif", "gif")
HEIC = Kind("image/heic", "heic")
MP3, M4A = Kind("audio/mpeg", "mp3"), Kind("audio/mp4", "m4a")
AAC, OGG = Kind("audio/aac", "aac"), Kind("audio/ogg", "ogg")
WAV, AMR = Kind("audio/wav", "wav"), Kind("audio/amr", "amr")
FLAC = Kind("audio/flac", "flac")
WEBM_SOUND, WEBM = Kind("audio/webm", "weba"), Kind("video/webm", "webm")
MP4, GP3 = Kind("video/mp4", "mp4"), Kind("video/3gpp", "3gp")
MOV, OGV = Kind("video/quicktime", "mov"), Kind("video/ogg", "ogv")
PDF, TEXT = Kind("application/pdf", "pdf"), Kind("text/plain", "txt")
RTF = Kind("application/rtf", "rtf")
_OOXML = "application/vnd.openxmlformats-officedocument"
DOCX = Kind(f"{_OOXML}.wordprocessingml.document", "docx")
XLSX = Kind(f"{_OOXML}.spreadsheetml.sheet", "xlsx")
PPTX = Kind(f"{_OOXML}.presentationml.presentation", "pptx")
_ODF = "application/vnd.oasis.opendocument"
ODT, ODS = Kind(f"{_ODF}.text", "odt"), Kind(f"{_ODF}.spreadsheet", "ods")
ODP = Kind(f"{_ODF}.presentation", "odp")
DOC, XLS = Kind("application/msword", "doc"), Kind("application/vnd.ms-excel", "xls")
PPT = Kind("application/vnd.ms-powerpoint", "ppt")

_IMAGES = (JPEG, PNG, WEBP, GIF, HEIC)
_SOUNDS = (MP3, M4A, AAC, OGG, WAV, AMR, FLAC, WEBM_SOUND)
_FILMS = (MP4, GP3, WEBM, MOV, OGV)
_PAPERS = (PDF, DOCX, XLSX, PPTX, ODT, ODS, ODP, DOC, XLS, PPT, RTF, TEXT)

ACCEPTED: Mapping[str, tuple[Kind, ...]] = {
    "image": _IMAGES,
    # A phone's recorder writes sound into a container that may as well hold a film.
    "audio": (*_SOUNDS, WEBM, MP4, GP3),
    "video": _FILMS,
    "file": (*_PAPERS, *_IMAGES, *_SOUNDS, *_FILMS),
}
"""The kinds of file that a question of that type takes."""

BY_TYPE: Mapping[str, Kind] = {kind.type: kind for kind in (*_PAPERS, *_IMAGES, *_SOUNDS, *_FILMS)}

_BEGINNINGS: tuple[tuple[int, bytes, Kind], ...] = (
    (0, b"\xff\xd8\xff", JPEG),
    (0, b"\x89PNG\r\n\x1a\n", PNG),
    (0, b"GIF87a", GIF),
    (0, b"GIF89a", GIF),
    (8, b"WEBP", WEBP),
    (8, b"WAVE", WAV),
    (0, b"ID3", MP3),
    (0, b"#!AMR", AMR),
    (0, b"fLaC", FLAC),
    (0, b"%PDF-", PDF),
    (0, b"{\\rtf", RTF),
)
_RIFF = {WEBP, WAV}
# The brand of an ISO media file: what its first box says it is.
_BRANDS: Mapping[bytes, Kind] = {
    b"heic": HEIC, b"heix": HEIC, b"heim": HEIC, b"heis": HEIC, b"mif1": HEIC, b"msf1": HEIC,
    b"M4A ": M4A, b"M4B ": M4A, b"M4P ": M4A,
    b"qt  ": MOV,
    b"3gp4": GP3, b"3gp5": GP3, b"3gp6": GP3, b"3gp7": GP3, b"3gr6": GP3, b"3gs7": GP3,
    b"3ge6": GP3, b"3g2a": GP3, b"3g2b": GP3, b"3g2c": GP3,
    b"isom": MP4, b"iso2": MP4, b"iso4": MP4, b"iso5": MP4, b"iso6": MP4, b"mp41": MP4,
    b"mp42": MP4, b"avc1": MP4, b"dash": MP4, b"MSNV": MP4, b"M4V ": MP4, b"mmp4": MP4,
}  # fmt: skip
_OFFICE: tuple[tuple[bytes, Kind], ...] = (
    (b"word/document.xml", DOCX), (b"xl/workbook.xml", XLSX), (b"ppt/presentation.xml", PPTX),
)  # fmt: skip
_OLD_OFFICE: tuple[tuple[str, Kind], ...] = (
    ("WordDocument", DOC), ("Workbook", XLS), ("PowerPoint Document", PPT),
)  # fmt: skip
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# Text that a browser or a shell would run, whatever stands before it on the first lines.
_RUNS = re.compile(rb"^(\xef\xbb\xbf)?\s*(<|#!|%!)", re.IGNORECASE)
_MARKUP = re.compile(rb"<\s*(!doctype|html|head|body|script|svg|iframe|object|\?xml|\?php)", re.I)
_UNSEEN = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")


def kind_of(file: IO[bytes]) -> Kind | None:
    """What the content says; None for what is not on the list. Leaves the file at its beginning."""
    file.seek(0)
    head = file.read(_HEAD)
    found = _told(head) or _boxed(head) or _sound(head)
    if found is None and head[:4] == b"PK\x03\x04":
        found = _archive(head, _tail(file))
    if found is None and head[:8] == _OLE:
        found = _old_office(head + _tail(file))
    if found is None and head[:4] == b"\x1a\x45\xdf\xa3" and b"webm" in head[:64]:
        found = WEBM if b"V_" in head or b"\xe0" in head[64:] else WEBM_SOUND
    if found is None and head and _is_text(file):
        found = TEXT
    file.seek(0)
    return found


def _told(head: bytes) -> Kind | None:
    for at, beginning, kind in _BEGINNINGS:
        if head.startswith(beginning, at) and (kind not in _RIFF or head.startswith(b"RIFF")):
            return kind
    if head.startswith(b"OggS"):
        return OGV if b"theora" in head[:256] else OGG
    return None


def _boxed(head: bytes) -> Kind | None:
    """An ISO media file, by its brand, or by the first of the others it claims to be."""
    if head[4:8] != b"ftyp":
        return MOV if head[4:8] in {b"moov", b"wide"} else None
    size = min(int.from_bytes(head[:4], "big"), 256)
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, size, 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)


def _sound(head: bytes) -> Kind | None:
    """MPEG frames without a heading: eleven bits, then the layer."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return None
    if head[1] & 0xF6 == 0xF0:
        return AAC
    layer, rate, frequency = head[1] >> 1 & 3, head[2] >> 4, head[2] >> 2 & 3
    return MP3 if layer == 1 and 0 < rate < 15 and frequency < 3 else None


def _archive(head: bytes, tail: bytes) -> Kind | None:
    """An office document, by the names that its list of contents has; macros are programs."""
    if head[30:38] == b"mimetype":
        told = head[38 : 38 + 80]
        return next((k for k in (ODT, ODS, ODP) if _says(told, k.type)), None)
    names = head + tail
    if b"[Content_Types].xml" not in names or b"vbaProject" in names:
        return None
    return next((kind for name, kind in _OFFICE if name in names), None)


def _says(told: bytes, kind: str) -> bool:
    word = kind.encode()
    return told.startswith(word) and told[len(word) : len(word) + 2] == b"PK"


def _old_office(content: bytes) -> Kind | None:
    return next((k for name, k in _OLD_OFFICE if name.encode("utf-16-le") in content), None)


def _is_text(file: IO[bytes]) -> bool:
    """Whether all of it is text that is read as text: no markup, no script, nothing unseen."""
    file.seek(0)
    first = True
    while block := file.read(1 << 18):
        if _UNSEEN.search(block) or (first and (_RUNS.match(block) or _MARKUP.search(block))):
            return False
        first = False
    return True


def _tail(file: IO[bytes]) -> bytes:
    end = file.seek(0, 2)
    file.seek(max(0, end - _TAIL))
    return file.read(_TAIL)
