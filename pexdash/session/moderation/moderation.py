"""From an action and its targets to requests, each sent once and followed to its event."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from pexdash.api.requests import MESSAGE, Request
from pexdash.errors import AnswerLost, BadAnswer, PexdashError, Refused
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.watch import Watch
from pexdash.session.moderation.actions import Action, Risk, Step, Target
from pexdash.session.moderation.journal import Entry, Journal, Outcome

EVENT_SECONDS = 5.0
_LEFT = "already left"


class Call(Protocol):
    """Sends one request with the session's token; raises PexdashError."""

    async def __call__(
        self,
        request: Request,
        *,
        participant: str = "",
        call: str = "",
        body: Mapping[str, str] | None = None,
    ) -> object: ...


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


class _Pending(Struct):
    """An order under way; `due` is when its event should have come, once it is answered."""

    order: Order
    entry: Entry
    sent: bool = False
    due: float | None = None

    @property
    def answered(self) -> bool:
        return self.due is not None


class Moderation:
    """Plans and sends the host's actions.

    `call` sends a request with our token; `reconcile` fetches the node's state where an answer
    came and no event, and tells whether it could be had.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        call: Call,
        reconcile: Callable[[], Awaitable[bool]],
    ) -> None:
        self.journal = Journal()
        self._feed = feed
        self._conference = feed.conference
        self._clock = feed.clock
        self._call = call
        self._reconcile = reconcile
        self._watch: Watch | None = None
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def has_pending(self) -> bool:
        """Whether any action is under way."""
        return bool(self._pending)

    def pending(self, uuid: str) -> frozenset[str]:
        """The ids of the actions under way for a participant ("" for the conference)."""
        if not self._pending:
            return frozenset()
        return frozenset(action for target, action in self._pending if target == uuid)

    def plan(self, action: Action, uuids: Iterable[str], step: Step | None = None) -> Plan:
        """Decide what `action` means for the participants `uuids`, in this order.

        A toggle takes its first direction while anyone lacks it, so that several people end up
        alike, unless `step` says which; whoever shows it already, is under way, has left or does
        not suit is left out.
        """
        targets = [""] if action.target is Target.CONFERENCE else list(uuids)
        suited, remarks = [], []
        for uuid in targets:
            if uuid and uuid not in self._conference.participants:
                remarks.append("Already left, nothing was sent")
            elif uuid and not action.suits(self._conference.participants[uuid]):
                remarks.append(f"{self._name(uuid)} {action.unsuited}")
            elif (uuid, action.id) not in self._pending:
                suited.append(uuid)
        # One person alone is asked for even where it shows already: the node decides.
        lone = step is None and len(suited) == 1
        step = step or self._direction(action, suited)
        orders = [
            Order(step, uuid, self._name(uuid))
            for uuid in suited
            if lone or step.silent or not step.shown(self._conference, uuid)
        ]
        return Plan(action, tuple(orders), tuple(remarks))

    def _direction(self, action: Action, uuids: list[str]) -> Step:
        first, *others = action.steps
        if others and uuids and all(first.shown(self._conference, uuid) for uuid in uuids):
            return others[0]
        return first

    def _spelled(self, uuid: str) -> str:
        participant = self._conference.participants.get(uuid)
        return participant.path_uuid if participant else uuid

    def _name(self, uuid: str) -> str:
        participant = self._conference.participants.get(uuid)
        return participant.name if participant else ""

    async def carry_out(self, plan: Plan) -> None:
        """Send the orders of `plan` one after the other, each at most once.

        Plans of one action keep the order they were asked for: who is spotlighted first has the
        main position.
        """
        marked = [self._mark(plan.action, order) for order in plan.orders]
        try:
            async with self._turns[plan.action.id]:
                for key in marked:
                    if key is not None:
                        await self._send(key)
        finally:
            for key in marked:
                if key is not None and key in self._pending and not self._pending[key].answered:
                    sent = self._pending[key].sent
                    outcome = Outcome.UNKNOWN if sent else Outcome.REFUSED
                    self._settle(key, outcome, "the session ended" if sent else "not sent")

    def _mark(self, action: Action, order: Order) -> tuple[str, str] | None:
        key = (order.uuid, action.id)
        if key in self._pending:
            return None
        entry = Entry(
            self._clock.wall(), order.step.title, order.step.request.name, order.name, order.uuid
        )
        self._pending[key] = _Pending(order, self.journal.add(entry))
        if self._watch is None:
            # One by one, for what is asked for may be undone by the next event.
            self._watch = self._feed.watch(self._look, one_by_one=True)
        self._feed.touch(order.uuid)
        return key

    def _look(self) -> None:
        if self._watch is not None:
            self._watch.take_changes()
        self.settle()

    async def _send(self, key: tuple[str, str]) -> None:
        pending = self._pending[key]
        step = pending.order.step
        if self._has_left(pending.order):
            self._miss(key)
            return
        pending.sent = True
        try:
            spelled = self._spelled(pending.order.uuid)
            await self._call(step.request, participant=spelled, body=step.body)
        except (AnswerLost, BadAnswer) as fault:
            self._settle(key, Outcome.UNKNOWN, str(fault))
            self._say(pending.order, str(fault), Weight.ERROR)
        except PexdashError as fault:
            if isinstance(fault, Refused) and self._missed(pending.order, fault):
                self._miss(key)
                return
            self._settle(key, Outcome.REFUSED, str(fault))
            self._say(pending.order, str(fault), Weight.ERROR)
        else:
            if step.silent:
                self._settle(key, Outcome.SHOWN)
                return
            pending.due = self._clock.monotonic() + EVENT_SECONDS
            self.journal.tell(pending.entry, Outcome.ANSWERED)
            self.settle()

    def _missed(self, order: Order, refusal: Refused) -> bool:
        """Whether the node refused because the participant is gone, by its word or its event."""
        unknown = refusal.status == 404 and "participant" in refusal.reason.casefold()
        return self._has_left(order) or (bool(order.uuid) and unknown)

    def _miss(self, key: tuple[str, str]) -> None:
        order = self._pending[key].order
        self._settle(key, Outcome.REFUSED, _LEFT)
        self._say(order, _LEFT, Weight.INFORMATION)

    def _has_left(self, order: Order) -> bool:
        return bool(order.uuid) and order.uuid not in self._conference.participants

    def settle(self) -> None:
        """Take the pending mark off whatever the conference now shows as done."""
        if not self._pending:
            return
        for key, pending in list(self._pending.items()):
            order = pending.order
            if pending.answered and (
                self._has_left(order) or order.step.shown(self._conference, order.uuid)
            ):
                self._settle(key, Outcome.SHOWN)

    def conference_ended(self) -> None:
        """What was answered has had its effect: there is nothing left to show it."""
        for key, pending in list(self._pending.items()):
            if pending.answered:
                self._settle(key, Outcome.SHOWN)

    async def watch(self) -> None:
        """Ask the node for its state where an answer was followed by no event in five seconds."""
        while True:
            await self._clock.sleep(1.0)
            now = self._clock.monotonic()
            late = [one for one in self._pending.values() if one.due is not None and one.due <= now]
            if not late:
                continue
            fetched = await self._reconcile()
            self.settle()
            for key, pending in list(self._pending.items()):
                if not any(pending is one for one in late):
                    continue
                if fetched:
                    self._settle(key, Outcome.QUIET)
                else:
                    pending.due = self._clock.monotonic() + EVENT_SECONDS

    def _settle(self, key: tuple[str, str], outcome: Outcome, reason: str = "") -> None:
        pending = self._pending.pop(key, None)
        if pending is None:
            # Telling of one that has settled may have settled others.
            return
        if not self._pending and self._watch is not None:
            self._watch.close()
            self._watch = None
        self.journal.tell(pending.entry, outcome, reason)
        self._feed.touch(pending.order.uuid)

    def _say(self, order: Order, what: str, weight: Weight) -> None:
        whom = f" {order.name}" if order.name else ""
        self._feed.notify(Notice(f"{order.step.title}{whom}: {what}", weight))

    async def send_message(self, text: str) -> bool:
        """Send a chat line to everybody; True once the node has taken it."""
        try:
            body = {"type": "text/plain", "payload": text}
            await self.ask("Message", MESSAGE, body=body, failing="not sent")
        except PexdashError:
            return False
        return True

    async def ask(
        self,
        title: str,
        request: Request,
        *,
        uuid: str = "",
        call: str = "",
        body: Mapping[str, str] | None = None,
        failing: str = "failed",
    ) -> object:
        """Send one request for its result, at most once, and write it down.

        Raises PexdashError after the host has been told.
        """
        entry = self.journal.add(
            Entry(self._clock.wall(), title, request.name, self._name(uuid), uuid)
        )
        try:
            spelled = self._spelled(uuid)
            result = await self._call(request, participant=spelled, call=call, body=body)
        except PexdashError as fault:
            lost = isinstance(fault, AnswerLost | BadAnswer)
            self.journal.tell(entry, Outcome.UNKNOWN if lost else Outcome.REFUSED, str(fault))
            how = "" if lost else f" {failing}"
            self._feed.notify(Notice(f"{title}{how}: {fault}", Weight.ERROR))
            raise
        self.journal.tell(entry, Outcome.SHOWN)
        return result
