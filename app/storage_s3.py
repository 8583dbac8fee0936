"""Files in an S3-compatible bucket, by `obstore` (the extra `s3`).

``CABILDO_FILES=s3://BUCKET/PREFIX?endpoint=https://…&region=…``; the key and its secret come from
``AWS_ACCESS_KEY_ID`` and ``AWS_SECRET_ACCESS_KEY``, or from the machine's own role.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import IO, Any

from app.config import ConfigError
from app.storage import BLOCK, Missing

try:
    import obstore
    from obstore.store import S3Store
except ImportError:
    raise ConfigError(
        "CABILDO_FILES names an S3 bucket: install what reads it "
        "with pip install -r requirements/s3.txt."
    ) from None

_PART = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bucket:
    """S3 shows an object when all of it is there, and to everybody from then on."""

    client: Any

    @classmethod
    def open(cls, bucket: str, prefix: str, options: Mapping[str, str]) -> Bucket:
        """Raises ConfigError for an option that is not one, or no bucket's name."""
        if unknown := options.keys() - {"endpoint", "region"}:
            raise ConfigError(
                f"CABILDO_FILES has {', '.join(sorted(unknown))}: give endpoint and region alone."
            )
        if not bucket:
            raise ConfigError("CABILDO_FILES names no bucket: give s3://BUCKET/PREFIX.")
        endpoint = options.get("endpoint")
        plain = {"allow_http": True} if (endpoint or "").startswith("http:") else {}
        client = S3Store(
            bucket,
            prefix=prefix or None,
            region=options.get("region", "us-east-1"),
            endpoint=endpoint,
            client_options=plain,
        )
        return cls(client)

    def put(self, key: str, source: IO[bytes]) -> None:
        source.seek(0)
        obstore.put(self.client, key, source, chunk_size=_PART)

    def read(self, key: str, start: int = 0, length: int | None = None) -> Iterator[bytes]:
        if length == 0:
            return iter(())
        part: Any = {"offset": start} if length is None else (start, start + length)
        options: Any = {"range": part} if start or length else {}
        try:
            found = obstore.get(self.client, key, options=options)
        except FileNotFoundError:
            raise Missing(key) from None
        blocks = iter(found.stream(min_chunk_size=BLOCK))
        return (bytes(block) for block in blocks)

    def delete(self, key: str) -> None:
        obstore.delete(self.client, key)

    def keys(self, before: date) -> Iterator[str]:
        listed = chain.from_iterable(obstore.list(self.client))
        return (each["path"] for each in listed if each["last_modified"].date() < before)
