"""The answers that are on their way: what waits for slow readers is known in bytes, and bounded."""

from collections import defaultdict
from collections.abc import Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any

HELD = 128 * 2**20
"""Most bytes of answers that wait for their readers; above it the one that is furthest behind is dropped, of the client who holds most."""


@dataclass
class Answer:
    """An answer on its way.

    Attributes:
        scope: of its request.
        body: the whole of it; many may share one.
        sent: how many bytes of it have left.
        dropped: whether it is given up.
    """

    scope: MutableMapping[str, Any]
    body: bytes
    sent: int = 0
    dropped: bool = False


on_their_way: dict[int, Answer] = {}
"""id of a scope -> the answer to it."""


def left(scope: object) -> int:
    """How many bytes of the answer to a request have not left yet."""
    answer = on_their_way.get(id(scope))
    return len(answer.body) - answer.sent if answer else 0


def slowest(most: int = HELD) -> Answer | None:
    """The answer to drop, where all that are on their way hold more than `most` bytes; None where there is room."""
    under_way = [answer for answer in on_their_way.values() if not answer.dropped]
    if held(under_way) <= most:
        return None
    by_client: dict[Any, list[Answer]] = defaultdict(list)
    for answer in under_way:
        by_client[(answer.scope.get("client") or ("",))[0]].append(answer)
    return max(max(by_client.values(), key=held), key=lambda answer: len(answer.body) - answer.sent)


def held(those: Iterable[Answer]) -> int:
    """Bytes that some answers hold: a file that many read is held once."""
    return sum({id(answer.body): len(answer.body) for answer in those}.values())
