"""API keys: who may use the server. The file holds their SHA-256 sums, a line each.

    sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae  telephone exchange

Keys are 256 random bits, so a plain fast hash is as good as a slow one: nobody can try them all.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

from auricle.errors import OptionError
from auricle.server.problems import Problem

_LINE = re.compile(r"sha256:([0-9a-f]{64})\s+(\S.*)")


class Keyring:
    """The keys that are let in. Without any, everybody is."""

    def __init__(self, digests: Mapping[str, str]) -> None:
        """Take what `read_keys` read.

        Args:
            digests: SHA-256 of a key in hexadecimal -> its holder's name.
        """
        self._digests = dict(digests)

    @property
    def is_open(self) -> bool:
        """Whether no key is needed."""
        return not self._digests

    def admit(self, key: str | None) -> None:
        """Let a key in.

        Raises:
            Problem: It is missing or none of ours.
        """
        if self.is_open:
            return
        if not key:
            raise Problem("unauthorised", "an API key is needed: Authorization: Bearer KEY")
        digest = hash_key(key)
        # Every comparison is made, so that the time says nothing.
        if not any([hmac.compare_digest(digest, known) for known in self._digests]):
            raise Problem("unauthorised", "this API key is not known; ask the server's operator")


def read_keys(path: Path) -> Keyring:
    """Read a file of hashed keys; empty lines and lines that begin with # are left out.

    Raises:
        OptionError: The file cannot be read, holds no key, or a line that is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise OptionError(f"{path}: the file of API keys cannot be read: {error}") from error
    digests = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip() or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None:
            raise OptionError(
                f"{path}:{number}: not a hashed key; make one with `auricle serve --new-key NAME`"
            )
        digests[match[1]] = match[2]
    if not digests:
        raise OptionError(f"{path}: holds no key; make one with `auricle serve --new-key NAME`")
    return Keyring(digests)


def new_key(name: str) -> tuple[str, str]:
    """Return a new key, and the line for the file of keys."""
    key = f"auricle-{secrets.token_urlsafe(32)}"
    return key, f"sha256:{hash_key(key)}  {name}"


def hash_key(key: str) -> str:
    """Return the SHA-256 sum of a key in hexadecimal."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()


def bearer(authorization: str) -> str | None:
    """Return the key of an Authorization header, or None."""
    scheme, _, key = authorization.partition(" ")
    return key.strip() if scheme.lower() == "bearer" else None
