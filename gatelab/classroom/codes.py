"""The secrets of a room: its code, which the projector shows, the teacher's key, and the seat of each student's browser."""

import hashlib
import hmac
import re
import secrets

ALPHABET = "BCDFGHJKLMNPRSTVWXZ"
"""No vowel, so that no word arises; no Q, which is read as an O."""

LETTERS = 4

SECRET = re.compile(r"[A-Za-z0-9_-]{22}")
"""What a key and a seat look like: 128 random bits in base64."""


def new_code() -> str:
    """A code that cannot be guessed from those before it."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))


def read_code(written: object) -> str | None:
    """The code that somebody wrote, in small letters maybe; None where it cannot be one."""
    code = written.strip().upper() if isinstance(written, str) and len(written) < 20 else ""
    return code if len(code) == LETTERS and set(code) <= set(ALPHABET) else None


def new_secret() -> str:
    """128 random bits, as 22 characters that an address or a header can hold."""
    return secrets.token_urlsafe(16)


def is_secret(value: object) -> bool:
    """Whether a value has the form of a key or a seat."""
    return isinstance(value, str) and SECRET.fullmatch(value) is not None


def digest(secret: str) -> str:
    """What is kept of a secret: it tells nothing of it, and is the room's public id where the secret is its key."""
    return hashlib.sha256(secret.encode()).hexdigest()


def same(one: str, other: str) -> bool:
    """Whether two strings are equal, in a time that does not depend on where they differ."""
    return hmac.compare_digest(one.encode(), other.encode())
