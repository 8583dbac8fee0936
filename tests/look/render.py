"""Pictures of every example page: python -m tests.look.render [FOLDER] [PAGE ...]."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

from werkzeug.serving import WSGIRequestHandler, make_server

from tests.chromium import chromium
from tests.look.pages import PAGES, make_app

SIZES = {"phone": (360, 740), "wide": (1280, 800)}


class Quiet(WSGIRequestHandler):
    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Requests for example pages are nobody's news."""


@contextmanager
def served() -> Iterator[str]:
    """The example pages on a free port; gives the address before a page's name."""
    server = make_server("127.0.0.1", 0, make_app(), threaded=True, request_handler=Quiet)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/look/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def main(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with served() as address, chromium() as browser:
        for scheme in ("light", "dark"):
            for size, (width, height) in SIZES.items():
                page = browser.new_page(
                    viewport={"width": width, "height": height}, color_scheme=scheme
                )
                for name in names:
                    page.goto(address + name)
                    page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True)
                page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/look"), sys.argv[2:] or list(PAGES))
