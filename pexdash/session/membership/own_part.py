"""What a node does with our own part in the meeting, as notices."""

from __future__ import annotations

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
