"""How our line to a conference stands that this program has joined, as the model takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pexdash.errors import PexdashError, Refused, Removed
from pexdash.model.line import Line, LineState
from pexdash.session.feed.link import LinkState

if TYPE_CHECKING:
    from pexdash.session.feed.feed import Feed
    from pexdash.session.membership.tokens import TokenKeeper

_WAITS = ("waiting_room", "ivr")


def line_of(
    feed: Feed, tokens: TokenKeeper, fault: PexdashError | None, set_out_at: float | None
) -> Line:
    """Our line now; times are the clock's monotonic seconds.

    `fault` is what ended our part, and `set_out_at` when it began, each None before.

    Role and service type are those of our row in the list, which changes as soon as somebody makes
    us a Guest or lets us in, else those of the token.
    """
    me = feed.conference.participants.get(feed.conference.me)
    node, service, ahead, skew, life = "", "", None, None, 0.0
    if tokens.admission is not None:
        client, token = tokens.admission
        node, service, life = str(client.node), token.service_type, token.expires
        if feed.own_start is not None:
            ahead = feed.own_start - tokens.joined_at
            skew = feed.own_start - tokens.joined_at_unix
    if me is not None:
        service = me.service_type
    state, since, why = _state_of(feed, fault, set_out_at, waits=service in _WAITS)
    return Line(
        state,
        since,
        why,
        node=node,
        role=feed.role,
        service_type=service or "conference",
        node_ahead=ahead,
        skew=skew,
        token_ends=tokens.ends_at,
        token_life=life,
    )


def _state_of(
    feed: Feed, fault: PexdashError | None, set_out_at: float | None, *, waits: bool
) -> tuple[LineState, float | None, str]:
    if feed.is_live:
        return LineState.LIVE, feed.live_since, ""
    if waits and feed.link.is_live and not feed.link.is_held_back:
        # Whoever waits may never be sent a list, and has lost nothing by that.
        return LineState.LIVE, feed.link.since, ""
    if feed.link.state is LinkState.ENDED:
        state, why = _end(fault)
        if state is not LineState.LOST:
            return state, feed.link.since, why
    if feed.live_since is None:
        return LineState.JOINING, set_out_at, ""
    return LineState.LOST, feed.live_until, ""


def _end(fault: PexdashError | None) -> tuple[LineState, str]:
    """What the end of a membership is called, and the node's words for it."""
    if fault is None:
        return LineState.ENDED, ""
    if isinstance(fault, Removed):
        return LineState.REMOVED, fault.reason or str(fault)
    if isinstance(fault, Refused):
        return LineState.REFUSED, fault.reason or str(fault)
    return LineState.LOST, ""
