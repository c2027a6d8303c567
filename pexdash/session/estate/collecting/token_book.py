"""The tokens of our participants, written down so that another collector goes on by them."""

from __future__ import annotations

import asyncio

from pexdash.api.address import parse_node
from pexdash.api.admission import Admission
from pexdash.api.token import Token
from pexdash.bus.bus import Bus
from pexdash.bus.leases import Lease
from pexdash.bus.messages import TokenKept, packed, unpacked
from pexdash.bus.sealing import Seal
from pexdash.bus.subjects import STATE, own, shard_of, token
from pexdash.clock import Clock
from pexdash.errors import Barred, BusFault, Removed, UsageFault
from pexdash.log import logger
from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.participant import Role
from pexdash.secret import Secret
from pexdash.session.estate.collecting.shards import Shards
from pexdash.session.membership.custody import Inherited

LOOK_SECONDS = 0.25
"""How often it is looked whether the lease is certain again."""
RETRY_SECONDS = 0.5
"""How long to wait after the bus took no token."""
REMOVED, REFUSED = "removed", "refused"
"""Why nobody is to join again by itself."""


class TokenBook:
    """Gives each conference its custody, and has what the bus did not take written once it does.

    `run` must run for that. A token is written before it is used, unless the bus is away: then it
    is used, and written first of all when the bus is back.
    """

    def __init__(self, bus: Bus, shards: Shards, clock: Clock, seal: Seal) -> None:
        self._bus = bus
        self._shards = shards
        self._clock = clock
        self._seal = seal
        self._custodies: dict[ConferenceKey, TokenCustody] = {}
        self._unwritten: dict[ConferenceKey, TokenKept] = {}
        self._given = asyncio.Event()

    @property
    def unix_time(self) -> float:
        """Now, by our clock."""
        return self._clock.wall()

    def custody(self, key: ConferenceKey) -> TokenCustody:
        """What our part in a conference asks and tells."""
        if (known := self._custodies.get(key)) is None:
            known = self._custodies[key] = TokenCustody(key, self)
        return known

    def inherit(self, key: ConferenceKey, stored: bytes) -> None:
        """Begin a conference where another collector was; what cannot be read is told and left."""
        try:
            kept = unpacked(TokenKept, self._seal.open(token(key), stored))
        except BusFault as fault:
            logger.warning("the token for %s: %s", key.alias, fault)
            return
        self.custody(key).kept = kept

    def let_go(self, key: ConferenceKey) -> None:
        """Another collector goes on: release no token, and write nothing more."""
        self._unwritten.pop(key, None)
        if (known := self._custodies.pop(key, None)) is not None:
            known.releases = False

    def bar(self, key: ConferenceKey, kind: str, words: str) -> None:
        """Write down that nobody joins again before a person says so."""
        self._later(key, TokenKept(kind=kind, barred=words or kind, alias=key.alias))

    def unbar(self, key: ConferenceKey) -> None:
        """Somebody says that we may join again."""
        self.custody(key).kept = None
        self._later(key, TokenKept(alias=key.alias))

    def renew(self, keys: set[ConferenceKey]) -> None:
        """Write again what is known of some conferences: the stream was made anew."""
        for key in keys:
            if (known := self._custodies.get(key)) is not None and known.last is not None:
                self._later(key, known.last)

    async def forget(self, key: ConferenceKey) -> None:
        """Nobody wants the conference any more: its token was released."""
        self._custodies.pop(key, None)
        self._unwritten.pop(key, None)
        await self._shards.fenced(
            shard_of(key),
            lambda lease: self._bus.remove(
                token(key), fenced_by=(own(shard_of(key)), lease.epoch.revision)
            ),
        )

    async def flush(self, shard: int) -> None:
        """Wait until all tokens of a shard are written."""
        while any(shard_of(key) == shard for key in self._unwritten):
            await self._clock.sleep(LOOK_SECONDS)

    async def run(self) -> None:
        """Write what the bus did not take, until cancelled."""
        while True:
            await self._given.wait()
            self._given.clear()
            for key, kept in list(self._unwritten.items()):
                try:
                    await self._write(key, kept)
                except BusFault as fault:
                    logger.info("%s", fault)
                    self._given.set()
                    await self._clock.sleep(RETRY_SECONDS)
                    break
                if self._unwritten.get(key) is kept:
                    del self._unwritten[key]

    async def keep(self, custody: TokenCustody, kept: TokenKept) -> None:
        """Write a token down, now if that works."""
        self._unwritten.pop(custody.key, None)
        try:
            await self._write(custody.key, kept)
        except BusFault as fault:
            logger.info("%s", fault)
            if custody.releases:
                self._later(custody.key, kept)

    async def may_refresh(self, key: ConferenceKey, dies_at: float) -> None:
        """Wait until nobody else can have gone on by our token, or the bus is away for long."""
        while not await self._is_ours(shard_of(key)):
            down_since = self._bus.down_since
            now = self._clock.monotonic()
            if down_since is not None and now >= down_since + (dies_at - down_since) / 2:
                # Of all collectors none has a bus: each goes on with what it has.
                return
            await self._clock.sleep(LOOK_SECONDS)

    async def may_join(self, key: ConferenceKey) -> None:
        """Wait until the shard is ours beyond doubt."""
        while not await self._is_ours(shard_of(key)):
            await self._clock.sleep(LOOK_SECONDS)

    async def _is_ours(self, shard: int) -> bool:
        """Whether the bus says now that a shard is ours.

        What we were told some seconds ago is not enough: a token that we get and cannot write down
        is unknown to whoever goes on, and the one that it finds is worth nothing any more.
        """
        lease = self._shards.lease(shard)
        if lease is None or not self._shards.is_certain(shard):
            return False
        try:
            kept = await self._bus.get(STATE, own(shard))
        except BusFault as fault:
            logger.debug("whether shard %d is ours: %s", shard, fault)
            return False
        return kept is not None and kept.revision == lease.epoch.revision

    def _later(self, key: ConferenceKey, kept: TokenKept) -> None:
        self.custody(key).last = kept
        self._unwritten[key] = kept
        self._given.set()

    async def _write(self, key: ConferenceKey, kept: TokenKept) -> None:
        subject, shard = token(key), shard_of(key)
        sealed = self._seal.seal(subject, packed(kept))

        async def write(lease: Lease) -> None:
            await self._bus.put(subject, sealed, fenced_by=(own(shard), lease.epoch.revision))

        await self._shards.fenced(shard, write)


