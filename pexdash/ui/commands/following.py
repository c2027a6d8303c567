"""Whether somebody wants us in a breakout room, or back from one, and whether we have answered."""

from __future__ import annotations

from pexdash.model.conference import Conference
from pexdash.model.events import BreakoutReferred, Referred

Referral = Referred | BreakoutReferred


class Following:
    """Knows which referrals of `conference` to a room were told to the host, and which declined."""

    def __init__(self, conference: Conference) -> None:
        self._conference = conference
        self._told: Referral | None = None
        self._declined: dict[type[Referral], Referral] = {}

    @property
    def asked(self) -> Referral | None:
        """Where we are wanted and have not said no; None where we are not."""
        referral, to_room = self._conference.referral, self._conference.room_referral
        if referral is not None and referral.leads_to_a_room and not self._is_declined(referral):
            return referral
        return None if to_room is None or self._is_declined(to_room) else to_room

    def _is_declined(self, referral: Referral) -> bool:
        return self._declined.get(type(referral)) is referral

    def news(self) -> str:
        """Where we are wanted, in a sentence without its full stop; "" where that was told."""
        referral = self.asked
        if referral is None or referral is self._told:
            return ""
        self._told = referral
        return wish_of(referral, self._conference)

    def decline(self, referral: Referral) -> None:
        """Ask no more about this one."""
        self._declined[type(referral)] = referral


def wish_of(referral: Referral, conference: Conference) -> str:
    """Who wants us where, in a sentence without its full stop."""
    if isinstance(referral, Referred):
        if referral.target == "main":
            return "A Host asks you back to the main room"
        return f"A Host asks you into {referral.breakout_name or 'a breakout room'}"
    asking = conference.participants.get(referral.requester)
    who = asking.name if asking is not None else "A Host"
    return f"{who} asks you into {referral.name or referral.room[:8]}"
