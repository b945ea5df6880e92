"""nginx with the rules of deploy/nginx.conf, on the loopback address before two servers that run there."""

import shutil
import subprocess
from contextlib import contextmanager

from tests.browser import ROOT, free_port, require
from tests.classes import reachable

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@contextmanager
def proxied(folder, ports, more=()):
    """Start nginx, and end it: the port at which it listens. Its log is `folder`/access.log.

    Args:
        ports: of the two servers.
        more: pairs of further words of the file, and what stands there instead.
    """
    require("nginx", NGINX)
    port, written = free_port(), (ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
    for was, now in (
        ("app1:7860", f"127.0.0.1:{ports[0]}"),
        ("app2:7860", f"127.0.0.1:{ports[1]}"),
        ("listen 80;", f"listen 127.0.0.1:{port};"),
        ("/dev/stdout", f"{folder}/access.log"),
        ("/dev/stderr", f"{folder}/error.log"),
        *more,
    ):
        assert was in written
        written = written.replace(was, now)
    (folder / "nginx.conf").write_text(f"daemon off; pid {folder}/pid;\n{written}", encoding="utf-8")
    command = [NGINX, "-c", str(folder / "nginx.conf"), "-p", str(folder), "-e", f"{folder}/error.log"]
    checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    process = subprocess.Popen(command)
    try:
        reachable(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(20)
