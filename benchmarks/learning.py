"""Learning in the page: one update of an LSTM over PyTorch's, the picture while networks train, and how long it takes to learn to recall.

The engine (run by Node) and PyTorch on one thread take turns at the same task, recall, with Adam: what else the machine does meets both. In
Chromium, the time from Play to 95 % of unseen strings is that of a visitor; frames are those of the page while two networks train beside it, and a
key into their string is compared with one on Watch in the same run.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from urllib.parse import urlencode

import common
import torch
from common import Target
from drag import keys
from keystroke import CLOCK, painted
from playwright.sync_api import sync_playwright

from gatelab.networks import ModelSpec, Reader

SIZES = {"H = 3, T = 50": (3, 50, 1.5), "H = 16, T = 100": (16, 100, 4)}  # units, steps, most times PyTorch's
BATCH = 32
SECONDS, SEEDS = 30, (1, 2, 3, 4, 5)  # from Play to 95 %, median of the seeds
FRAME, LATE = 17.5, 20  # ms: median and p95 of frames
TIMES_WATCH = 1.5  # a key into the string while training runs, over one on Watch
NODE = """
import { Learner } from "ENGINE/learner.js";
import { Task } from "ENGINE/tasks.js";
const [units, steps, batch, updates] = JSON.parse(process.argv[1]);
const task = new Task({ task: "parity", length: steps });
const learner = new Learner(task.spec({ cell: "lstm", units, layers: 1 }), { seed: 1, rate: 0.01, clip: 1 });
const strings = task.batch(batch, 1, 1);
for (let k = 0; k < updates; k += 1) learner.update(strings); // warm
process.stdout.write("ready\\n");
process.stdin.on("data", () => {
  const began = performance.now();
  for (let k = 0; k < updates; k += 1) learner.update(strings);
  process.stdout.write(`${(performance.now() - began) / updates}\\n`);
});
"""
FRAMES = """ms => new Promise((done) => {
  const times = [];
  const next = (now) => {
    times.push(now);
    if (now - times[0] < ms) requestAnimationFrame(next);
    else done(times.slice(1).map((time, k) => time - times[k]));
  };
  requestAnimationFrame(next);
})"""


def torch_update(units, steps):
    """A function that makes one update of the same sizes."""
    torch.set_num_threads(1)
    model = Reader(ModelSpec("timed", "lstm", ("\N{REPLACEMENT CHARACTER}", "0", "1"), 2, units, outputs=("even", "odd")))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    ids, targets = torch.randint(1, 3, (steps, BATCH)), torch.randint(2, (BATCH,))

    def update():
        loss = torch.nn.functional.cross_entropy(model(ids)[-1], targets)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1)
        optimizer.step()

    return update


def turns(units, steps, rounds, updates):
    """Milliseconds an update of the page and of PyTorch, in turns: pairs."""
    program = NODE.replace("ENGINE", (common.ROOT / "gatelab" / "live" / "static" / "engine").as_uri())
    command = ["node", "--input-type=module", "-e", program, json.dumps([units, steps, BATCH, updates])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as node:
        node.stdout.readline()
        update, pairs = torch_update(units, steps), []
        for turn in range(rounds + 1):
            node.stdin.write("go\n")
            node.stdin.flush()
            page, began = float(node.stdout.readline()), time.perf_counter()
            for _ in range(updates):
                update()
            if turn:  # the first one warms PyTorch up
                pairs.append((page, (time.perf_counter() - began) * 1000 / updates))
        node.stdin.close()
    return pairs


def learning(browser, url, fields):
    """The Learn page with these settings, training."""
    page = browser.new_context(bypass_csp=True, viewport={"width": 1400, "height": 1500}).new_page()
    page.add_init_script(CLOCK)
    page.goto(f"{url}/learn?{fields}")
    page.locator(".racers li").first.wait_for(timeout=60_000)
    page.get_by_role("button", name="Train (space)").click()
    return page


def recall(browser, url, seed):
    """Seconds from Play until 95 % of unseen strings are right, with a delay of up to 20."""
    page = learning(browser, url, f"task=recall&cells=lstm&length=20&units=16&seed={seed}")
    began = time.perf_counter()
    page.locator(".racers li", has_text="learned after").wait_for(timeout=240_000)
    took = time.perf_counter() - began
    page.context.close()
    return took


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15, help="turns of an update (default: %(default)s)")
    parser.add_argument("--updates", type=int, default=20, help="in a turn (default: %(default)s)")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a target was missed")
    args = parser.parse_args()
    print(f"{common.machine()}; {common.busy()}\n")
    targets = []
    for name, (units, steps, most) in SIZES.items():
        page, other = zip(*turns(units, steps, args.rounds, args.updates), strict=True)
        ratio = common.median_ratio(page, other)
        print(f"LSTM, {name}, batch {BATCH}: page {statistics.median(page):.2f} ms, PyTorch {statistics.median(other):.2f} ms\n", flush=True)
        targets.append(Target(f"an update, {name}, over PyTorch's", f"at most {most}", f"{ratio:.2f}", ratio <= most))
    with common.serving(common.ROOT / "app.py") as app, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=common.chromium(), args=common.CHROMIUM_FLAGS)
        took = [recall(browser, app.url, seed) for seed in SEEDS]
        median = statistics.median(took)
        print(f"Seconds from Play to 95 %: {', '.join(f'{one:.1f}' for one in took)}\n", flush=True)
        targets.append(Target("recall, delay of 20, median of 5 seeds", f"at most {SECONDS} s", f"{median:.1f} s", median <= SECONDS))
        text = common.prose(60)
        watch = browser.new_context(bypass_csp=True, viewport={"width": 1440, "height": 1400}).new_page()
        watch.add_init_script(CLOCK)
        watch.goto(f"{app.url}/watch?{urlencode({'model': 'prose-lstm', 'text': text})}")
        painted(watch, text)
        watch.locator(".arriving").wait_for(state="hidden", timeout=120_000)
        page = learning(browser, app.url, "task=echo&cells=rnn,lstm&length=10&units=16&text=ABCDABCDABCD")
        page.wait_for_timeout(2000)
        frames = page.evaluate(FRAMES, 8000)
        middle, late = statistics.median(frames), common.percentile(frames, 95)
        targets.append(
            Target("frames while two networks train", f"median {FRAME}, p95 {LATE} ms", f"{middle:.1f}, {late:.1f} ms", middle <= FRAME and late <= LATE)
        )
        page.bring_to_front()
        page.locator(".probe textarea").focus()
        typed = typed_into(page, "ABCD", 40)
        watch.bring_to_front()
        other = statistics.median(keys(watch, 40))
        targets.append(
            Target("a key into the string, over one on Watch", f"at most {TIMES_WATCH}", f"{typed / other:.2f} ({typed:.0f} ms)", typed <= TIMES_WATCH * other)
        )
        browser.close()
    return common.verdict(targets, args.check)


def typed_into(page, letters, count):
    """Median milliseconds from a key into the string to the paint that shows it."""
    page.keyboard.press("Control+End")
    page.evaluate("keys.length = paints.length = 0")
    begun = page.locator(".probe textarea").input_value()
    for k in range(count):
        page.keyboard.press(letters[k % len(letters)])
        page.wait_for_timeout(150)
    down, paints = page.evaluate("[keys, paints.map(({ at, text }) => [at, text])]")
    down = down[-count:]
    waits = []
    for k, begin in enumerate(down):
        want = begun + "".join(letters[j % len(letters)] for j in range(k + 1))
        waits += [next((at - begin for at, text in paints if at > begin and text == want), float("inf"))]
    return statistics.median(waits)


if __name__ == "__main__":
    sys.exit(main())
