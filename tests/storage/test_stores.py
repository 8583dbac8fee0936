"""Where files are kept: a folder, and an S3-compatible bucket.

The second wants ``CABILDO_TEST_S3=s3://BUCKET/PREFIX?endpoint=…`` and the bucket's key in
``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, and `obstore`; without them it is skipped.
A server for it on this machine: Debian's OpenStack Swift (`docs/en/operating.md`), or ``npx s3rver
-d /tmp/s3 -p 4569 --configure-bucket cabildo``, whose key and secret are both ``S3RVER``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from app.config import ConfigError, Settings
from app.storage import Folder, Missing, Store, open_store

BUCKET = "CABILDO_TEST_S3"
TODAY = date.today()
CONTENT = bytes(range(256)) * 40_000  # more than a part of an upload


@pytest.fixture(
    params=[
        "folder",
        pytest.param(
            "s3", marks=pytest.mark.skipif(BUCKET not in os.environ, reason=f"no {BUCKET}")
        ),
    ]
)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    made = open_store("" if request.param == "folder" else os.environ[BUCKET], tmp_path)
    yield made
    for key in list(made.keys(TODAY + timedelta(days=9))):
        made.delete(key)


def whole(store: Store, key: str, *part: int) -> bytes:
    return b"".join(store.read(key, *part))


def test_what_is_put_is_there_until_it_is_deleted(store: Store) -> None:
    with pytest.raises(Missing):
        store.read("responses/aa/one")
    for content in (CONTENT, b"", b"another"):
        store.put("responses/aa/one", BytesIO(content))
        assert whole(store, "responses/aa/one") == content
    store.put("responses/bb/two", BytesIO(CONTENT))
    assert sorted(store.keys(TODAY + timedelta(days=9))) == ["responses/aa/one", "responses/bb/two"]
    assert list(store.keys(TODAY - timedelta(days=9))) == []
    store.delete("responses/aa/one")
    store.delete("responses/aa/one")
    with pytest.raises(Missing):
        store.read("responses/aa/one")
    assert whole(store, "responses/bb/two") == CONTENT


@pytest.mark.parametrize("part", [(0, 5), (5, 10), (9_000_000, 100), (10_239_990,), (7, 0)])
def test_a_part_of_it(store: Store, part: tuple[int, ...]) -> None:
    store.put("responses/aa/one", BytesIO(CONTENT))
    start, length = part if len(part) == 2 else (part[0], len(CONTENT))
    assert whole(store, "responses/aa/one", *part) == CONTENT[start : start + length]


def test_a_source_is_read_from_its_beginning(store: Store) -> None:
    source = BytesIO(b"all of it")
    source.read(4)
    store.put("responses/aa/one", source)
    assert whole(store, "responses/aa/one") == b"all of it"


class Breaking(BytesIO):
    """A disk, or a network, that fails in the middle."""

    def read(self, *size: int | None) -> bytes:
        if self.tell():
            raise OSError("gone")
        return super().read(4)


def test_nobody_meets_half_a_file(tmp_path: Path) -> None:
    store = Folder(tmp_path)
    store.put("responses/aa/one", BytesIO(b"before"))
    for key in ("responses/aa/one", "responses/aa/two"):
        with pytest.raises(OSError, match="gone"):
            store.put(key, Breaking(b"after and more"))
    assert whole(store, "responses/aa/one") == b"before"
    [kept] = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert kept.name == "one"
    assert kept.stat().st_mode & 0o077 == 0
    assert kept.stat().st_mtime % 60 == 0, "the day, and no hour"


@pytest.mark.parametrize("address", ["ftp://host/files", "s3://", "https://bucket"])
def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CABILDO_FILES"):
        Settings.from_environment({"CABILDO_FILES": address, "CABILDO_DATA": str(tmp_path)})


def test_a_folder_may_be_anywhere(tmp_path: Path) -> None:
    given = {"CABILDO_FILES": str(tmp_path / "elsewhere"), "CABILDO_DATA": str(tmp_path)}
    settings = Settings.from_environment(given)
    store = open_store(settings.files, settings.data)
    store.put("responses/aa/one", BytesIO(b"x"))
    assert (tmp_path / "elsewhere/responses/aa/one").read_bytes() == b"x"
