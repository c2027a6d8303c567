"""What an action means for whom it is for now: which requests, and who is left out."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from pexdash.model.conference import Conference
from pexdash.session.moderation.actions import Action, Risk, Step, Target
from pexdash.session.moderation.policy import Policy


class Order(Struct, frozen=True):
    """One request to be sent: for whom ("" where it is for the conference), by uuid and name."""

    step: Step
    uuid: str
    name: str


class Plan(Struct, frozen=True):
    """What an action will send, its targets frozen; `remarks` tells who was left out and why."""

    action: Action
    orders: tuple[Order, ...]
    remarks: tuple[str, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether the host must confirm before anything is sent."""
        return bool(self.orders) and self.action.risk is not Risk.NONE


class Planner:
    """Plans actions by what `conference` shows and by what `policy` lets us send."""

    def __init__(self, conference: Conference, policy: Policy) -> None:
        self._conference = conference
        self.policy = policy

    def name(self, uuid: str) -> str:
        """The name of a participant, "" for one who has left and for the conference."""
        participant = self._conference.participants.get(uuid)
        return participant.name if participant else ""

    def plan(
        self, action: Action, uuids: Collection[str], under_way: Collection[str], step: Step | None
    ) -> Plan:
        """Decide what `action` sends for the participants `uuids`, in this order.

        All of them get one `step`, by default that of `direction`. Whoever shows it already, has
        left, does not suit, may not be acted on by us, or is among those `under_way` is left out.
        """
        suited, remarks = [], []
        for uuid in [""] if action.target is Target.CONFERENCE else uuids:
            if remark := self._unsuited(action, uuid):
                remarks.append(remark)
            elif uuid not in under_way:
                suited.append(uuid)
        # One person alone is asked for even where it shows already: the node decides.
        lone = step is None and len(suited) == 1
        step = step or self.direction(action, suited)
        orders = []
        for uuid in suited:
            if denial := self.policy.denial(step.request, uuid):
                remarks.append(f"{step.title}: {denial}")
            elif lone or step.silent or not step.shown(self._conference, uuid):
                orders.append(Order(step, uuid, self.name(uuid)))
        return Plan(action, tuple(orders), tuple(remarks))

    def direction(self, action: Action, uuids: Collection[str]) -> Step:
        """The step that a key would take for these participants.

        It is the first that somebody does not show yet and that we may send about them, so that
        several people end up alike.
        """
        allowed, undone = self._steps_left(action, uuids)
        return allowed or undone or action.steps[0]

    def applies(self, action: Action, uuids: Collection[str]) -> bool:
        """Whether `action` would change something for one of these participants."""
        if action.target is Target.PARTICIPANTS:
            people = self._conference.participants
            uuids = [one for one in uuids if one in people and action.suits(people[one])]
        else:
            uuids = [""]
        if not action.steps:
            return bool(uuids)
        allowed, _ = self._steps_left(action, uuids)
        return allowed is not None

    def _steps_left(
        self, action: Action, uuids: Collection[str]
    ) -> tuple[Step | None, Step | None]:
        """The first step that is left to do and that we may send, and the first left at all."""
        undone = None
        for step in action.steps:
            for uuid in uuids:
                if not step.shown(self._conference, uuid):
                    if not self.policy.denial(step.request, uuid):
                        return step, step
                    undone = undone or step
        return None, undone

    def _unsuited(self, action: Action, uuid: str) -> str:
        """Why `action` makes no sense for a participant, or ""."""
        if not uuid:
            return ""
        participant = self._conference.participants.get(uuid)
        if participant is None:
            return "Already left, nothing was sent"
        return "" if action.suits(participant) else f"{participant.name} {action.unsuited}"
