"""How often somebody may do something: a number at once, and so many a second from then on; or one after another."""

import asyncio
import time
from collections.abc import Callable


class Limit:
    """A bucket of tokens for each name: each use takes one, and they come back at a steady rate.

    Args:
        burst: uses at once, at least 1.
        rate: uses a second that come back.
        names: most names that are remembered; those that have used least are forgotten first.
    """

    def __init__(self, burst: int, rate: float, names: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self.burst, self.rate, self.names, self.clock = burst, rate, names, clock
        self._used: dict[str, tuple[float, float]] = {}  # name -> (tokens used, when that was so)

    def used(self, name: str) -> float:
        """How many tokens a name has used and not got back."""
        used, then = self._used.get(name, (0.0, 0.0))
        return max(0.0, used - self.rate * (self.clock() - then))

    def wait(self, name: str) -> float:
        """Seconds until the name may use it again; 0 where it may now."""
        return max(0.0, (self.used(name) + 1 - self.burst) / self.rate)

    def use(self, name: str) -> float:
        """Use it once where that is allowed; how many seconds to wait otherwise, 0 where it was used."""
        if seconds := self.wait(name):
            return seconds
        if name not in self._used and len(self._used) >= self.names:
            self._forget()
        self._used[name] = (self.used(name) + 1, self.clock())
        return 0

    def _forget(self):
        """Forget who has got all tokens back, or else the half that has used least."""
        used = {name: self.used(name) for name in self._used}
        middle = sorted(used.values())[len(used) // 2]
        self._used = {name: self._used[name] for name in used if used[name] > middle}


class Queue:
    """Those of one name go on one after another.

    Args:
        pause: seconds from one to the next.
        longest: most seconds that somebody waits.
    """

    def __init__(self, pause: float, longest: float) -> None:
        self.pause, self.longest = pause, longest
        self._free: dict[str, float] = {}  # name -> when the last of them has gone on, on the clock of the loop

    async def wait(self, name: str) -> bool:
        """Wait for one's turn; False, at once, where that takes too long."""
        now = asyncio.get_running_loop().time()
        self._free = {other: free for other, free in self._free.items() if free > now}
        turn = self._free.get(name, now) + self.pause
        if turn - now > self.longest:
            return False
        self._free[name] = turn
        await asyncio.sleep(turn - now)
        return True
