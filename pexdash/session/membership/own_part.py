"""What a node does with our own part in the meeting, as notices."""

from __future__ import annotations

from pexdash.api.admission import Admission
from pexdash.model.events import HoldChanged, SplashChanged
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight


def tell_of_own_part(feed: Feed) -> None:
    """Tell when we are put on hold or taken off it, or a screen replaces the video."""

    def held(event: HoldChanged) -> None:
        if event.on_hold and not feed.conference.on_hold:
            feed.notify(Notice("You are on hold", Weight.WARNING))
        elif feed.conference.on_hold and not event.on_hold:
            feed.notify(Notice("You are no longer on hold"))

    def shown(event: SplashChanged) -> None:
        if event.key and event.key != feed.conference.splash.key:
            words = event.key.replace("_", " ")
            feed.notify(Notice(f"In place of the video the node shows: {words}"))

    feed.on_kind(HoldChanged, held)
    feed.on_kind(SplashChanged, shown)


def rejoined_words(
    before: Admission, now: Admission, going_to: str, *, was_thrown_out: bool
) -> str:
    """What to say of a new join: `going_to` is the room that the node asked us into, or ""."""
    here, there = before.client, now.client
    if going_to:
        return f"You are in {going_to} now"
    if (here.node, here.address) != (there.node, there.address):
        return f"Joined again on {there.node}"
    return "Joined again" if was_thrown_out else "The token had expired: joined again"
