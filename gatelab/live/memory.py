"""Recently made traces, so that one more character is one more step for everybody who types."""

from collections import OrderedDict
from threading import Lock

from gatelab.trace import trace


class Recent:
    """The traces used last, up to `limit` bytes of arrays; safe to share between threads.

    Forgetting one costs time, never truth: a trace that is not here is made anew.
    """

    def __init__(self, limit=128 * 2**20):
        self.limit, self.size = limit, 0
        self.traces = OrderedDict()  # (model's name, text) -> Trace, oldest first
        self.lock = Lock()

    def trace(self, model, text, have=0):
        """The trace of `text`, from the longest known beginning at hand.

        Args:
            have: how many steps the reader holds already, a hint where to look.
        """
        old = self._nearest(model.spec.name, text, have)
        new = trace(model, text) if old is None else old.revised(text)
        self._remember(old, new)
        return new

    def _nearest(self, name, text, have):
        with self.lock:
            for known in (text, text[:have], text[:-1]):
                if known and (name, known) in self.traces:
                    return self.traces[name, known]
            if have:  # the text was edited in the middle: another one begins in the same way
                for (other, known), old in reversed(self.traces.items()):
                    if other == name and known.startswith(text[:have]):
                        return old
        return None

    def _remember(self, old, new):
        with self.lock:
            if old is not None and old.rows is new.rows and len(old) < len(new):
                self._forget((new.model.spec.name, old.text))  # the new one holds the same rows and more
            key = (new.model.spec.name, new.text)
            self._forget(key)
            self.traces[key] = new
            self.size += new.rows.table.nbytes
            while self.size > self.limit and len(self.traces) > 1:
                self._forget(next(iter(self.traces)))

    def _forget(self, key):
        if gone := self.traces.pop(key, None):
            self.size -= gone.rows.table.nbytes
