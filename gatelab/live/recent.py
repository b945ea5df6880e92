"""Recently made traces, so that one more character is one more step for everybody who types."""

import random
import time
from collections.abc import Callable
from threading import Lock

from gatelab.networks import Reader
from gatelab.text import beginning
from gatelab.traces import Trace, trace


class Recent:
    """Traces used of late, up to `limit` bytes of arrays and `most` in number; safe to share between threads.

    Each table of rows is kept, and counted, for one trace only. A character of an LSTM with 128 units takes 3.4 kB, so the
    default holds 200 students with 600 characters each, or 1,000 students with five networks each. Forgetting a trace costs time, never truth:
    it is made anew. Whoever serves calls `forget_unused` now and then, so that a class leaves nothing behind.
    """

    def __init__(self, limit: int = 512 * 2**20, most: int = 5000, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.most, self.clock, self.size = limit, most, clock, 0
        self.traces: dict[tuple[str, str], Trace] = {}  # (model's name, text) -> Trace
        self.keys: dict[int, tuple[str, str]] = {}  # id of a trace's rows -> its key
        self.drawn: list[tuple[str, str]] = []  # all keys in any order, to draw one at random
        self.at: dict[tuple[str, str], int] = {}  # a key -> its place in `drawn`
        self.used: dict[tuple[str, str], float] = {}  # a key -> when its trace was last used
        self.lock = Lock()

    def trace(self, model: Reader, text: str, have: int = 0) -> Trace:
        """The trace of `text`, from the longest beginning at hand (see `nearest`)."""
        return self.finish(self.nearest(model, text, have), text)

    def nearest(self, model: Reader, text: str, have: int = 0) -> Trace:
        """The trace of a beginning of `text` that needs no work; perhaps of no text at all.

        Args:
            have: how many steps the reader holds already, a hint where to look.
        """
        old = self._find(model.spec.name, text, beginning(text, model.spec.unit, have))
        if old is None:
            return trace(model, "")
        return old.shared(text)

    def finish(self, start: Trace, text: str) -> Trace:
        """The trace of `text`, from the trace of a beginning of it."""
        new = start.revised(text)
        with self.lock:
            if start.rows is new.rows or start.rows.used == len(start):  # it went on there, or outgrew the table
                self._forget(self.keys.get(id(start.rows)))
            key = new.reader.spec.name, new.text
            self._keep(key, new)
            while (self.size > self.limit or len(self.drawn) > self.most) and len(self.drawn) > 1:
                other = random.choice(self.drawn)  # where everybody takes turns, the oldest is the one that is wanted next
                if other != key:
                    self._forget(other)
        return new

    def forget_unused(self, seconds: float) -> int:
        """Forget the traces that nobody has used for so long; how many bytes they had."""
        with self.lock:
            since, before = self.clock() - seconds, self.size
            for key in [key for key, used in self.used.items() if used < since]:
                self._forget(key)
            return before - self.size

    def _find(self, name, text, held):
        with self.lock:
            for known in (text, held, text[:-1]):
                if known and (name, known) in self.traces:
                    return self._used((name, known))
            if held:  # the text was edited in the middle: another one begins in the same way
                for other, known in self.traces:
                    if other == name and known.startswith(held):
                        return self._used((other, known))
        return None

    def _used(self, key):
        self.used[key] = self.clock()
        return self.traces[key]

    def _keep(self, key, new):
        self._forget(key)
        self.traces[key] = new
        self.used[key] = self.clock()
        self.keys[id(new.rows)] = key
        self.at[key] = len(self.drawn)
        self.drawn.append(key)
        self.size += new.rows.table.nbytes

    def _forget(self, key):
        """Forget a trace, in the same time however many are kept."""
        gone = self.traces.pop(key, None)
        if gone is None:  # a trace of no steps is false
            return
        del self.used[key]
        self.size -= gone.rows.table.nbytes
        del self.keys[id(gone.rows)]
        place, last = self.at.pop(key), self.drawn.pop()
        if last != key:  # the last one takes its place
            self.drawn[place], self.at[last] = last, place


recent = Recent()
"""The traces of all visitors."""