class TokenCustody:
    """The custody of one conference (`membership.custody.Custody`).

    `kept` is what another collector left, `last` what we wrote.
    """

    def __init__(self, key: ConferenceKey, book: TokenBook) -> None:
        self.key = key
        self.kept: TokenKept | None = None
        self.last: TokenKept | None = None
        self.releases = True
        self._book = book

    @property
    def is_heir(self) -> bool:
        return self.kept is not None and bool(self.kept.token)

    def inherited(self) -> Inherited | None:
        kept = self.kept
        if kept is None:
            return None
        if kept.barred:
            if kept.kind == REMOVED:
                raise Removed(kept.barred, reason=kept.barred)
            raise Barred(kept.barred, reason=kept.barred)
        if not kept.token:
            return None
        try:
            node = parse_node(kept.node)
        except UsageFault as fault:
            logger.warning("the token for %s: %s", self.key.alias, fault)
            return None
        joined = kept.more.get("joined")
        at = joined if isinstance(joined, float) else self._book.unix_time
        return Inherited(node, token_of(kept), at)

    async def may_refresh(self, dies_at: float) -> None:
        await self._book.may_refresh(self.key, dies_at)

    async def may_join(self) -> None:
        await self._book.may_join(self.key)

    async def keep(self, admission: Admission) -> None:
        client, held = admission
        last = self.last if self.kept is None else self.kept
        is_same = last is not None and last.participant == held.participant_uuid
        joined = last.more.get("joined") if last is not None and is_same else None
        self.kept = None
        # The answer to a refresh may leave the role out.
        was_host = last is not None and last.is_host and held.role is Role.UNKNOWN
        self.last = TokenKept(
            token=held.secret.reveal(),
            expires_at=self._book.unix_time + held.expires,
            life=held.expires,
            participant=held.participant_uuid,
            node=client.node.url,
            alias=client.alias,
            is_host=was_host or held.role is Role.HOST,
            more={
                "display_name": held.display_name,
                "service_type": held.service_type,
                "chat_enabled": held.chat_enabled,
                "version": held.version,
                "joined": self._book.unix_time if joined is None else joined,
            },
        )
        await self._book.keep(self, self.last)


def token_of(kept: TokenKept) -> Token:
    """The token as the node gave it, but for the media servers, as a collector calls nobody."""
    more = kept.more
    return Token(
        secret=Secret(kept.token),
        expires=kept.life,
        participant_uuid=kept.participant,
        role=Role.HOST if kept.is_host else Role.GUEST,
        display_name=str(more.get("display_name", "")),
        service_type=str(more.get("service_type", "")),
        chat_enabled=more.get("chat_enabled") is not False,
        version=str(more.get("version", "")),
    )
