"""Keeps a worker beside the server that started this: started again when it dies, ended with it.

Run as a script by `cabildo serve`; it imports nothing of Cabildo, so that it stays small.
"""

import os
import signal
import subprocess
import sys
import time

PAUSE, LONGEST_PAUSE = 1.0, 60.0
LIVED = 60.0
"""Seconds after which a worker that dies is started again at once."""


def main(command: list[str]) -> None:
    parent, pause = os.getppid(), PAUSE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    signal.signal(signal.SIGINT, lambda *_: sys.exit())
    while os.getppid() == parent:
        started = time.monotonic()
        worker = subprocess.Popen(command)  # noqa: S603 no shell: the arguments are ours
        try:
            while worker.poll() is None and os.getppid() == parent:
                time.sleep(0.5)
        finally:
            _end(worker)
        lived = time.monotonic() - started >= LIVED
        pause = PAUSE if lived else min(2 * pause, LONGEST_PAUSE)
        if os.getppid() == parent:
            time.sleep(pause)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """It gives back what it was doing; one that does not is killed, and its job taken up later."""
    if worker.poll() is None:
        worker.terminate()
        try:
            worker.wait(timeout=8)
        except subprocess.TimeoutExpired:
            worker.kill()
            worker.wait()


if __name__ == "__main__":
    main(sys.argv[1:])
