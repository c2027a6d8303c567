"""A conference of a recording in its place on a wall."""

from __future__ import annotations

from pexdash.model.alarms.keys import ConferenceKey
from pexdash.model.line import Line, LineState
from pexdash.model.summary import Summary
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.playback import Playback
from pexdash.session.feed.replay_feed import ReplayFeed
from pexdash.session.membership.membership import Membership

OVER = "its recording ends here"


class ReplayedPlace:
    """The conference of that number of a playback (`estate.Slot`)."""

    gone_since: float | None = None
    membership: Membership | None = None

    def __init__(self, playback: Playback, number: int) -> None:
        tape = playback.tape.tapes[number]
        self.number = number
        self.alias = self.label = tape.alias
        self.key = ConferenceKey(tape.cluster, tape.alias.casefold())
        self.feed: ReplayFeed = playback.feeds[number]
        self._node = tape.node
        self._begins = tape.started - playback.tape.started
        self._ahead = playback.tape.started
        self._clock = playback.clock
        self._keyframes = playback.keyframes

    @property
    def is_over(self) -> bool:
        """Whether the time is after the last record of this conference."""
        last = self._keyframes.tracks[self.number].seconds
        is_last = last >= self._keyframes.seconds
        return self._keyframes.is_whole and not is_last and self._clock.position > last

    @property
    def line(self) -> Line:
        """The line of who recorded it, as it was; times are the played clock's."""
        state, since, why = self._state()
        return Line(
            state,
            since,
            why,
            node=self._node,
            role=self.feed.role,
            # The node's clock is that of who recorded, as far as a recording knows.
            node_ahead=self._ahead,
        )

    def _state(self) -> tuple[LineState, float | None, str]:
        feed = self.feed
        if self._clock.position < self._begins:
            return LineState.JOINING, None, ""
        if self.is_over:
            return LineState.ENDED, self._keyframes.tracks[self.number].seconds, OVER
        me = feed.conference.participants.get(feed.conference.me)
        if feed.is_live or (feed.link.is_live and me is not None and me.is_waiting):
            return LineState.LIVE, feed.live_since, ""
        if feed.link.state is LinkState.ENDED:
            return LineState.ENDED, feed.live_until, feed.link.fault
        if feed.live_since is None:
            return LineState.JOINING, None, ""
        return LineState.LOST, feed.live_until, feed.link.fault

    def summary(self) -> Summary:
        """What there is to show of it now."""
        assert self.feed.summing is not None, "the feeds of several recordings keep sums"
        return self.feed.summing.summary(self.line)
