"""What the benchmarks share: the package on the path, a server to measure, a browser, prose to type, tables."""

import datetime
import os
import platform
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

PROSE = (
    "The old clock in the hall had stopped again, and nobody but the youngest of the sisters seemed to mind. She "
    "wound it every evening before supper, and listened; it went on for an hour or two, as if to please her, and then"
    " it forgot. Her aunt, who liked things to be of use, wished to have it sold. 'A clock that must be asked for the"
    " time,' she said, 'is only a piece of furniture.' But the house was large, the winter was long, and there were "
    "few visitors; so the clock stayed where it was, and was wound, and forgot. "
)
"""Text to type: every character has a key of its own on the keyboard."""

CHROMIUM_FLAGS = [
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    *(["--no-sandbox"] if getattr(os, "geteuid", lambda: 1)() == 0 else []),  # Chromium refuses to be root otherwise
]


class Target(NamedTuple):
    """What was to be reached, and what was."""

    what: str
    wanted: str
    measured: str
    reached: bool


class Server(NamedTuple):
    """A server under measurement."""

    port: int
    pid: int

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


def prose(length, offset=0):
    """Made-up prose of `length` characters; another offset gives a text with another beginning."""
    offset %= len(PROSE)
    return (PROSE * (2 + length // len(PROSE)))[offset : offset + length]


def date(length, offset=0):
    """A written date of about `length` characters, another one for another offset."""
    day = datetime.date(2000, 1, 1) + datetime.timedelta(17 * offset)
    return f"{day:%A, %B} {day.day}, {day.year}".rjust(length, "-")


def marked(length, offset=0):
    """A string of the recall task, of `length` letters; another offset marks another place."""
    letters = "".join("ABCD"[(k * k + offset) % 4] for k in range(length - 1))
    place = offset % (length // 2)
    return f"{letters[:place]}!{letters[place:]}"


def percentile(values, share):
    """The smallest value that at least `share` (in percent) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * share // 100) - 1)]


def chromium():
    """Where Chromium is.

    Raises:
        SystemExit: there is none.
    """
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    return found or sys.exit("This benchmark needs Chromium: install it, e.g. the Debian package chromium.")


@contextmanager
def serving(script, folder=ROOT, options=(), port=None):
    """`streamlit run script` on this machine, stopped at the end; its faults are printed then.

    Args:
        script: the file to run.
        folder: where it is run; Streamlit reads the settings in its `.streamlit`.
        options: more settings, as on the command line.
        port: where; None for one that is free.
    """
    port = port or free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(script),
        "--server.address",
        "127.0.0.1",
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        *options,
    ]
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=subprocess.STDOUT)
        try:
            if not _answers(port, process):
                log.seek(0)
                sys.exit(f"The server did not start: {' '.join(command)}\n{log.read()}")
            yield Server(port, process.pid)
        finally:
            _stop(process)
            log.seek(0)
            if "Traceback" in (said := log.read()):
                print(f"What the server said of its faults:\n{said[-5000:]}\n")


def free_port():
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port, process, patience=60):
    deadline = time.monotonic() + patience
    while process.poll() is None and time.monotonic() < deadline:
        connection = HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/_stcore/health")
            if connection.getresponse().status == 200:
                return True
        except OSError:
            pass  # not listening yet
        finally:
            connection.close()
        time.sleep(0.1)
    return False


def _stop(process):
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def machine():
    """The machine and the versions that a figure holds for, in one line."""
    packages = ", ".join(f"{name} {version(name)}" for name in ("torch", "streamlit"))
    system = f"{platform.system()} {platform.release()}"
    return f"{_cpu()}, {os.cpu_count()} cores; {system}; Python {platform.python_version()}, {packages}"


def _cpu():
    facts = Path("/proc/cpuinfo")
    lines = facts.read_text().splitlines() if facts.exists() else []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def busy():
    """The load of the machine before a measurement, where the system tells: other work makes times longer."""
    return f"load before the start: {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else "load unknown"


def table(head, rows):
    """Print an aligned Markdown table: the first column to the left, the others to the right."""
    rows = [[str(value) for value in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(head, *rows, strict=True)]
    rule = ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])]
    for first, *others in (head, rule, *rows):
        aligned = [first.ljust(widths[0]), *map(str.rjust, others, widths[1:])]
        print(f"| {' | '.join(aligned)} |")
    print(flush=True)


def verdict(targets, check):
    """Print the targets and whether each was reached.

    Returns:
        The exit code: 1 where a target was missed and `check` is set.
    """
    table(
        ("target", "wanted", "measured", "reached"),
        [(*target[:3], "yes" if target.reached else "MISSED") for target in targets],
    )
    return int(check and not all(target.reached for target in targets))


def median_ratio(over, under):
    """The median of the ratios of two series of times that were measured side by side, round by round."""
    return statistics.median(a / b for a, b in zip(over, under, strict=True))
