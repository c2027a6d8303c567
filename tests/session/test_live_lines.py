"""A feed is live exactly while its stream brings events and the list has been complete."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from pexdash.model.events import ParticipantCreated, SyncBegun, SyncEnded
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.link import LinkState
from pexdash.session.feed.told import Heard, Line, Listed, Told
from tests.examples import times
from tests.manual_clock import JumpingClock
from tests.model.people import person

LINES = {
    "opens": Line(LinkState.LIVE),
    "is held back": Line(LinkState.LIVE, "no event comes"),
    "connects": Line(LinkState.CONNECTING),
    "is lost": Line(LinkState.LOST, "broken"),
}
TOLD: dict[str, Told] = {
    **LINES,
    "begins": Heard((SyncBegun(),)),
    "lists": Heard((ParticipantCreated(person("a")),)),
    "ends": Heard((SyncEnded(),)),
    "fetches": Listed((person("a"),)),
}


class Expected:
    """What is known of the line by the rule alone."""

    is_open = is_complete = is_listing = False
    fault = ""

    def take(self, name: str) -> bool:
        """Take what happened; returns whether the line is live now."""
        if name in LINES:
            line = LINES[name]
            is_open = line.state is LinkState.LIVE
            self.is_complete &= is_open and self.is_open
            self.is_listing &= is_open
            self.is_open, self.fault = is_open, line.why
        elif name == "begins":
            self.is_listing = True
        elif (name == "ends" and self.is_listing) or name == "fetches":
            self.is_listing, self.is_complete = False, self.is_open
        return self.is_open and self.is_complete and not self.fault


@given(st.lists(st.sampled_from(sorted(TOLD)), max_size=30))
@settings(max_examples=times(100), deadline=None)
def test_whatever_is_told(names: list[str]) -> None:
    clock = JumpingClock()
    feed, expected = Feed("board", clock), Expected()
    drawn = feed.watch()
    was_live = False
    for name in names:
        clock.stop(1.0)
        feed.tell(TOLD[name])
        changes, is_live = drawn.take_changes(), expected.take(name)
        assert feed.is_live is is_live, name
        if is_live is not was_live:
            assert changes.own or changes.synced, f"nobody is told: {name}"
            since = feed.live_since if is_live else feed.live_until
            assert since is not None
            assert since <= clock.monotonic()
            assert not is_live or since == clock.monotonic()
        was_live = is_live
