"""Sends the requests of a plan, each once, and follows each to the event that shows it done."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from msgspec import Struct
from msgspec.structs import replace

from pexdash.api.address import About
from pexdash.api.answers import answered_with
from pexdash.api.request_log import Asker, asking_as
from pexdash.api.requests import (
    DIRECT_MESSAGE,
    MESSAGE,
    ROLE,
    START_CONFERENCE,
    Request,
    Result,
)
from pexdash.errors import AnswerLost, BadAnswer, PexdashError, Refused
from pexdash.secret import MASK, masked, masked_fields
from pexdash.session.feed.feed import Feed, Stop
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.feed.told import Said
from pexdash.session.moderation.action import Action, Step
from pexdash.session.moderation.asking import Send
from pexdash.session.moderation.journal import (
    OF_RULE,
    Entry,
    Journal,
    Origin,
    Outcome,
    coming_from,
)
from pexdash.session.moderation.plans import Order, Plan, Planner
from pexdash.session.moderation.policy import NOT_HERE, Policy
from pexdash.text import CHAT_LIMIT, clean, json_line

EVENT_SECONDS = 5.0
"""How long to wait for an accepted request's event before we fetch the node's state."""
LOOK_SECONDS = 1.0
"""The time between two checks for accepted requests whose event is late."""
LONGEST_RESULT = 1000
"""Characters of JSON."""
_LEFT = "already left"


class _Pending(Struct):
    """An order under way; `due` is the monotonic time from which its event counts as late.

    `due` is None until the node has accepted the request.
    """

    order: Order
    entry: Entry
    tell: Callable[[Notice], None]
    sent: bool = False
    due: float | None = None

    @property
    def accepted(self) -> bool:
        return self.due is not None


class Moderation:
    """Plans and sends the host's actions.

    `send` sends a request with our token. `reconcile` fetches the node's state, and returns whether
    that worked; it is called where an accepted request's event is late. `gives_role` is called with
    the uuid of each to whom we are about to give another role. `tells_said` is whether a chat line
    of ours is put into the chat here, and not told by the source.
    """

    def __init__(
        self,
        feed: Feed,
        *,
        policy: Policy,
        send: Send,
        reconcile: Callable[[], Awaitable[bool]],
        tells_said: bool = True,
    ) -> None:
        self.journal = Journal()
        self.gives_role: Callable[[str], None] = lambda _: None
        self._feed = feed
        self._conference = feed.conference
        self._clock = feed.clock
        self.policy = policy
        self.planner = Planner(feed.conference, policy)
        self._send = send
        self._reconcile = reconcile
        self._tells_said = tells_said
        self._stop_looking: Stop | None = None
        self._pending: dict[tuple[str, str], _Pending] = {}
        self._is_marked = asyncio.Event()
        self._turns: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    @property
    def has_pending(self) -> bool:
        """Whether any action is under way."""
        return bool(self._pending)

    @property
    def has_started_meeting(self) -> bool:
        """Whether we have asked the node to start the meeting, and it has not refused."""
        name = START_CONFERENCE.name
        return any(
            one.request == name and one.outcome is not Outcome.REFUSED
            for one in self.journal.entries
        )

    def pending(self, uuid: str) -> frozenset[str]:
        """The ids of the actions under way for a participant ("" for the conference)."""
        if not self._pending:
            return frozenset()
        return frozenset(action for target, action in self._pending if target == uuid)

    def asked(self, uuid: str) -> tuple[str, ...]:
        """The titles of what is under way for a participant ("" for the conference)."""
        under_way = self._pending.items()
        return tuple(one.order.step.title for (target, _), one in under_way if target == uuid)

    def plan(self, action: Action, uuids: Iterable[str], step: Step | None = None) -> Plan:
        """What `action` sends for these participants now (`Planner.plan`)."""
        kind = action.acts_as.id
        under_way = {target for target, action_id in self._pending if action_id == kind}
        return self.planner.plan(action, list(uuids), under_way, step)

    def _spelled(self, uuid: str) -> str:
        participant = self._conference.participants.get(uuid)
        return participant.path_uuid if participant else uuid

    async def carry_out(self, plan: Plan, *, tell: Callable[[Notice], None] | None = None) -> None:
        """Send the orders of `plan` one after the other, each at most once.

        `tell` is given what goes wrong, in place of the host. Plans of one action are sent one
        after the other, in the order of the calls: the participant who is spotlighted first gets
        the main position.
        """
        tell = tell or self._feed.notify
        origin = replace(plan.origin, action=plan.action.id)
        marked = [self._mark(plan.action, origin, order, tell) for order in plan.orders]
        try:
            async with self._turns[plan.action.acts_as.id]:
                for key in marked:
                    if key is not None:
                        await self._carry(key)
        finally:
            for key in marked:
                if key is not None and key in self._pending and not self._pending[key].accepted:
                    sent = self._pending[key].sent
                    outcome = Outcome.UNKNOWN if sent else Outcome.REFUSED
                    self._settle(key, outcome, "the session ended" if sent else "not sent")

    def _mark(
        self, action: Action, origin: Origin, order: Order, tell: Callable[[Notice], None]
    ) -> tuple[str, str] | None:
        key = (order.uuid, action.acts_as.id)
        if key in self._pending:
            return None
        step = order.step
        entry = Entry(
            self._clock.wall(),
            step.title,
            step.request.name,
            order.name,
            order.uuid,
            fields=masked_fields(step.body),
            origin=origin,
        )
        self._pending[key] = _Pending(order, self.journal.add(entry), tell)
        self._is_marked.set()
        if self._stop_looking is None:
            # After each event: the next one may undo the state that shows a request as done.
            self._stop_looking = self._feed.on_applied(self.settle)
        self._feed.touch(order.uuid)
        return key

    async def _carry(self, key: tuple[str, str]) -> None:
        pending = self._pending[key]
        step = pending.order.step
        if self._has_left(pending.order):
            self._miss(key)
            return
        pending.sent = True
        if step.request is ROLE:
            self.gives_role(pending.order.uuid)
        try:
            spelled = self._spelled(pending.order.uuid)
            answered_with.set(0)
            with _asking_for(pending.entry):
                result = await self._send(step.request, About(spelled), body=step.body)
        except (AnswerLost, BadAnswer) as fault:
            self._note_answer(pending.entry)
            self._settle(key, Outcome.UNKNOWN, str(fault))
            self._say(pending, str(fault), Weight.ERROR)
        except PexdashError as fault:
            said = str(fault)
            self._note_answer(pending.entry)
            if isinstance(fault, Refused):
                if self._missed(pending.order, fault):
                    self._miss(key)
                    return
                capabilities = self.policy.capabilities
                if capabilities.learn(step.request, fault, uuid=pending.order.uuid):
                    said = NOT_HERE
            self._settle(key, Outcome.REFUSED, said)
            self._say(pending, said, Weight.ERROR)
        else:
            self._note_answer(pending.entry, result_told(step.request, result))
            if step.silent:
                self._settle(key, Outcome.SHOWN)
                return
            pending.due = self._clock.monotonic() + EVENT_SECONDS
            self.journal.tell(pending.entry, Outcome.ACCEPTED)
            self.settle()

    def _note_answer(self, entry: Entry, result: object = None) -> None:
        """Take down when and how the node has answered, if it has."""
        if status := answered_with.get():
            entry.answered, entry.http, entry.result = self._clock.wall(), status, result

    def _missed(self, order: Order, refusal: Refused) -> bool:
        """Whether the node refused because the participant has left."""
        unknown = refusal.status == 404 and "participant" in refusal.reason.casefold()
        return self._has_left(order) or (bool(order.uuid) and unknown)

    def _miss(self, key: tuple[str, str]) -> None:
        pending = self._pending[key]
        self._settle(key, Outcome.REFUSED, _LEFT)
        self._say(pending, _LEFT, Weight.INFORMATION)

    def _has_left(self, order: Order) -> bool:
        return bool(order.uuid) and order.uuid not in self._conference.participants

    def settle(self) -> None:
        """Settle every accepted request that the conference now shows as done."""
        if not self._pending:
            return
        for key, pending in list(self._pending.items()):
            order = pending.order
            if pending.accepted and (
                self._has_left(order) or order.step.shown(self._conference, order.uuid)
            ):
                self._settle(key, Outcome.SHOWN)

    def conference_ended(self) -> None:
        """Count every accepted request as done, because no more events will come."""
        for key, pending in list(self._pending.items()):
            if pending.accepted:
                self._settle(key, Outcome.SHOWN)

    async def watch(self) -> None:
        """Fetch the node's state whenever an accepted request's event is late; runs for ever."""
        while True:
            if not self._pending:
                self._is_marked.clear()
            # A meeting in which nobody acts must cost nothing.
            await self._is_marked.wait()
            await self._clock.sleep(LOOK_SECONDS)
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
        pending = self._pending.pop(key)
        if not self._pending and self._stop_looking is not None:
            self._stop_looking()
            self._stop_looking = None
        self.journal.tell(pending.entry, outcome, reason)
        self._feed.touch(pending.order.uuid)

    def _say(self, pending: _Pending, what: str, weight: Weight) -> None:
        pending.tell(Notice(f"{pending.order.words}: {what}", weight))

    async def send_message(
        self,
        text: str,
        to: str = "",
        *,
        origin: Origin = Origin(),  # noqa: B008 - it is frozen
    ) -> bool:
        """Send a chat line to all, or to the participant `to`; returns whether it was accepted.

        It is added to the chat once the node has accepted it.
        """
        title = f"Message to {self.planner.name(to)}" if to else "Message"
        request = DIRECT_MESSAGE if to else MESSAGE
        body = {"type": "text/plain", "payload": text}
        origin = replace(origin, action=origin.action or request.name)
        try:
            await self.ask(title, request, uuid=to, body=body, failing="not sent", origin=origin)
        except PexdashError:
            return False
        if self._tells_said:
            # The chat drops a node's echo of the line by its text, which is cleaned the same way.
            self._feed.tell(Said(clean(text, CHAT_LIMIT, lines=True), to))
        return True

    async def ask(
        self,
        title: str,
        request: Request,
        *,
        uuid: str = "",
        call: str = "",
        room: str = "",
        mix: str = "",
        body: Mapping[str, object] | None = None,
        failing: str = "failed",
        origin: Origin = Origin(),  # noqa: B008 - it is frozen
    ) -> object:
        """Send one request at most once, write it into the journal, and return its result.

        Raises PexdashError, after notifying the host.
        """
        entry = self.journal.add(
            Entry(
                self._clock.wall(),
                title,
                request.name,
                self.planner.name(uuid),
                uuid,
                fields=masked_fields(body),
                origin=origin,
            )
        )
        try:
            about = About(self._spelled(uuid), call, room, mix)
            answered_with.set(0)
            with _asking_for(entry):
                result = await self._send(request, about, body=body)
        except PexdashError as fault:
            said, lost = str(fault), isinstance(fault, AnswerLost | BadAnswer)
            self._note_answer(entry)
            if isinstance(fault, Refused) and self.policy.capabilities.learn(
                request, fault, uuid=uuid, room=room
            ):
                said = NOT_HERE
                self._feed.touch()
            self.journal.tell(entry, Outcome.UNKNOWN if lost else Outcome.REFUSED, said)
            how = "" if lost else f" {failing}"
            self._feed.notify(Notice(f"{title}{how}: {said}", Weight.ERROR))
            raise
        self._note_answer(entry, result_told(request, result))
        self.journal.tell(entry, Outcome.SHOWN)
        return result


def result_told(request: Request, result: object) -> object:
    """A result as a record of the request may hold it: without secrets, and only if it is short."""
    if request.result is Result.SECRET:
        return MASK
    told = masked(result)
    return told if len(json_line(told)) <= LONGEST_RESULT else None


@contextmanager
def _asking_for(entry: Entry) -> Iterator[None]:
    """Say of a request what it comes from, and whether a rule or the operator sends it."""
    source = entry.origin.source
    asker = Asker.RULE if source.startswith(OF_RULE) else Asker.OPERATOR
    with asking_as(asker), coming_from(source):
        yield
