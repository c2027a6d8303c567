"""The tokens a conference has issued, and when each expires."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass

from pexdash.clock import Clock
from pexdash.node.participant import make_uuid

# The seconds by which a deadline may be missed through rounding.
_GRAIN = 1e-6
_SECRET_BYTES = 48
_MOST_REFERRALS = 1000


@dataclass(frozen=True, slots=True)
class Referral:
    """What a one-time token is good for: the role and name of one who was sent here."""

    role: str
    name: str
    until: float


class Tokens:
    """One token a participant, each valid for `expires` seconds of `clock` from its issue.

    Tokens come from the system's randomness, whatever else `rng` decides.
    """

    def __init__(self, rng: random.Random, clock: Clock, expires: float) -> None:
        self.expires = expires
        self._rng = rng
        self._clock = clock
        self._by_token: dict[str, str] = {}
        self._by_uuid: dict[str, tuple[str, float]] = {}
        self._referrals: dict[str, Referral] = {}

    def make_uuid(self) -> str:
        """A UUID for a client.

        Clients have a random generator of their own, so that the meeting stays the same without
        them.
        """
        return make_uuid(self._rng)

    def issue(self, uuid: str) -> str:
        """A new token for `uuid`; the one before is dead at once (API guide, refresh_token)."""
        self.drop(uuid)
        token = _make_token()
        self._by_token[token] = uuid
        self._by_uuid[uuid] = (token, self._clock.monotonic() + self.expires)
        return token

    def refer(self, role: str, name: str) -> str:
        """A one-time token for someone who is sent here, good as long as any other token."""
        now = self._clock.monotonic()
        # All are good for the same time, so that the oldest stand first.
        for old, one in list(self._referrals.items()):
            if one.until > now and len(self._referrals) < _MOST_REFERRALS:
                break
            del self._referrals[old]
        token = _make_token()
        self._referrals[token] = Referral(role, name, now + self.expires)
        return token

    def redeem(self, token: str) -> Referral | None:
        """The referral of a one-time token, which is used up; None for any other or an old one."""
        one = self._referrals.pop(token, None)
        return one if one is not None and one.until > self._clock.monotonic() else None

    def holder(self, token: str) -> str | None:
        """The uuid of the participant whose valid token this is, or None."""
        uuid = self._by_token.get(token)
        if uuid is None or (self.left(uuid) or 0) <= 0:
            return None
        return uuid

    def left(self, uuid: str) -> float | None:
        """Seconds until the token of `uuid` expires, 0 when expired; None without a token."""
        entry = self._by_uuid.get(uuid)
        if entry is None:
            return None
        left = entry[1] - self._clock.monotonic()
        return left if left > _GRAIN else 0

    def next_to_expire(self) -> str | None:
        """Whose token expires first; None where there is none."""
        # A token that is issued anew goes to the end, and all have the same life.
        return next(iter(self._by_uuid), None)

    def has(self, uuid: str) -> bool:
        """Whether `uuid` holds a token."""
        return uuid in self._by_uuid

    def drop(self, uuid: str) -> None:
        """Cancel the token of `uuid`, if there is one."""
        token, _ = self._by_uuid.pop(uuid, ("", 0.0))
        self._by_token.pop(token, None)

    def clear(self) -> None:
        """Cancel every token."""
        self._by_token.clear()
        self._by_uuid.clear()


def _make_token() -> str:
    # Its length is a multiple of four: like those of real nodes it can be taken for base64.
    return secrets.token_urlsafe(_SECRET_BYTES)
