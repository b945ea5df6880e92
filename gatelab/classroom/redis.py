"""Keeps rooms in Redis, where several servers serve a class: each changes a room in one transaction, and tells the others that it did.

A room that nobody keeps is forgotten by Redis itself. Start Redis without files (`--save "" --appendonly no`), and nothing of a class is
ever written to a disk.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from time import time
from typing import Any

from redis import asyncio as redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, WatchError

from gatelab.classroom.packing import packed, unpacked
from gatelab.classroom.room import SECONDS, Refused, Room
from gatelab.classroom.rooms import NEW, ROOMS, Lost, Rule, Unavailable

NAME = "gatelab:class"
"""What all keys begin with, and the channel on which a server says that it has changed a room."""

PATIENCE = 2
"""Seconds that Redis may take for an answer, and between two tries to hear from it again."""

SILENCE = 15
"""Seconds without a word of Redis after which it is asked whether it is there."""

LINGER = 30
"""Seconds for which it can be read that a room was ended."""


def answering(method: Any) -> Any:
    """The method, which raises `Unavailable` where Redis does not answer."""

    @wraps(method)
    async def tried(*args, **kwargs):
        try:
            return await method(*args, **kwargs)
        except (RedisError, OSError) as error:
            raise Unavailable from error

    return tried


class Redis:
    """Keeps rooms in Redis.

    Args:
        url: e.g. "redis://redis:6379/0"; a password stands in it.
    """

    def __init__(self, url: str) -> None:
        # Lost lines are opened anew once, at once: whoever waits is a person.
        self.redis = redis.from_url(
            url, decode_responses=True, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 1), health_check_interval=15
        )
        self.hears = redis.from_url(url, decode_responses=True, socket_connect_timeout=PATIENCE, retry=Retry(NoBackoff(), 0))
        self._waiting: dict[str, list[tuple[Rule, asyncio.Future[Room]]]] = {}
        self._working: dict[str, asyncio.Task[None]] = {}

    @answering
    async def add(self, room: Room) -> bool:
        await self.redis.zremrangebyscore(f"{NAME}:all", 0, time())
        if await self.redis.zcard(f"{NAME}:all") >= ROOMS:
            raise Refused("class", f"one of at most {ROOMS} at a time on this server: try again later", "one more", status=429)
        if not await self.redis.set(f"{NAME}:{room.code}", packed(room), nx=True, ex=NEW):
            return False
        await self._index(room, NEW)
        await self.redis.publish(NAME, room.code)
        return True

    async def _index(self, room, seconds):
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.zadd(f"{NAME}:all", {room.code: time() + seconds})
            pipeline.set(f"{NAME}:id:{room.id}", room.code, ex=seconds)
            await pipeline.execute()

    @answering
    async def get(self, code: str) -> Room:
        kept = await self.redis.get(f"{NAME}:{code}")
        if kept is None:
            raise Lost(code)
        return unpacked(str(kept))

    async def find(self, id: str) -> Room | None:
        try:
            code = await answering(self.redis.get)(f"{NAME}:id:{id}")
            return await self.get(code) if code else None
        except Lost:
            return None

    @answering
    async def keep(self, room: Room) -> None:
        if not await self.redis.expire(f"{NAME}:{room.code}", SECONDS):
            raise Lost(room.code)
        await self._index(room, SECONDS)

    @answering
    async def remove(self, room: Room) -> None:
        async with self.redis.pipeline(transaction=True) as pipeline:
            pipeline.expire(f"{NAME}:{room.code}", LINGER)  # so that the other servers can read that it has ended
            pipeline.delete(f"{NAME}:id:{room.id}")
            pipeline.zrem(f"{NAME}:all", room.code)
            await pipeline.execute()

    # -- changes: those that come at the same time are one transaction

    async def change(self, code: str, rule: Rule) -> Room:
        changed: asyncio.Future[Room] = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(code, []).append((rule, changed))
        if code not in self._working:
            self._working[code] = asyncio.get_running_loop().create_task(self._work(code))
        return await changed

    async def _work(self, code):
        """Do all that waits for a room, then what has come meanwhile, until nothing waits."""
        try:
            while waiting := self._waiting.pop(code, None):
                try:
                    results = await self._transact(code, [rule for rule, _ in waiting])
                except Exception as error:  # noqa: BLE001 - whatever it is, those who wait hear of it, and the next ones are served
                    results = [error] * len(waiting)
                for (_, changed), result in zip(waiting, results, strict=True):
                    if changed.done():
                        continue  # whoever waited has left
                    if isinstance(result, Exception):
                        changed.set_exception(result)
                    else:
                        changed.set_result(result)
        finally:
            del self._working[code]

    @answering
    async def _transact(self, code, rules):
        """The room after all rules; for a rule that forbids it, what it raised."""
        while True:
            async with self.redis.pipeline(transaction=True) as pipeline:
                try:
                    await pipeline.watch(f"{NAME}:{code}")
                    kept = await pipeline.get(f"{NAME}:{code}")
                    if kept is None:
                        raise Lost(code)
                    before = unpacked(str(kept))
                    room, refused = followed(before, rules)
                    if room != before:
                        room = replace(room, revision=before.revision + 1)
                        pipeline.multi()
                        pipeline.set(f"{NAME}:{code}", packed(room), keepttl=True)
                        pipeline.publish(NAME, code)
                        await pipeline.execute()
                    return [error or room for error in refused]
                except WatchError:
                    continue  # another server was faster: do it on what it made

    # -- what other servers changed

    async def listen(self, heard: Callable[[str], None], again: Callable[[], None]) -> None:
        """Call `heard` with the code of each room that any server changed, and `again` after a time in which nothing could be heard."""
        while True:
            try:
                async with self.hears.pubsub() as channel:
                    await channel.subscribe(NAME)
                    again()
                    await self._hear(channel, heard)
            except (RedisError, OSError):
                await asyncio.sleep(PATIENCE)

    async def _hear(self, channel, heard):
        """Hear until the line is lost. Redis is asked in silence whether it is there: a line can be lost without a word."""
        silent = False
        while True:
            message = await channel.get_message(timeout=SILENCE)
            if message is None and silent:
                raise RedisError("no answer to a ping")
            silent = message is None
            if silent:
                await channel.ping()
            elif message["type"] == "message":
                heard(message["data"])


def followed(room: Room, rules: list[Rule]) -> tuple[Room, list[Exception | None]]:
    """A room after one rule after the other, and of each why not, or None. A rule that fails harms none of the others."""
    refused: list[Exception | None] = []
    for rule in rules:
        try:
            room = rule(room)
            refused.append(None)
        except Exception as error:  # noqa: BLE001 - it goes to whoever asked for the rule
            refused.append(error)
    return room, refused
