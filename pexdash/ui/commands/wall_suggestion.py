"""Carries out what an alarm suggests, through our part in its conference, after a question."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace
from textual.screen import Screen

from pexdash.model.alarms.alarm import Alarm
from pexdash.model.participant import without_scheme
from pexdash.session.estate.estate import Estate, Slot
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.action import Action, Place, Risk, Target
from pexdash.session.moderation.journal import OF_ALARM, Origin
from pexdash.session.moderation.participant_actions import ADMIT
from pexdash.session.moderation.plans import Plan
from pexdash.ui.commands.actions import action_at
from pexdash.ui.dialogs.confirm import MOST_NAMED, Confirm, TypedConfirm

JOIN_AGAIN = "join-again"
"""What a rule suggests that is no action in a conference: to join it once more."""

Say = Callable[[Notice], None]


class Suggestion:
    """Asks, and does what the rule of an alarm suggests; nothing is sent without a question.

    What needs a person to be chosen, or a form, opens the conference by `open_conference`, and
    there the form.
    `rows` returns the lines of the screen that a question about a conference should not cover.
    """

    def __init__(
        self,
        screen: Screen[None],
        estate: Estate,
        *,
        say: Say,
        open_conference: Callable[[Slot, Alarm, Action | None], None],
        rows: Callable[[Slot], Sequence[int]],
        again: Callable[[], str],
    ) -> None:
        self._screen = screen
        self._estate = estate
        self._say = say
        self._open = open_conference
        self._rows = rows
        self._again = again

    def ask(self, slot: Slot, alarm: Alarm) -> None:
        """Ask whether to do what `alarm` suggests in the conference of `slot`."""
        rule = alarm.rule
        if not rule.action or not alarm.is_active or alarm.is_recovering:
            self._say(Notice(self._nothing(alarm)))
            return
        if self._estate.read_only:
            self._say(Notice("READ ONLY: this wall acts on nobody", Weight.WARNING))
            return
        if rule.action == JOIN_AGAIN:
            self._ask_to_join(slot)
            return
        membership = slot.membership
        if membership is None:
            words = f"{slot.label}: another program holds this conference, so act there"
            self._say(Notice(words, Weight.WARNING))
            return
        action = action_at(Place.CONFERENCE, rule.action)
        self._ask_about(slot, alarm, membership, action)

    def _nothing(self, alarm: Alarm) -> str:
        if not alarm.is_active or alarm.is_recovering:
            return "This alarm is over: there is nothing to do"
        advice = alarm.rule.advice
        return f"No key does this: {advice}" if advice else "Nothing is suggested for this alarm"

    def _ask_to_join(self, slot: Slot) -> None:
        question = Confirm(
            f"Join {slot.label} again?",
            [slot.line.why or f"It is {slot.line.state.value}."],
            yes="Join again",
            no="Leave it",
            again=self._again(),
            rows=self._rows(slot),
        )

        def decided(yes: bool | None) -> None:
            if yes:
                self._estate.try_again(slot.key)

        self._screen.app.push_screen(question, decided)

    def _ask_about(self, slot: Slot, alarm: Alarm, membership: Membership, action: Action) -> None:
        uuids = self._whom(slot, alarm, action)
        policy = membership.moderation.policy
        if refusal := policy.refusal(action, uuids or []):
            self._say(Notice(f"{slot.label}: {refusal}", Weight.WARNING))
            return
        if uuids is None:
            self._open(slot, alarm, None)
            self._say(Notice(f"{alarm.rule.advice}: choose here, then {action.key} {action.title}"))
            return
        if not action.steps:
            self._open(slot, alarm, action)
            return
        plan = membership.moderation.plan(action, uuids)
        how = "typed" if action.risk is Risk.TYPED else "yes"
        plan = replace(plan, origin=Origin(f"{OF_ALARM}{alarm.key.rule}", confirmed=how))
        if not plan.orders:
            words = plan.remarks[0] if plan.remarks else "there is nothing left to do"
            self._say(Notice(f"{slot.label}: {words}"))
            return

        def decided(yes: bool | None) -> None:
            if yes:
                self._screen.run_worker(
                    self._carry_out(slot, membership, plan), group="wall", exit_on_error=True
                )

        self._screen.app.push_screen(self._question(slot, plan), decided)

    def _whom(self, slot: Slot, alarm: Alarm, action: Action) -> list[str] | None:
        """For whom the suggested action is, None where somebody has to be chosen."""
        people = slot.feed.conference.participants
        if action.target is not Target.PARTICIPANTS:
            return []
        if action is ADMIT:
            me = slot.feed.conference.me
            return [one.uuid for one in people.values() if one.is_waiting and one.uuid != me]
        person = people.get(alarm.last.person)
        if person is None or not action.suits(person):
            return None
        return [person.uuid]

    def _question(self, slot: Slot, plan: Plan) -> Confirm | TypedConfirm:
        """The question, which names the conference and each person it is about."""
        conference = slot.feed.conference
        title = plan.orders[0].step.title
        of_people = plan.action.target is Target.PARTICIPANTS
        named = [conference.participants.get(order.uuid) for order in plan.orders if of_people]
        told = [
            f"{one.name}  {without_scheme(one.uri)}  ({one.short_uuid})"
            for one in named
            if one is not None
        ]
        if plan.action.risk is Risk.TYPED:
            people, _, waiting = conference.counts()
            count = f"{people} people and {waiting} waiting will be disconnected."
            return TypedConfirm(f"{title} in {slot.label}?", [count], word=conference.alias)
        number = f" {len(told)}" if len(told) > 1 else ""
        return Confirm(
            f"{title}{number} in {slot.label}?",
            [f"Conference {conference.alias}", *told],
            yes=f"{title}{number}",
            no="Back",
            again=self._again(),
            rows=self._rows(slot),
            rest=f"{len(told)} in all   down reads on" if len(told) > MOST_NAMED else "",
        )

    async def _carry_out(self, slot: Slot, membership: Membership, plan: Plan) -> None:
        if slot.membership is not membership:
            words = f"{slot.label} was joined anew meanwhile, so nothing was sent; try once more"
            self._say(Notice(words, Weight.WARNING))
            return
        uuids = [order.uuid for order in plan.orders]
        # Our rights may have changed while the question was open.
        if refusal := membership.moderation.policy.refusal(plan.action, uuids):
            self._say(Notice(f"{slot.label}: {refusal}", Weight.WARNING))
            return

        def tell(notice: Notice) -> None:
            self._say(Notice(f"{slot.label}: {notice.text}", notice.weight))

        await membership.moderation.carry_out(plan, tell=tell)
