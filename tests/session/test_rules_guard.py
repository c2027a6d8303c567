"""Whatever happens and in which order, an armed rule sends only while what it sees is so."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from pexdash.api.address import About
from pexdash.api.requests import Request
from pexdash.model.events import ParticipantCreated, ParticipantUpdated, SyncBegun, SyncEnded
from pexdash.model.participant import Participant, Role
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Line, Listed, Me, Told
from pexdash.session.moderation.moderation import Moderation
from pexdash.session.moderation.participant_actions import ADMIT, MUTE
from pexdash.session.moderation.policy import Policy
from pexdash.session.rules.at_work import RulesAtWork
from pexdash.session.rules.rule import Limit, Rule, When
from pexdash.session.rules.who import who_of
from tests.manual_clock import ManualClock
from tests.model.people import person

ME = person("me", "Me", protocol="api", has_media=False, role=Role.HOST)
RULES = (
    Rule("in", When.WAITING, who_of("is:verified"), ADMIT, ADMIT.steps[0], limit=Limit(999)),
    Rule("quiet", When.JOINED, None, MUTE, MUTE.steps[0], wait=1.0, limit=Limit(999)),
)
WORDS = ("live", "lost", "list", "sync begins", "sync ends", "waits", "comes", "guest", "host")


class Meeting:
    """A feed that is told of a meeting, whether it may be believed, and what was sent meanwhile."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.feed = Feed("meet.alice", self.clock)
        self.sent: list[Request] = []
        self.wrong: list[str] = []
        self.is_live = self.is_listed = self.is_host = False
        self.is_syncing = False
        self.count = 0
        self.moderation = Moderation(
            self.feed, policy=Policy(self.feed), send=self.send, reconcile=self.reconcile
        )

    async def send(
        self,
        request: Request,
        about: About,
        *,
        body: Mapping[str, object] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> object:
        self.sent.append(request)
        if not (self.is_live and self.is_listed and self.is_host) or self.is_syncing:
            self.wrong.append(request.name)
        return True

    async def reconcile(self) -> bool:
        return True

    def somebody(self, service_type: str) -> Participant:
        self.count += 1
        one = person(f"p{self.count}", "Ann", service_type=service_type)
        return replace(one, is_idp_authenticated=True)

    def happens(self, word: str) -> None:
        for told in self._told(word):
            self.feed.tell(told)

    def _told(self, word: str) -> list[Told]:
        if word == "live":
            if not self.is_live:
                self.is_listed = self.is_syncing = False
            self.is_live = True
            return [Line(LinkState.LIVE)]
        if word == "lost":
            self.is_live = self.is_syncing = False
            return [Line(LinkState.LOST, "gone")]
        if word == "list":
            # A fetched list is a whole one, whatever the stream was about to send.
            self.is_listed, self.is_syncing = True, False
            return [Listed([self.me, *self._others()])]
        if word == "sync begins":
            self.is_syncing = True
            return [Heard((SyncBegun(),))]
        if word == "sync ends":
            if not self.is_syncing:
                return []
            self.is_syncing, self.is_listed = False, True
            again = [ParticipantCreated(one) for one in (self.me, *self._others())]
            return [Heard((*again, SyncEnded()))]
        if word in ("waits", "comes"):
            kind = "waiting_room" if word == "waits" else "conference"
            return [Heard((ParticipantCreated(self.somebody(kind)),))]
        self.is_host = word == "host"
        return [Me(ME.uuid, self.me.role), Heard((ParticipantUpdated(self.me),))]

    @property
    def me(self) -> Participant:
        return replace(ME, role=Role.HOST if self.is_host else Role.GUEST)

    def _others(self) -> list[Participant]:
        people = self.feed.conference.participants.values()
        return [one for one in people if one.uuid != ME.uuid]


async def run(happenings: list[tuple[str, float]]) -> Meeting:
    meeting = Meeting()
    work = RulesAtWork(meeting.feed, meeting.moderation, RULES, arm=True, joined_at=lambda: None)
    for word, seconds in happenings:
        meeting.happens(word)
        await meeting.clock.advance(seconds)
    work.close()
    return meeting


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from((0.0, 0.1, 0.5, 2.0))), max_size=25)
)
def test_nothing_is_sent_while_stale_syncing_or_no_host(
    happenings: list[tuple[str, float]],
) -> None:
    meeting = asyncio.run(run([("host", 0.0), *happenings]))
    assert meeting.wrong == []


def test_it_is_sent_where_nothing_forbids_it() -> None:
    begin = [("host", 0.0), ("live", 0.0), ("list", 0.5)]
    meeting = asyncio.run(run([*begin, ("waits", 2.0), ("comes", 2.0)]))
    assert [one.name for one in meeting.sent] == ["unlock", "mute"]
