"""Carries out what a key, the palette or a form asks for, after a question where one is due."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace
from textual.screen import Screen

from pexdash.model.participant import Participant
from pexdash.model.roster import Roster
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action, Form, Risk, Step, Target
from pexdash.session.moderation.journal import KEY, Origin
from pexdash.session.moderation.participant_actions import DIRECT_MESSAGE, DISCONNECT
from pexdash.session.moderation.plans import ALREADY_LEFT, Plan, Planner
from pexdash.ui.commands.actions import CHAT, ScreenAction
from pexdash.ui.commands.bindings import shown_key
from pexdash.ui.commands.keybar import KeyBar
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.commands.replay_actions import ReplayAction
from pexdash.ui.commands.screen_deeds import ScreenDeeds
from pexdash.ui.commands.showing import show_notice
from pexdash.ui.commands.wall_behind import WallBehind
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.key_place import Deed
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.roster_pane import RosterPane

if TYPE_CHECKING:
    from pexdash.session.rules.at_work import RulesAtWork, Standing
    from pexdash.ui.commands.layout_dialogs import LayoutDialogs
    from pexdash.ui.commands.request_dialogs import RequestDialogs


class HostActions:
    """Carries out the actions of the conference on the panes of `screen` and through `membership`.

    A press of its key fixes the targets of an action, as uuids. A question is on the screen before
    the app reads the next key. `load_dialogs`, or the first dialog that opens, imports the
    dialogs, so that the first roster does not wait for them.
    """

    def __init__(
        self,
        screen: Screen[None],
        feed: Feed,
        membership: OurPart | None,
        planner: Planner,
        roster: Roster,
        *,
        people: RosterPane,
        chat: ChatPane,
        key_bar: KeyBar,
        keys: Mapping[str, str],
        actions: Sequence[Action],
        recent: RecentDestinations,
        player: str,
        features: TerminalFeatures,
        acknowledge: Callable[[], None],
        behind: WallBehind | None = None,
    ) -> None:
        self._screen = screen
        self.actions = actions
        self.feed = feed
        self.planner = planner
        self.policy = planner.policy
        self._membership = membership
        self._roster = roster
        self._people = people
        self._key_bar = key_bar
        self._keys = keys
        self._recent = recent
        self._player = player
        self._source, self._address = KEY, ""
        self._glyphs = features.glyphs
        self._behind = behind
        self.deeds = ScreenDeeds(
            screen,
            feed,
            membership,
            roster,
            people=people,
            chat=chat,
            key_bar=key_bar,
            keys=keys,
            actions=actions,
            features=features,
            say=self.say,
            media_calls=lambda: self.dialogs.media_calls(),
            acknowledge=acknowledge,
            behind=behind,
        )

    @cached_property
    def dialogs(self) -> RequestDialogs:
        """The forms, imported when the first is opened."""
        from pexdash.ui.commands.request_dialogs import RequestDialogs

        return RequestDialogs(
            self._screen,
            self._acting,
            say=self.say,
            send=self._send_from_form,
            recent=self._recent,
            player=self._player,
        )

    @cached_property
    def layouts(self) -> LayoutDialogs:
        """What asks for layouts, imported when it is first needed."""
        from pexdash.ui.commands.layout_dialogs import LayoutDialogs

        return LayoutDialogs(
            self._screen, self._acting, say=self.say, send=self._send_from_form, glyphs=self._glyphs
        )

    @property
    def _acting(self) -> OurPart:
        """Our membership; without one the policy refuses every action that would need it."""
        assert self._membership is not None
        return self._membership

    def say(self, notice: Notice) -> None:
        """Show a notice."""
        show_notice(self._screen.app, notice)

    @property
    def rules(self) -> RulesAtWork | None:
        """The rules at work, if there are any."""
        return self._membership.rules if self._membership is not None else None

    def arm(self, standing: Standing) -> None:
        """Let a rule act, or where it does only have it say what it would do."""
        rules, name = self.rules, standing.rule.name
        assert rules is not None, "only rules at work have a standing"
        if refusal := standing.rule.why_not_armed or self.policy.refusal(standing.rule.action):
            self.say(Notice(refusal, Weight.WARNING))
            return
        rules.arm(standing, is_armed=not standing.is_armed)
        how = "armed, and acts from now on" if standing.is_armed else "a dry run again"
        self.say(Notice(f"Rule {name} is {how}"))

    def key_of(self, action: Action) -> str:
        """The key of an action as people read it."""
        return shown_key(action, self._keys)

    def act(
        self,
        action: Action,
        uuids: list[str] | None = None,
        step: Step | None = None,
        source: str = KEY,
        *,
        asks: bool = False,
    ) -> None:
        """Carry out an action for these participants.

        Without `uuids` these are the marked participants, or the one under the cursor. `step`
        comes from a form, or is the direction of a toggle that the host has chosen. `source` is
        what was used (`Origin`). With `asks` the host must confirm also what is done at once
        elsewhere.
        """
        self._source = source
        pressed = uuids is None
        if uuids is None:
            uuids = self._targets(action)
        if pressed and (going := self._going_elsewhere(action, uuids)) is not None:
            going()
            return
        self._unless_it_cannot_open(lambda: self._dispatch(action, uuids, step, asks=asks))

    def _send_from_form(self, action: Action, uuids: list[str], step: Step) -> None:
        """Carry out what a form was filled with, which the key or the palette had opened."""
        self.act(action, uuids, step, self._source)

    def deed(self, action: Action) -> Deed:
        """What the key of `action` would do now: for whom, and in which direction, is settled."""
        self._source = KEY
        uuids = self._targets(action)
        if (going := self._going_elsewhere(action, uuids)) is not None:
            return going
        if not action.steps or self._obstacle(action, uuids) is not None:
            return lambda: self.act(action, uuids)
        plan = self._acting.moderation.plan(action, uuids)
        return lambda: self._unless_it_cannot_open(lambda: self._follow(plan, uuids))

    def _unless_it_cannot_open(self, deed: Deed) -> None:
        try:
            deed()
        except OSError as fault:
            # There may be no free file descriptor to import a dialog.
            reason = fault.strerror or fault
            self.say(Notice(f"This cannot be opened now: {reason}", Weight.WARNING))

    def _targets(self, action: Action) -> list[str]:
        if action.target is not Target.PARTICIPANTS:
            return []
        return self.planner.everybody(action) if action.of_all else self._roster.targets()

    def _going_elsewhere(self, action: Action, uuids: list[str]) -> Deed | None:
        """Going to the first whom `action` seeks, where it is pressed on another, and no more."""
        if action.seeks is None or self._roster.marks or self.policy.refusal(action, uuids):
            return None
        under_way = action.goes_on and any(map(self._is_under_way(action), uuids))
        if self.planner.applies(action, uuids) and not under_way:
            return None

        def go() -> None:
            if not self._go_on(action) and not under_way:
                of_shown = " of those shown" if self._roster.filter else ""
                self.say(Notice(action.nobody + of_shown))

        return go

    def _go_on(self, action: Action, done: Collection[str] = ()) -> bool:
        """Put the cursor on the next whom `action` seeks, but for those `done`; whether one is."""
        is_under_way = self._is_under_way(action)

        def is_next(one: Participant) -> bool:
            sought = action.seeks is not None and action.seeks(one) and action.suits(one)
            return sought and one.uuid not in done and not is_under_way(one.uuid)

        uuid = self._roster.next_of(is_next)
        if uuid is not None:
            self._people.view.put_cursor(uuid)
        return uuid is not None

    def _is_under_way(self, action: Action) -> Callable[[str], bool]:
        pending = self._acting.moderation.pending
        return lambda uuid: action.acts_as.id in pending(uuid)

    def refusal(self, action: Action, uuid: str) -> str:
        """Why `action` cannot be carried out for one participant, or ""."""
        return self.planner.unsuited(action, uuid) or self.policy.refusal(action, [uuid])

    def _obstacle(self, action: Action, uuids: list[str]) -> Notice | None:
        """What to say where `action` can do nothing for these participants, None where it can."""
        if refusal := self.policy.refusal(action, uuids):
            return Notice(refusal, Weight.WARNING)
        if action.of_all is not None and not self.planner.everybody(action):
            return Notice(action.nobody)
        if action.target is Target.PARTICIPANTS and not uuids:
            return Notice("Nobody is under the cursor")
        if action.for_one and len(uuids) > 1:
            return Notice(f"This is for one person at a time, and {len(uuids)} are marked")
        if action.for_one and (refusal := self.refusal(action, uuids[0])):
            return Notice(refusal)
        return None

    def _dispatch(self, action: Action, uuids: list[str], step: Step | None, *, asks: bool) -> None:
        if (obstacle := self._obstacle(action, uuids)) is not None:
            self.say(obstacle)
        elif isinstance(action, ScreenAction):
            action.does(self.deeds)
        elif isinstance(action, ReplayAction):
            action.plays(self.deeds.player)
        elif action.opens is not None and step is None:
            self._open(action.opens, action, uuids)
        else:
            self._follow(self._acting.moderation.plan(action, uuids, step), uuids, asks=asks)

    def _open(self, form: Form, action: Action, uuids: list[str]) -> None:
        """Ask for what an action needs besides its targets."""
        match form:
            case Form.DIAL:
                self.dialogs.dial(self._address, self._source)
            case Form.TRANSFER:
                self.dialogs.transfer(action, uuids)
            case Form.DIGITS:
                self.dialogs.dtmf(action, uuids)
            case Form.NAME:
                self.dialogs.name(action, uuids)
            case Form.CAMERA:
                self.dialogs.camera(uuids[0])
            case Form.MESSAGE:
                self.deeds.write_to(self.feed.conference.participants[uuids[0]])
            case Form.LAYOUT:
                self.layouts.choose()
            case _:
                self.layouts.ask(form, action, uuids)

    def _follow(self, plan: Plan, uuids: list[str], *, asks: bool = False) -> None:
        """Send what `plan` says, after a question where it or the caller asks one."""
        plan = replace(plan, origin=Origin(self._source))
        if not plan.orders:
            if plan.remarks:
                others = f", and {len(plan.remarks) - 1} others" if plan.remarks[1:] else ""
                self.say(Notice(plan.remarks[0] + others))
            return
        if not (plan.asks or asks):
            self._start(plan, uuids)
            self._go_on_from(plan)
            return

        def decided(confirmed: bool | None) -> None:
            if confirmed:
                how = "typed" if plan.action.risk is Risk.TYPED else "yes"
                self._start(replace(plan, origin=replace(plan.origin, confirmed=how)), uuids)
                self._go_on_from(plan)

        if not self._are_there(plan):
            self.say(Notice(ALREADY_LEFT))
            return
        from pexdash.ui.commands.questions import question_of

        question = question_of(plan, self.feed.conference, self.planner, self._people.view.place_of)
        # Pushed before this key is done, so that the next key goes to the dialog.
        self._screen.app.push_screen(question, decided)

    def _go_on_from(self, plan: Plan) -> None:
        """Go on to the next whom the action seeks, where the cursor is on one it was for."""
        done = [order.uuid for order in plan.orders]
        if plan.action.goes_on and self._roster.cursor in done:
            # With this very key press: later, a second one could be for somebody else.
            self._go_on(plan.action, done)

    def _are_there(self, plan: Plan) -> bool:
        """Whether any whom `plan` is about are still there; the key may have waited for a while."""
        people = self.feed.conference.participants
        return any(not order.uuid or order.uuid in people for order in plan.orders)

    def _start(self, plan: Plan, uuids: list[str]) -> None:
        # A mark that stays, perhaps out of view, would make its participant a target again.
        self._roster.unmark(uuids)
        self._people.view.draw_again(set(uuids))
        self._key_bar.redraw()
        self._screen.run_worker(self._carry_out(plan), group="moderation", exit_on_error=True)

    async def _carry_out(self, plan: Plan) -> None:
        # Our rights may have changed while the question was open. Only the node knows who has left.
        uuids = [order.uuid for order in plan.orders]
        if refusal := self.policy.refusal(plan.action, uuids):
            self.say(Notice(refusal, Weight.WARNING))
            return
        me = self.feed.conference.me
        others = tuple(order for order in plan.orders if order.uuid != me)
        if plan.action is not DISCONNECT or me not in uuids:
            await self._acting.moderation.carry_out(plan)
            return
        # Disconnecting ourselves means leaving: we do not ask the node to remove us.
        await self._acting.moderation.carry_out(replace(plan, orders=others))
        if self._behind is not None:
            self._behind.leave_conference()
        else:
            self._screen.app.exit(0)

    def find(self, uuid: str) -> None:
        """Put the cursor on a participant; clear the filter where it hides them."""
        if self._roster.index_of(uuid) is None and self._roster.filter:
            self._roster.clear_filter()
            self._people.view.rearranged()
        self._people.view.put_cursor(uuid)
        self._screen.set_focus(self._people.view)

    def arrive(self, behind: WallBehind) -> None:
        """Begin with whom the alarm of a wall is about, and with the form of what it suggests."""
        if behind.subject in self.feed.conference.participants:
            self.find(behind.subject)
        if behind.opens is not None:
            self._address = behind.address
            self.act(behind.opens)
            self._address = ""

    def chat_refusal(self, whom: Participant | None) -> str:
        """Why we may not write to somebody, or to all for None; "" where we may."""
        if whom is not None:
            return self.refusal(DIRECT_MESSAGE, whom.uuid)
        return self.policy.refusal(CHAT)
