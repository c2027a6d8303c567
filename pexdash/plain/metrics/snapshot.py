"""What conferences are like at a scrape: numbers for each node, and for some conferences."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable

from pexdash.model.line import LineState
from pexdash.model.participant import Role
from pexdash.model.summary import Summary
from pexdash.model.tally import API, HOST, PERSON, RECORDER, RINGING, UNENCRYPTED, WAITING
from pexdash.plain.metrics.counts import OTHER, Labels
from pexdash.plain.metrics.following import Following, role_of

LINES = {
    LineState.JOINING: "connecting",
    LineState.LIVE: "live",
    LineState.LOST: "stale",
    LineState.REFUSED: "refused",
    # Both wait for somebody to decide.
    LineState.REMOVED: "refused",
    LineState.ENDED: "ended",
}
PROTOCOLS = frozenset(("sip", "h323", "webrtc", "mssip", "teams", "rtmp"))
_OF_NODES = (
    ("pexdash_waiting_participants", WAITING),
    ("pexdash_connecting_participants", RINGING),
    ("pexdash_api_participants", API),
    ("pexdash_unencrypted_participants", UNENCRYPTED),
)
Gauges = defaultdict[str, dict[Labels, float]]


class Snapshot:
    """Gathers the values of gauges: `take` one conference after the other, then read `gauges`.

    `ahead` is Unix time less the clock's monotonic seconds.
    """

    def __init__(self, now: float, ahead: float) -> None:
        self.gauges: Gauges = defaultdict(dict)
        self._now = now
        self._ahead = ahead

    def take(self, following: Following) -> None:
        """Add one conference to its node, and its own series where it has them."""
        line, node = following.line_of(), following.node
        self.add("pexdash_conferences", 1, node, LINES[line.state])
        if following.heard_at is not None:
            self._keep("pexdash_last_event_timestamp_seconds", following.heard_at, max, node)
        # What a conference was like that we are no longer in says nothing about now.
        is_known = line.state in (LineState.LIVE, LineState.LOST)
        if is_known:
            self._take_people(following, node, line.node_ahead)
            if (heard_at := following.feed.link.heard_at) is not None:
                self._keep("pexdash_oldest_data_timestamp_seconds", heard_at, min, node)
        if following.has_series:
            self._take_own(following, is_known=is_known)

    def take_told(self, name: str, node: str, told: Summary, *, has_series: bool) -> None:
        """Add one conference that another program follows, of which the protocols are not known."""
        self.add("pexdash_conferences", 1, node, LINES[told.line])
        if has_series:
            self.add("pexdash_conference_info", 1, name, node)
        if told.line not in (LineState.LIVE, LineState.LOST):
            return
        hosts = min(told.hosts, told.people)
        for role, count in ((Role.HOST, hosts), (Role.GUEST, told.people - hosts)):
            if count:
                self.add("pexdash_participants", count, node, role_of(role), OTHER)
        for (what, _), number in zip(
            _OF_NODES, (told.waiting, told.ringing, told.api, told.unencrypted), strict=True
        ):
            self.add(what, number, node)
        longest = 0.0 if told.waits_since is None else max(0.0, self._now - told.waits_since)
        self._take_wait(node, longest)
        if has_series:
            self._take_values(
                name,
                people=told.people,
                waiting=told.waiting,
                hosts=told.hosts,
                locked=told.locked,
                guests_muted=told.guests_muted,
                started=told.started,
                presenting=bool(told.presenter),
                recording=told.recording,
            )

    def _take_wait(self, node: str, longest: float) -> None:
        longest_of = self.gauges["pexdash_longest_wait_seconds"]
        longest_of[node,] = max(longest, longest_of.get((node,), 0.0))

    def _take_values(self, name: str, **values: float) -> None:
        for what, value in values.items():
            self.add(f"pexdash_conference_{what}", value, name)

    def _take_people(self, following: Following, node: str, node_ahead: float | None) -> None:
        tally = following.tally
        people, members = following.feed.conference.participants, tally.members
        kinds = Counter(
            (one.role, one.protocol)
            for uuid in members[PERSON]
            if (one := people.get(uuid)) is not None
        )
        for (role, protocol), count in kinds.items():
            known = protocol if protocol in PROTOCOLS else OTHER
            self.add("pexdash_participants", count, node, role_of(role), known)
        for name, kind in _OF_NODES:
            self.add(name, len(members[kind]), node)
        waits: Iterable[float] = (since for since, _, _ in tally.waits(node_ahead))
        self._take_wait(node, max((self._now - since for since in waits), default=0.0))

    def _take_own(self, following: Following, *, is_known: bool) -> None:
        name, conference = following.name, following.feed.conference
        members, status = following.tally.members, conference.status
        self.add("pexdash_conference_info", 1, name, following.node)
        if following.heard_at is not None:
            at = following.heard_at + self._ahead
            self.add("pexdash_conference_last_event_timestamp_seconds", at, name)
        if not is_known:
            return
        recorded = bool(members[RECORDER]) or status.recording is True
        self._take_values(
            name,
            people=len(members[PERSON]),
            waiting=len(members[WAITING]),
            hosts=len(members[HOST]),
            locked=status.locked is True,
            guests_muted=status.guests_muted is True,
            started=status.started is not False,
            presenting=conference.presentation is not None,
            recording=recorded,
        )

    def add(self, name: str, value: float, *labels: str) -> None:
        """Add to the value of a gauge."""
        values = self.gauges[name]
        values[labels] = values.get(labels, 0.0) + value

    def _keep(
        self, name: str, at: float, which: Callable[[float, float], float], node: str
    ) -> None:
        values = self.gauges[name]
        moment = at + self._ahead
        values[node,] = which(moment, values.get((node,), moment))
