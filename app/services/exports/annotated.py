"""A file of responses with what must be known of it: notes and codebook, together in an archive."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from contextlib import closing
from typing import IO, Any, cast

from flask_babel import force_locale

from app.extensions import reading
from app.language import locale_of
from app.services.analytics.fingerprint import fingerprint_of
from app.services.exports import codebook_lines, export_plan, stream
from app.services.exports.export_plan import Export, Options
from app.services.exports.notes import notes
from app.services.exports.stream import ADJUSTED, ExportFormat


def written(slug: str, *, fmt: str, **how: Any) -> IO[bytes]:
    """The finished archive, to be read from its beginning. Raises Problem as `export_bytes`."""
    options = Options(**how)
    with reading():
        export = export_plan.prepare(slug, options)
    file = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115 whoever asked for it closes it
    try:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            name = stream.export_name(slug, fmt, options.repeat, scope=options.scope)
            adjustments = _add(archive, name, export, ExportFormat(fmt), how)
            _explain(archive, export, adjustments)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _add(
    archive: zipfile.ZipFile, name: str, export: Export, fmt: ExportFormat, how: dict[str, Any]
) -> list[str]:
    """The file itself; what its program's limits changed."""
    told: list[str] = []
    if fmt in ADJUSTED:
        done = stream.fitted(export, fmt)
        pieces, told = stream.blocks(done.file), list(done.adjustments)
    else:
        pieces = stream.export_bytes(export.collection, fmt=fmt, **how)
    with closing(pieces), archive.open(name, "w", force_zip64=True) as member:
        for piece in pieces:
            member.write(piece)
    return told


def _explain(archive: zipfile.ZipFile, export: Export, adjustments: list[str]) -> None:
    data = fingerprint_of(export)
    with force_locale(locale_of(export.options.lang)):
        said = notes(export, adjustments=adjustments, digest=data.hex(), responses=data.responses)
        archive.writestr("NOTES.md", said)
        text = io.StringIO()
        csv.writer(text).writerows(codebook_lines.lines(export))
    archive.writestr("codebook.csv", "\ufeff" + text.getvalue())
