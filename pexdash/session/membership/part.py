"""Our part in one conference, as what shows it and acts in it needs it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from pexdash.api.requests import Request
    from pexdash.errors import PexdashError
    from pexdash.model.events import Referred
    from pexdash.model.line import Line
    from pexdash.session.feed.feed import Feed
    from pexdash.session.feed.recording import Recording
    from pexdash.session.moderation.calls import OwnCalls
    from pexdash.session.moderation.dialling import DialledCalls
    from pexdash.session.moderation.layouts import Layouts
    from pexdash.session.moderation.meeting_settings import MeetingSettings
    from pexdash.session.moderation.moderation import Moderation
    from pexdash.session.moderation.policy import Policy
    from pexdash.session.moderation.rooms import Rooms
    from pexdash.session.rules.at_work import RulesAtWork


class GoesToRooms(Protocol):
    """Goes where the node asks our own participant to."""

    def enter_room(self, referral: Referred) -> None:
        """Leave for the room that the node asks us into."""
        ...


class OurPart(Protocol):
    """By a token of our own (`membership.Membership`), or through who holds the conference.

    `is_own` is whether the participant we are there is this program's own. `whence` says where what
    is shown comes from, in fewer and fewer words; it is empty before that is known. `line` is how
    our line to the conference stands, in the clock's monotonic seconds. The rest is as
    `Membership` has it.
    """

    @property
    def feed(self) -> Feed: ...
    @property
    def is_own(self) -> bool: ...
    @property
    def whence(self) -> Sequence[str]: ...
    @property
    def line(self) -> Line: ...
    @property
    def alias(self) -> str: ...
    @property
    def node(self) -> object | None: ...
    @property
    def read_only(self) -> bool: ...
    @property
    def insecure(self) -> bool: ...
    @property
    def chat_enabled(self) -> bool: ...
    @property
    def joined_at(self) -> float | None: ...
    @property
    def fault(self) -> PexdashError | None: ...
    @property
    def policy(self) -> Policy: ...
    @property
    def moderation(self) -> Moderation: ...
    @property
    def settings(self) -> MeetingSettings: ...
    @property
    def dialled(self) -> DialledCalls: ...
    @property
    def layouts(self) -> Layouts: ...
    @property
    def rooms(self) -> Rooms: ...
    @property
    def calls(self) -> OwnCalls: ...
    @property
    def referrals(self) -> GoesToRooms: ...
    @property
    def recording(self) -> Recording | None: ...
    @property
    def rules(self) -> RulesAtWork | None: ...

    def only_watch(self, why: str) -> None:
        """Send no action from now on; `why` is the sentence to show in place of each."""
        ...

    async def run(self) -> str:
        """Follow until the conference or our part in it ends; returns the reason, or ""."""
        ...

    async def close(self) -> None:
        """End `run`, and give up what we have there; safe to call more than once."""
        ...

    async def picture(self, request: Request, participant: str = "") -> bytes:
        """Fetch a picture of `participant`, or of the presentation for ""; raises PexdashError."""
        ...
