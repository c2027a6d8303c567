"""The conference screen: its panes, its keys and its input lines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from math import inf

from textual import events, on, work
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.notifications import SeverityLevel
from textual.widget import Widget
from textual.widgets import Input

from pexdash.model.changes import Changes, everything
from pexdash.model.participant import Participant
from pexdash.model.roster import Roster
from pexdash.model.sections import Section
from pexdash.model.sorting import Order
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.action import Action, Place
from pexdash.session.moderation.actions import LAYOUT
from pexdash.session.moderation.log import Log
from pexdash.session.moderation.plans import planner_without
from pexdash.ui.commands.actions import CLEAR, LEAVE, LOG, TO_WALL, actions_at
from pexdash.ui.commands.bindings import bindings_for, shown_key
from pexdash.ui.commands.clicks import Clicks
from pexdash.ui.commands.host_actions import HostActions
from pexdash.ui.commands.keybar import IN_CHAT, IN_FILTER, KeyBar, keys_about
from pexdash.ui.commands.loading import load_dialogs, load_soon
from pexdash.ui.commands.palette import HostCommands
from pexdash.ui.commands.place_keys import PlaceKeys
from pexdash.ui.commands.recent import RecentDestinations
from pexdash.ui.commands.screen_alarms import Rules, ScreenAlarms
from pexdash.ui.commands.section_keys import section_keys
from pexdash.ui.commands.telling import Telling
from pexdash.ui.commands.wall_behind import WallBehind
from pexdash.ui.drawing.frame import FRAMED_HEIGHT, FRAMED_WIDTH
from pexdash.ui.drawing.section_line import SectionKey
from pexdash.ui.drawing.sizes import HEIGHTS, LEAST_HEIGHT, LEAST_WIDTH, WIDTHS
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.framework.held_screen import HeldScreen
from pexdash.ui.framework.key_place import Deed, event_time
from pexdash.ui.framework.notice_place import NoticePlace
from pexdash.ui.framework.own_keys import bind_only
from pexdash.ui.widgets.alarm_told import alarm_told_for
from pexdash.ui.widgets.captions import CaptionsPane
from pexdash.ui.widgets.chat import ChatPane
from pexdash.ui.widgets.details import DetailsPane
from pexdash.ui.widgets.filter_told import FilterTold
from pexdash.ui.widgets.happened import HappenedPane
from pexdash.ui.widgets.instead import Instead
from pexdash.ui.widgets.layout import LayoutPane
from pexdash.ui.widgets.line_input import LineInput
from pexdash.ui.widgets.roster import RosterView
from pexdash.ui.widgets.roster_pane import RosterHeading, RosterPane
from pexdash.ui.widgets.stage import StagePane
from pexdash.ui.widgets.status import StatusLine


class ConferenceScreen(HeldScreen[None], NoticePlace[None]):
    """Shows one conference, and lets the host moderate it.

    Once a frame the screen hands the merged changes of the feed to the panes. The first frame
    waits for the list of participants; every later frame waits for a list that is on its way.
    Without `alarm_rules` it has no alarms of its own.
    """

    CSS_PATH = "conference.tcss"
    COMMANDS = {HostCommands}
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    AUTO_FOCUS = "#roster"
    BLANK = True

    def __init__(
        self,
        feed: Feed,
        membership: OurPart | None,
        *,
        features: TerminalFeatures,
        keys: Mapping[str, str],
        alarm_rules: Rules | None = None,
        frame_seconds: float,
        recent: RecentDestinations,
        order: Order,
        player: str,
        actions: Sequence[Action] = actions_at(Place.CONFERENCE),
        behind: WallBehind | None = None,
    ) -> None:
        super().__init__(frame_seconds=frame_seconds)
        self._behind = self._arrives_from = behind
        glyphs = features.glyphs
        self._feed = feed
        self._membership = membership
        self._watch = feed.watch()
        self._alarms = ScreenAlarms(self, feed, membership, alarm_rules, features.calling, behind)
        # Over a wall the screen opens on what has been told already.
        self._unseen = Changes() if feed.conference.synced_at is None else everything()
        bind_only(self, bindings_for(keys, actions))
        self._actions = {action.id: action for action in actions}
        self._place_keys = PlaceKeys(actions, keys)
        self.acting_keys = self._place_keys.acting
        self._seen_since = inf
        self._too_small = False
        self._kept_focus: Widget | None = None
        now = feed.clock.monotonic
        self._roster = Roster(feed.conference, order, lambda: feed.airtime.recent(now()))
        self._status = StatusLine(feed, membership, glyphs, self._alarms.words)
        self._captions = CaptionsPane(feed)
        self._chat = ChatPane(feed, membership, glyphs, above=self._captions)
        self._instead = Instead(id="instead")
        planner = membership.moderation.planner if membership is not None else planner_without(feed)

        def key_of(action: Action) -> str:
            return shown_key(action, keys)

        def keys_of(section: Section) -> list[SectionKey]:
            return section_keys(section, planner, self._roster, key_of)

        def keys_for(uuid: str) -> list[tuple[str, str]]:
            return keys_about(uuid, planner, self._roster, keys) if feed.link.is_live else []

        log = Log(feed.history, membership.moderation.journal if membership else None)
        self._stage = StagePane(feed, glyphs)
        self._layout = LayoutPane(feed, glyphs, key_of(LAYOUT))
        self._happened = HappenedPane(log, glyphs, key_of(LOG))
        self._details = DetailsPane(feed, self._roster, glyphs, keys_for)
        self._filter_told = FilterTold(feed, self._roster, lambda: key_of(CLEAR))
        self._people = RosterPane(feed, membership, self._roster, glyphs, keys_of)
        self._alarm_told = alarm_told_for(
            behind.told if behind is not None else None, key_of(TO_WALL)
        )
        elsewhere = self._alarms.keys_beside(self._keys_elsewhere)
        self._key_bar = KeyBar(planner, self._roster, key_of, elsewhere, actions)
        self.host = HostActions(
            self,
            feed,
            membership,
            planner,
            self._roster,
            people=self._people,
            chat=self._chat,
            key_bar=self._key_bar,
            keys=keys,
            actions=actions,
            recent=recent,
            player=player,
            features=features,
            acknowledge=self._alarms.acknowledge,
            behind=behind,
        )
        self._clicks = Clicks(self, self.host, self._roster)
        self._telling = Telling(
            self,
            say=self.host.say,
            place_of=self._people.view.place_of,
            is_laid_out=lambda: self._people.view.is_laid_out,
        )

    def _keys_elsewhere(self) -> Collection[Action]:
        """The actions that the key bar leaves out: they stand in a heading, or do nothing here."""
        return [*self._people.view.keys_in_view(), *([] if self._behind else [TO_WALL])]

    def compose(self) -> ComposeResult:
        yield self._status
        if self._alarm_told is not None:
            yield self._alarm_told
        with Container(id="body"):
            yield self._people
            with Container(id="side"):
                with Container(id="near"):
                    yield self._stage
                    yield self._layout
                    yield self._details
                with Container(id="far"):
                    yield self._happened
                    yield self._chat
        yield self._key_bar
        yield self._instead

    def on_mount(self) -> None:
        self._watch.changed = self.ask_for_frame
        self.call_later(self._telling.hear, self._watch)
        self.set_interval(1.0, self._each_second)
        load_soon(self, load_dialogs)

    def on_unmount(self) -> None:
        self._watch.close()

    def suit(self, size: Size) -> None:
        super().suit(size)
        self._frame_panes(size)

    def _frame_panes(self, size: Size) -> None:
        framed = size.width >= FRAMED_WIDTH and size.height >= FRAMED_HEIGHT
        self.set_class(framed, "-framed")
        for pane in (self._stage, self._layout, self._details, self._happened, self._chat):
            pane.framed = framed

    def on_resize(self) -> None:
        self._frame_panes(self.app.size)
        width, height = self.app.size
        too_small = width < LEAST_WIDTH or height < LEAST_HEIGHT
        if too_small and not self._too_small:
            # The host must not type into an input they cannot see; it gets the focus back later.
            self._kept_focus = self.focused
            self.set_focus(None)
        elif self._too_small and not too_small:
            self.set_focus(self._kept_focus or self._people.view)
        self._too_small = too_small
        if too_small:
            self._instead.tell_too_small(width, height, (LEAST_WIDTH, LEAST_HEIGHT), "q")
        elif self.has_class("-waiting"):
            self._show_waiting_room()
        self._note_what_is_seen()

    # The node's side: what changed

    def is_awaiting(self) -> bool:
        return self._feed.is_listing

    def has_come(self) -> bool:
        return self._feed.conference.synced_at is not None

    def draw_frame(self) -> None:
        """Hand the merged changes to the panes."""
        changes, self._unseen = self._unseen, Changes()
        changes.merge(self._watch.take_changes())
        named = bool(changes.before) or changes.synced
        self._people.view.show(changes)
        if named or changes.conference or changes.own or changes.presentation:
            self._show_waiting_room()
            self._alarms.show_title()
            self._status.redraw()
            self._people.title.redraw()
            self._key_bar.look(changes, self._feed.conference.me)
            self._filter_told.look(below=self._status)
        if changes.stage or named or changes.presentation:
            self._stage.show(stage=changes.stage)
        if changes.layout or named:
            self._layout.redraw()
        if changes.messages or changes.conference or changes.synced:
            self._chat.show()
        self._happened.look()
        if named or changes.own:
            self._show_captions()
            self._details.look(changes)
        if changes.captions and self._captions.display:
            self._captions.redraw()
        if changes.own:
            self.host.deeds.tell_of_referral()
        if changes.frame or changes.presentation:
            self.host.deeds.show_presentation(changes)
        self._note_what_is_seen()
        self._telling.say_what_is_unseen()
        self._alarms.begin()
        if self._arrives_from is not None and self.has_come():
            self.host.arrive(self._arrives_from)
            self._arrives_from = None

    @property
    def _me(self) -> Participant | None:
        return self._feed.conference.participants.get(self._feed.conference.me)

    def _show_captions(self) -> None:
        """Open the pane of the captions while the node sends them to us, and close it again."""
        self.set_class(self._me is not None and self._me.show_live_captions, "-captions")

    def _show_waiting_room(self) -> None:
        """While we wait to be let in, show that instead of the panes."""
        waits = self._me is not None and self._me.is_waiting
        self.set_class(waits, "-waiting")
        if waits and not self._too_small:
            self._instead.tell_waiting(self._feed)

    def _each_second(self) -> None:
        self._show_waiting_room()
        self._status.redraw()
        self._alarms.show_title()
        if self._alarm_told is not None:
            self._alarm_told.redraw()
        self._stage.redraw()
        self._details.redraw()
        self._happened.look()
        self._people.view.tick()
        self._telling.say_what_is_unseen()

    # The host's side

    def _note_what_is_seen(self) -> None:
        """Note from when on keys can be meant for the people on this screen."""
        is_seen = self.has_come() and not self._too_small and not self.has_class("-waiting")
        if not is_seen:
            self._seen_since = inf
        elif self._seen_since == inf:
            self._seen_since = event_time()

    def hears(self, typed_at: float, key: str = "") -> bool:
        """Whether the people were on the screen when the key was typed; going away goes without."""
        return typed_at >= self._seen_since or self._place_keys.actions.get(key) in (LEAVE, TO_WALL)

    def deed_of(self, key: str) -> Deed:
        return self.host.deed(self._place_keys.actions[key])

    def opener_of(self, character: str) -> str:
        return self._place_keys.openers.get(character, "")

    def action_act(self, action_id: str) -> None:
        """Carry out the action of a key."""
        self.host.act(self._actions[action_id])

    def on_click(self, event: events.Click) -> None:
        self._clicks.take(event)

    def show_notice(self, text: str, severity: SeverityLevel, seconds: float) -> None:
        self._key_bar.say(text, severity, seconds)

    def clear_notices(self) -> None:
        self._key_bar.say_no_more()

    @on(RosterHeading.Chosen)
    def _sort_by(self, event: RosterHeading.Chosen) -> None:
        self._roster.sort_by(event.by)
        self._people.resorted()

    # The filter line

    @on(Input.Changed, "#filter-input")
    def _narrow(self, event: Input.Changed) -> None:
        self._roster.set_filter(event.value)
        self._people.filter_hint.show(event.value)
        self._people.view.rearranged()

    @on(Input.Submitted, "#filter-input")
    def _keep_filter(self, event: Input.Submitted) -> None:
        event.stop()
        self._people.hide_filter()
        self._key_bar.redraw()
        self.set_focus(self._people.view)

    @on(LineInput.GivenUp, "#filter-input")
    def _give_filter_up(self) -> None:
        self.host.deeds.close_filter(self._roster.cancel_filter)

    # The chat line

    @on(Input.Submitted, "#chat-input")
    def _send(self, event: Input.Submitted) -> None:
        event.stop()
        if not event.value.strip():
            return
        whom = self._chat.whom
        if refusal := self.host.chat_refusal(whom):
            self.host.say(Notice(refusal, Weight.WARNING))
            return
        self._chat.line.value = ""
        self._send_message(event.value, whom)

    @work(group="chat", exit_on_error=True)
    async def _send_message(self, text: str, whom: Participant | None) -> None:
        assert self._membership is not None, "refused above"
        to = whom.uuid if whom is not None else ""
        sent = await self._membership.moderation.send_message(text, to)
        if not sent and not self._chat.line.value:
            # The host must not lose a text that could not be sent, nor have it go to others.
            self._chat.write_to(whom)
            self._chat.line.value = text

    @on(LineInput.GivenUp, "#chat-input")
    def _leave_chat(self) -> None:
        self._chat.write_to(None)
        self.set_focus(self._people.view)

    def on_descendant_focus(self) -> None:
        focus = self.focused
        if focus is self._chat.line:
            self._chat.mark_read()
        typing = {self._chat.line: IN_CHAT, self._people.filter_line: IN_FILTER}
        self._key_bar.show_typing(typing.get(focus, ()) if isinstance(focus, LineInput) else ())

    @on(RosterView.CursorMoved)
    def _cursor_moved(self) -> None:
        self._details.redraw()
        self._key_bar.redraw()
        self._filter_told.look(below=self._status)
