"""Turns an action and its targets into a plan: the requests to send, and who is left out."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from pexdash.model.conference import Conference
from pexdash.session.feed.feed import Feed
from pexdash.session.moderation.action import MANY_PEOPLE, Action, Risk, Step, Target
from pexdash.session.moderation.journal import Origin
from pexdash.session.moderation.policy import RECORDED, Policy

ALREADY_LEFT = "Already left, nothing was sent"


class Order(Struct, frozen=True):
    """One request to send, with the participant's uuid and name, both "" for the conference."""

    step: Step
    uuid: str
    name: str

    @property
    def words(self) -> str:
        """What is asked for, and of whom: "Mute Ann", "Transfer to board@example.com (Ann)"."""
        title = self.step.title
        if not self.name:
            return title
        # Behind several words the name would read as one more of them.
        return f"{title} ({self.name})" if " " in title else f"{title} {self.name}"


class Plan(Struct, frozen=True):
    """The requests that an action will send; `remarks` say who was left out and why.

    `asks` is whether the host must confirm before anything is sent. `origin` is how it comes about.
    """

    action: Action
    orders: tuple[Order, ...]
    remarks: tuple[str, ...] = ()
    asks: bool = False
    origin: Origin = Origin()


class Planner:
    """Plans actions from the state of `conference` and from the permissions of `policy`."""

    def __init__(self, conference: Conference, policy: Policy) -> None:
        self._conference = conference
        self.policy = policy

    def name(self, uuid: str) -> str:
        """The name of a participant; "" for a participant who has left, and for the conference."""
        participant = self._conference.participants.get(uuid)
        return participant.name if participant else ""

    def plan(
        self, action: Action, uuids: Collection[str], under_way: Collection[str], step: Step | None
    ) -> Plan:
        """Decide what `action` sends for the participants `uuids`, in this order.

        All participants get the same `step`, by default the step of `direction`. The plan leaves
        out participants who show the step already, who have left, whom the action does not suit,
        whom the policy forbids, and those in `under_way`.
        """
        suited, remarks = [], []
        for uuid in self._about(action, uuids):
            if remark := self.unsuited(action, uuid):
                remarks.append(remark)
            elif uuid not in under_way:
                suited.append(uuid)
        # For a single participant the request goes out even if the step shows: the node decides.
        lone = step is None and len(suited) == 1
        step = step or self.direction(action, suited)
        orders = []
        for uuid in suited:
            if denial := self.policy.denial(step.request, uuid):
                remarks.append(f"{step.title}: {denial}")
            elif lone or step.silent or not step.shown(self._conference, uuid):
                orders.append(Order(step, uuid, self.name(uuid)))
        return Plan(action, tuple(orders), tuple(remarks), self._asks(action, orders))

    def _asks(self, action: Action, orders: Collection[Order]) -> bool:
        if action.risk is Risk.MANY:
            of_people = action.target is Target.PARTICIPANTS
            return len(orders if of_people else self.everybody(action)) > MANY_PEOPLE
        if action.risk is Risk.SELF:
            return any(order.uuid == self._conference.me for order in orders)
        return bool(orders) and action.risk is not Risk.NONE

    def everybody(self, action: Action) -> list[str]:
        """The uuids of all whom an action `of_all` is for, as far as the node has told."""
        return list(action.of_all(self._conference)) if action.of_all else []

    def direction(self, action: Action, uuids: Collection[str]) -> Step:
        """The step that a key would take for these participants.

        It is the first allowed step that some of them do not show yet, so that all of them end up
        in the same state.
        """
        if action.outside is not None and self._all_wait(uuids):
            return action.outside
        allowed, undone = self._steps_left(action, uuids)
        return allowed or undone or action.steps[0]

    def applies(self, action: Action, uuids: Collection[str]) -> bool:
        """Whether `action` would change something for one of these participants."""
        if action.of_all is not None:
            return bool(self.everybody(action))
        uuids = self._about(action, uuids)
        if action.target is Target.PARTICIPANTS:
            people = self._conference.participants
            uuids = [one for one in uuids if one in people and action.suits(people[one])]
        if not action.steps:
            return bool(uuids)
        allowed, _ = self._steps_left(action, uuids)
        return allowed is not None

    def _all_wait(self, uuids: Collection[str]) -> bool:
        people = self._conference.participants
        return bool(uuids) and all(uuid in people and people[uuid].is_waiting for uuid in uuids)

    def _steps_left(
        self, action: Action, uuids: Collection[str]
    ) -> tuple[Step | None, Step | None]:
        """The first allowed step that is not done for all, and the first step not done for all."""
        undone = None
        for step in action.steps:
            for uuid in uuids:
                if not step.shown(self._conference, uuid):
                    if not self.policy.denial(step.request, uuid):
                        return step, step
                    undone = undone or step
        return None, undone

    def _about(self, action: Action, uuids: Collection[str]) -> Collection[str]:
        """Whom the requests of `action` are about; "" stands for the conference."""
        if action.target is Target.PARTICIPANTS:
            return uuids
        return [self._conference.me if action.target is Target.SCREEN else ""]

    def unsuited(self, action: Action, uuid: str) -> str:
        """Why `action` makes no sense for a participant, or ""."""
        if not uuid:
            return ""
        participant = self._conference.participants.get(uuid)
        if participant is None:
            return ALREADY_LEFT
        return "" if action.suits(participant) else f"{participant.name} {action.unsuited}"


def planner_without(feed: Feed) -> Planner:
    """The planner of a conference in which we have no part, so that nothing may be sent."""
    return Planner(feed.conference, Policy(feed, forbids=RECORDED))
