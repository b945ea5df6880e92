"""The first visit, to /: bytes over the network and time to the first painted stage, beside an empty Streamlit page.

The browser is cold (a new context with an empty cache at each visit), the servers are warm; the visits take turns.
They come over two networks: the machine's own, and a slower one that the browser imitates.
Time runs from the start of the navigation to the end of the frame that painted the stage, or the empty page's one
element. Bytes are what came over the network, compressed as sent, and the messages of the websocket, until a second
after the last of them.
"""

import argparse
import base64
import statistics
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import common
from common import Target
from playwright.sync_api import sync_playwright

TIMES_EMPTY = 1.2
SLOW_TIMES_EMPTY = 0.85
QUIET = 1.0  # s

LATENCY, SPEED = 50, 10  # of the slower network: ms for a request and its answer, Mbit/s
BYTES_PER_SECOND = SPEED * 1e6 / 8
SLOWER = {"offline": False, "latency": LATENCY, "downloadThroughput": BYTES_PER_SECOND, "uploadThroughput": BYTES_PER_SECOND}
NETWORKS = {"this machine": None, f"{LATENCY} ms, {SPEED} Mbit/s": SLOWER}

EMPTY_PAGE = 'import streamlit as st\n\nst.title("empty")\n'
# Streamlit as it comes, except that it asks no server on the internet: here it would wait for one in vain.
OFFLINE = ("--browser.gatherUsageStats", "false", "--browser.serverAddress", "localhost")

FRAME_OVER = """
const frameOver = (done) => {
  const frame = new MessageChannel();
  frame.port1.onmessage = () => done(performance.now());
  frame.port2.postMessage(null);
};
"""
PAINTED = {
    "GateLab": """
window.painted = new Promise((done) =>
  window.addEventListener("gatelab:painted", () => frameOver(done), { once: true }),
);
""",
    "empty Streamlit page": """
window.painted = new Promise((done) => {
  const watcher = new MutationObserver(() => {
    const title = document.querySelector("h1");
    if (!title?.textContent.includes("empty") || !title.getClientRects().length) return;
    watcher.disconnect();
    requestAnimationFrame(() => frameOver(done));
  });
  watcher.observe(document, { childList: true, subtree: true, characterData: true });
});
""",
}


class Received:
    """Counts what a page receives, over a network with these conditions."""

    def __init__(self, network, conditions):
        self.bytes, self.files, self.last = 0, 0, time.monotonic()
        network.on("Network.loadingFinished", self.file)
        network.on("Network.webSocketFrameReceived", self.message)
        network.send("Network.enable")
        if conditions:
            network.send("Network.emulateNetworkConditions", conditions)

    def file(self, event):
        self.files += 1
        self.add(event["encodedDataLength"])

    def message(self, event):
        frame = event["response"]
        binary = frame["opcode"] == 2  # then it arrives here as base64
        self.add(len(base64.b64decode(frame["payloadData"])) if binary else len(frame["payloadData"].encode()))

    def add(self, size):
        self.bytes += size
        self.last = time.monotonic()


def visit(browser, url, painted, conditions):
    """One cold visit: (milliseconds to the picture, bytes, files)."""
    context = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 900})
    try:
        page = context.new_page()
        received = Received(context.new_cdp_session(page), conditions)
        page.add_init_script(FRAME_OVER + painted)
        page.goto(url, wait_until="commit")
        milliseconds = page.evaluate("painted")
        while time.monotonic() < received.last + QUIET:
            page.wait_for_timeout(100)
        return milliseconds, received.bytes, received.files
    finally:
        context.close()


def measure(rounds):
    """(network, name) -> its visits."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "empty.py").write_text(EMPTY_PAGE)
        app = stack.enter_context(common.serving(common.ROOT / "app.py"))
        empty = stack.enter_context(common.serving(folder / "empty.py", folder, OFFLINE))
        playwright = stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        stack.callback(browser.close)
        urls = dict(zip(PAINTED, (app.url, empty.url), strict=True))
        visits = {(network, name): [] for network in NETWORKS for name in urls}
        for _ in range(rounds + 1):
            for (network, name), times in visits.items():
                times.append(visit(browser, urls[name], PAINTED[name], NETWORKS[network]))
    return {key: all_of_it[1:] for key, all_of_it in visits.items()}  # the first round warmed the servers up


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="measured visits of each page (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    visits = measure(args.rounds)
    columns = {key: tuple(zip(*each, strict=True)) for key, each in visits.items()}  # times, bytes, files
    median = {key: [statistics.median(column) for column in each] for key, each in columns.items()}
    common.table(
        ("first visit", "network", "visits", "files", "bytes", "median", "slowest"),
        [
            (name, network, args.rounds, f"{files:.0f}", f"{size:,.0f}", f"{ms:.0f} ms", f"{max(columns[network, name][0]):.0f} ms")
            for (network, name), (ms, size, files) in median.items()
        ],
    )
    (_, size, _), (_, empty_size, _) = (median["this machine", name] for name in PAINTED)
    targets = [Target("bytes", f"fewer than {empty_size:,.0f}", f"{size:,.0f}", size < empty_size)]
    for network, most in zip(NETWORKS, (TIMES_EMPTY, SLOW_TIMES_EMPTY), strict=True):
        ratio = common.median_ratio(*(columns[network, name][0] for name in PAINTED))
        targets.append(Target(f"time / empty page, {network}", f"at most {most}", f"{ratio:.2f}", ratio <= most))
    return common.verdict(targets, args.check)


if __name__ == "__main__":
    sys.exit(main())
