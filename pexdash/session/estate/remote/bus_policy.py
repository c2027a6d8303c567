"""Which requests may be sent through the bus, and the sentence to show for the others."""

from __future__ import annotations

from pexdash.api.requests import (
    BREAKOUT_BUZZ,
    CALL_ACK,
    CALL_DISCONNECT,
    CALL_DTMF,
    CALLS,
    CLEAR_BREAKOUT_BUZZ,
    LEAVE_BREAKOUT,
    Request,
)
from pexdash.session.moderation.policy import Policy

NOT_YOURS = (
    "The participant there is the collector's and not yours: join without --bus to have your own"
)
NOT_THERE = "The bus brings nothing of this conference now, nothing was sent"

OF_OWN_PARTICIPANT = (
    BREAKOUT_BUZZ,
    CALLS,
    CALL_ACK,
    CALL_DISCONNECT,
    CALL_DTMF,
    CLEAR_BREAKOUT_BUZZ,
    LEAVE_BREAKOUT,
)
"""Requests that make sense only for whoever is the participant that sends them."""


class BusPolicy(Policy):
    """As `Policy` by the role of the collector, which decides once more: it may be newer there.

    Nothing is asked about the collector's own participant, on which everybody's view depends.
    """

    def _refusal_of_all(self) -> str:
        refusal = super()._refusal_of_all()
        return NOT_THERE if refusal and not self._forbids else refusal

    def denial(self, request: Request, uuid: str) -> str:
        """Why we may not send `request` about `uuid` ("" for the conference), or ""."""
        about_the_collector = bool(uuid) and uuid == self._feed.conference.me
        if about_the_collector or request in OF_OWN_PARTICIPANT:
            return NOT_YOURS
        return super().denial(request, uuid)
