"""Finds a Chromium for the browser tests, or installs Debian's where that is possible.

``python -m tests.install_chromium`` is a step of ``make test``. Where none can be had, the browser
tests skip and say so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APPLICATIONS = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def find_chromium() -> str | None:
    """``CHROMIUM``, else the first browser of the family that is installed."""
    candidates = [os.environ.get("CHROMIUM", ""), *(shutil.which(name) or "" for name in NAMES)]
    paths = (*candidates, *APPLICATIONS)
    return next((path for path in paths if path and Path(path).exists()), None)


def main() -> None:
    if find_chromium():
        return
    apt = shutil.which("apt-get")
    if apt and os.geteuid() == 0:
        print("Installing Chromium for the browser tests ...")
        for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", "chromium"]):
            subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if not find_chromium():
        print("No Chromium here: the browser tests will be skipped. Install it, or set CHROMIUM.")


if __name__ == "__main__":
    main()
