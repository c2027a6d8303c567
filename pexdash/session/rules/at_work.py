"""Rules at work in one conference: what is due is done through our membership, within guards."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from pexdash.log import logger
from pexdash.model.changes import Changes
from pexdash.model.history import Kind
from pexdash.model.participant import Role
from pexdash.secret import masked_fields
from pexdash.session.deadlines import Deadline, Deadlines
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import MOST_NAMED, Notice, Weight
from pexdash.session.feed.told import Alarmed, Me, Told
from pexdash.session.moderation.journal import OF_RULE, Entry, Origin
from pexdash.session.moderation.moderation import Moderation
from pexdash.session.moderation.plans import Plan
from pexdash.session.rules.deeds import MESSAGES
from pexdash.session.rules.judging import Due, Judge
from pexdash.session.rules.rule import Rule

LOOK_SECONDS = 0.2
"""How long a rule waits after a change, so that many changes are looked at together."""


def may_act(feed: Feed) -> bool:
    """Whether what `feed` shows is what is so, and we are a Host."""
    is_known = feed.is_live and not feed.conference.syncing
    return is_known and feed.conference.synced_at is not None and feed.role is Role.HOST


def together(found: Iterable[Due]) -> list[Due]:
    """What is due, with all people of a rule in one."""
    of_people: dict[str, Due] = {}
    for one in found:
        earlier = of_people.get(one.rule.name)
        uuids = one.uuids if earlier is None else (*earlier.uuids, *one.uuids)
        of_people[one.rule.name] = Due(one.rule, uuids)
    return list(of_people.values())


class Standing(Struct):
    """How a rule stands: whether it is armed, and how many people it has, or would have, acted on.

    `stopped` is why it stopped itself, or "".
    """

    rule: Rule
    is_armed: bool = False
    stopped: str = ""
    acted: int = 0
    would: int = 0
    lately: deque[float] = field(default_factory=deque)

    def room(self, count: int, now: float) -> int:
        """On how many of `count` people the rule may still act; they are counted."""
        limit = self.rule.limit
        while self.lately and self.lately[0] <= now - limit.seconds:
            self.lately.popleft()
        count = min(count, limit.count - len(self.lately))
        self.lately.extend([now] * count)
        return count

    def stop(self) -> str:
        """Act no more, because the limit is passed; returns what to say of it."""
        limit = self.rule.limit
        self.is_armed = False
        self.stopped = f"more than {limit.count} in {limit.seconds:.0f} s"
        return (
            f"Rule {self.rule.name} has stopped itself: {self.stopped};"
            " arm it again if that was right"
        )


class RulesAtWork:
    """Follows the rules in the conference of `feed`; each is a dry run until it is armed.

    Nothing is sent while the line is not live, while the list of people is incomplete, or while we
    are no Host. A rule that is not armed only counts, and writes into the log, what it would do.
    `joined_at` returns when we joined, in the clock's monotonic seconds, by which times of the node
    are compared with ours; None while that is not known. In another conference, as after a
    transfer, no rule stays armed. `tell` is given what there is to say, which without it goes to
    whoever watches the feed. `deadlines` is the timer that conferences may share.
    """

    def __init__(
        self,
        feed: Feed,
        moderation: Moderation,
        rules: Sequence[Rule],
        *,
        arm: bool = False,
        joined_at: Callable[[], float | None],
        tell: Callable[[Notice], None] | None = None,
        deadlines: Deadlines | None = None,
    ) -> None:
        self.is_closed = False
        self.standings = tuple(Standing(rule, arm and not rule.only_suggests) for rule in rules)
        self._by_name = {one.rule.name: one for one in self.standings}
        self._moderation = moderation
        self._joined_at = joined_at
        self._feed = feed
        self._clock = feed.clock
        self._judge = Judge(rules, feed.conference, feed.clock.monotonic())
        self._deadlines = deadlines or Deadlines(feed.clock)
        self._tell = feed.notify if tell is None else tell
        self._look_at: Deadline | None = None
        self._next_look = float("inf")
        self._acting: set[asyncio.Task[None]] = set()
        self._stops = (feed.on_changes(self._take), feed.on_told(self._hear))
        moderation.journal.on_ended(self._ended)

    def close(self) -> None:
        """Follow the rules no more; what has not been sent is not. Safe to call again."""
        self.is_closed = True
        for stop in self._stops:
            stop()
        if self._look_at is not None:
            self._look_at.cancel()
        for task in self._acting:
            task.cancel()

    @property
    def armed(self) -> int:
        """How many rules are armed."""
        return sum(one.is_armed for one in self.standings)

    @property
    def would(self) -> int:
        """On how many people the rules would have acted that are not armed."""
        return sum(one.would for one in self.standings if not one.is_armed)

    def standing(self, rule: Rule) -> Standing:
        """How a rule stands."""
        return self._by_name[rule.name]

    def arm(self, standing: Standing, *, is_armed: bool = True) -> None:
        """Let a rule act from now on, or only say what it would do."""
        standing.is_armed, standing.stopped = is_armed, ""
        standing.would = 0
        standing.lately.clear()
        if self.is_closed:
            return
        self._judge.begin_anew(standing.rule, self._clock.monotonic())
        logger.info("rule %s is %s", standing.rule.name, "armed" if is_armed else "a dry run")
        self._feed.touch()
        self._look_soon()

    # What happens

    def _take(self, changes: Changes) -> None:
        if not (
            changes.before
            or changes.own
            or changes.conference
            or changes.presentation
            or changes.synced
        ):
            # Voices and the like are most of what a node tells, and no rule waits for them.
            return
        own_start, joined_at, ahead = self._feed.own_start, self._joined_at(), None
        if own_start is not None and joined_at is not None:
            ahead = own_start - joined_at
        now = self._clock.monotonic()
        self._judge.take(changes, now, ahead=ahead, is_open=may_act(self._feed))
        self._look_soon()

    def _hear(self, told: Told) -> None:
        if isinstance(told, Alarmed):
            self._judge.hear(told, self._clock.monotonic())
        if isinstance(told, Me) and told.alias:
            self._disarm_all(f"you are in {told.alias} now")
        # A list that changes nobody is no change, and yet from then on we may act.
        self._look_soon()

    def _disarm_all(self, why: str) -> None:
        """Make every rule a dry run: they were armed for another conference."""
        armed = [one for one in self.standings if one.is_armed]
        for one in armed:
            self.arm(one, is_armed=False)
        if armed:
            words = f"No rule is armed any more: {why}; the palette arms them"
            self._tell(Notice(words, Weight.WARNING))

    def _ended(self, entry: Entry) -> None:
        """A request of ours has ended: of the host's own, the contrary of a rule ends it."""
        if entry.origin.source.startswith(OF_RULE):
            return

        def is_contrary(rule: Rule) -> bool:
            step, did = rule.step, (entry.request, dict(entry.fields or {}))
            is_same = did == (step.request.name, masked_fields(step.body))
            return rule.action.id == entry.origin.action and not is_same

        self._judge.end(is_contrary, entry.uuid)

    # What is due

    def _look_soon(self) -> None:
        self._look_within(self._clock.monotonic() + LOOK_SECONDS)

    def _look_within(self, moment: float) -> None:
        if self._look_at is not None:
            if self._next_look <= moment:
                return
            self._look_at.cancel()
        self._next_look = moment
        self._look_at = self._deadlines.at(moment, self._look)

    def _look(self) -> None:
        self._look_at = None
        if not may_act(self._feed):
            return  # a change of the line or of our role looks again
        for due in together(self._judge.due(self._clock.monotonic())):
            self._meet(due)
        moment = self._judge.next_due()
        if moment < float("inf"):
            self._look_within(max(moment, self._clock.monotonic() + LOOK_SECONDS))

    def _meet(self, due: Due) -> None:
        """Do what is due, or say that it would be done."""
        standing, rule = self._by_name[due.rule.name], due.rule
        moderation = self._moderation
        plan = moderation.plan(rule.action, due.uuids, rule.step)
        if not plan.orders:
            return
        if not standing.is_armed or moderation.policy.refusal(rule.action, due.uuids):
            self._would(standing, plan)
        else:
            room = standing.room(len(plan.orders), self._clock.monotonic())
            if room:
                self._begin(rule, replace(plan, orders=plan.orders[:room]))
            if room < len(plan.orders):
                words = standing.stop()
                logger.warning("%s", words)
                self._tell(Notice(words, Weight.ERROR))
        self._feed.touch()

    def _begin(self, rule: Rule, plan: Plan) -> None:
        task = asyncio.get_running_loop().create_task(self._carry_out(rule, plan))
        self._acting.add(task)
        task.add_done_callback(self._acting.discard)

    def _would(self, standing: Standing, plan: Plan) -> None:
        standing.would += len(plan.orders)
        name, wall = standing.rule.name, self._clock.wall()
        for order in plan.orders:
            words = f"Rule {name} would: {order.words}"
            self._feed.history.add(wall, Kind.OWN, words, order.uuid)
            logger.info("rule %s would: %s", name, order.step.request.name)
        if standing.rule.only_suggests:
            names = [order.name for order in plan.orders]
            whom = ", ".join(names) if len(names) <= MOST_NAMED else f"{len(names)} people"
            self._tell(Notice(f"Rule {name} suggests: admit {whom}", Weight.WARNING))

    async def _carry_out(self, rule: Rule, plan: Plan) -> None:
        """Send one request after the other, as long as we may."""
        name, standing = rule.name, self._by_name[rule.name]
        origin = Origin(f"{OF_RULE}{name}", plan.action.id)

        def tell(notice: Notice) -> None:
            self._tell(Notice(f"Rule {name}: {notice.text}", notice.weight))

        for order in plan.orders:
            if not may_act(self._feed) or (not standing.is_armed and not standing.stopped):
                self._judge.forget(Due(rule, (order.uuid,) if order.uuid else ()))
                continue
            standing.acted += 1
            if order.step.request in MESSAGES:
                text = str((order.step.body or {}).get("payload", ""))
                await self._moderation.send_message(text, order.uuid, origin=origin)
            else:
                one = replace(plan, orders=(order,), origin=origin)
                await self._moderation.carry_out(one, tell=tell)
