"""Carries out what the keys of a wall are for."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Protocol

from textual.screen import Screen

from pexdash.errors import UsageFault
from pexdash.model.alarms.alarm import Alarm
from pexdash.model.alarms.kept import Shelf, whole
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey
from pexdash.model.line import LineState
from pexdash.secret import Secret
from pexdash.session.estate.estate import Estate, Slot
from pexdash.session.feed.notices import Notice, Weight
from pexdash.session.moderation.action import Action
from pexdash.ui.commands.bindings import textual_key
from pexdash.ui.commands.wall_acknowledging import refusal
from pexdash.ui.commands.wall_actions import ACKNOWLEDGE_PAGE, SUGGESTED, Aim
from pexdash.ui.commands.wall_suggestion import Suggestion
from pexdash.ui.drawing.times import clock_time
from pexdash.ui.framework.themed_app import ThemedApp
from pexdash.ui.wall.board import WallBoard

_DAY_SECONDS = 86_400.0
"""From how far ahead on the end of a shelf is told with its day."""
_OUT = (LineState.REFUSED, LineState.REMOVED, LineState.ENDED)


class WallShown(Protocol):
    """What the deeds ask of the screen of the wall."""

    def redraw(self) -> None: ...

    def say(self, notice: Notice) -> None: ...

    def show_conference(self, slot: Slot, alarm: Alarm | None, opens: Action | None, /) -> None: ...

    def rows_of(self, slot: Slot) -> Sequence[int]: ...

    def switch_bell(self) -> None: ...

    def type_filter(self) -> None: ...

    def show_log(self) -> None: ...

    def show_help(self) -> None: ...

    def leave(self) -> None: ...


class Deeds:
    """Carries out the actions of the wall (`WallDeeds`) on `board`, its estate and its screen."""

    def __init__(
        self,
        screen: Screen[None],
        shown: WallShown,
        board: WallBoard,
        keys: Mapping[str, str],
    ) -> None:
        self._screen = screen
        self._shown = shown
        self._board = board
        self._keys = keys
        self._suggestion = Suggestion(
            screen,
            board.estate,
            say=shown.say,
            open_conference=shown.show_conference,
            rows=shown.rows_of,
            again=lambda: textual_key(keys[SUGGESTED.id]) if keys[SUGGESTED.id] else "",
        )

    @property
    def _estate(self) -> Estate:
        return self._board.estate

    # Where to look

    def next_unacked(self, aim: Aim) -> None:
        """Go to the next alarm that needs somebody."""
        self._go(1)

    def previous_unacked(self, aim: Aim) -> None:
        """Go to the alarm before that needs somebody."""
        self._go(-1)

    def _go(self, by: int) -> None:
        if not self._board.next_unacked(by):
            self._shown.say(Notice("Every alarm is acknowledged"))
        self._shown.redraw()

    def next_view(self, aim: Aim) -> None:
        """Show the conferences in the next order for a while."""
        self._board.next_view()
        self._shown.redraw()

    def clear(self, aim: Aim) -> None:
        """Clear the filter, else go back to the order of the places, else leave the list."""
        board = self._board
        if board.filter:
            board.set_filter("")
        elif board.view.value:
            board.end_view(at_once=True)
        else:
            board.in_list = False
        self._shown.redraw()

    def open_filter(self, aim: Aim) -> None:
        """Type a filter."""
        self._shown.type_filter()

    def open_log(self, aim: Aim) -> None:
        """Show what happened on the wall."""
        self._shown.show_log()

    def open_themes(self, aim: Aim) -> None:
        """Choose a theme, and see it at once."""
        from pexdash.ui.commands.screen_deeds import COLOURLESS
        from pexdash.ui.dialogs.themes import ThemeDialog

        app = self._screen.app
        assert isinstance(app, ThemedApp)
        if app.no_color:
            self._shown.say(Notice(COLOURLESS))
            return
        app.push_screen(ThemeDialog(app))

    def open_help(self, aim: Aim) -> None:
        """Show every key."""
        self._shown.show_help()

    def open_palette(self, aim: Aim) -> None:
        """Open the command palette."""
        self._screen.app.action_command_palette()

    def switch_bell(self, aim: Aim) -> None:
        """Switch the bell off or on."""
        self._shown.switch_bell()

    def leave(self, aim: Aim) -> None:
        """Leave the program."""
        self._shown.leave()

    # Conferences

    def open_conference(self, aim: Aim) -> None:
        """Open a conference on whom the alarm is about; of one that is not live, ask what to do."""
        alarm = self._alarm(aim)
        slot = self._board.slot(aim.conference)
        if slot is None or (alarm is not None and alarm.key.conference != slot.key):
            self._shown.say(Notice("This is about no conference, so there is none to open"))
        elif slot.line.state in _OUT:
            self._ask_of_lost(slot)
        else:
            self._shown.show_conference(slot, alarm, None)

    def _ask_of_lost(self, slot: Slot) -> None:
        """Offer to try again, by the same PIN or another, or to leave it for this run."""
        from pexdash.ui.dialogs.choosing import ChoosingDialog

        why = slot.line.why or f"This conference is {slot.line.state.value}."
        dialog = ChoosingDialog(
            f"{slot.label}: {slot.line.state.value}",
            ("Try again", "Give a PIN and try again", "Leave it for this run"),
            details=[slot.alias, why],
            verb="does it",
        )

        def chosen(at: int | None) -> None:
            if at == 0:
                self._estate.try_again(slot.key)
            elif at == 1:
                self._ask_for_pin(slot)
            elif at == 2:
                self._estate.leave(slot.key)

        self._screen.app.push_screen(dialog, chosen)

    def _ask_for_pin(self, slot: Slot) -> None:
        from pexdash.ui.dialogs.form import FormDialog, FormField, Values

        form = FormDialog(
            f"PIN for {slot.label}",
            [FormField("pin", "PIN", secret=True, placeholder="Host PIN", longest=64)],
            details=[slot.alias, "Three wrong PINs lock people out for a while."],
            verb="joins",
            check=lambda values: "" if values["pin"] else "Type the PIN, or go back",
        )

        def given(values: Values | None) -> None:
            if values is not None:
                self._estate.try_again(slot.key, Secret(values["pin"]))

        self._screen.app.push_screen(form, given)

    def do_suggested(self, aim: Aim) -> None:
        """Ask whether to do what the alarm suggests."""
        alarm = self._alarm(aim)
        if alarm is None:
            self._shown.say(Notice("There is no alarm under the cursor"))
            return
        slot = self._board.slot(alarm.key.conference)
        if slot is None:
            advice = alarm.rule.advice or "Nothing is suggested for this alarm"
            self._shown.say(Notice(advice))
            return
        self._suggestion.ask(slot, alarm)

    # Alarms

    def _refuses(self) -> bool:
        """Refuse in words to acknowledge or shelve at a wall that is for reading only."""
        words = refusal(self._estate)
        if words:
            self._shown.say(Notice(words, Weight.WARNING))
        return bool(words)

    def _alarm(self, aim: Aim) -> Alarm | None:
        return None if aim.alarm is None else self._estate.alarms.get(aim.alarm)

    def acknowledge(self, aim: Aim) -> None:
        """Take note of the alarm under the cursor."""
        alarm = self._alarm(aim)
        if self._refuses():
            pass
        elif alarm is None:
            self._shown.say(Notice("There is no alarm under the cursor"))
        elif not alarm.is_unacked:
            self._shown.say(Notice("This alarm needs no acknowledgement any more"))
        else:
            self._estate.acknowledge([alarm.key])

    def acknowledge_page(self, aim: Aim) -> None:
        """Take note of all alarms that were in sight, after a question."""
        from pexdash.ui.dialogs.confirm import MOST_NAMED, Confirm

        keys = [key for key in aim.page if self._is_unacked(key)]
        if self._refuses():
            return
        if not keys:
            self._shown.say(Notice("No alarm in sight needs somebody"))
            return
        number = f"{len(keys)} {'alarm' if len(keys) == 1 else 'alarms'}"
        question = Confirm(
            f"Acknowledge {number}?",
            [self._told(key) for key in keys],
            yes=f"Acknowledge {number}",
            no="Back",
            again=self._key(ACKNOWLEDGE_PAGE.id),
            rest=f"{len(keys)} in all   down reads on" if len(keys) > MOST_NAMED else "",
        )

        def decided(yes: bool | None) -> None:
            if yes:
                self._estate.acknowledge(keys)

        self._screen.app.push_screen(question, decided)

    def _key(self, action_id: str) -> str:
        key = self._keys[action_id]
        return textual_key(key) if key else ""

    def _is_unacked(self, key: AlarmKey) -> bool:
        alarm = self._estate.alarms.get(key)
        return alarm is not None and alarm.is_unacked

    def _told(self, key: AlarmKey) -> str:
        """An alarm in words, the conference first."""
        alarm = self._estate.alarms.get(key)
        if alarm is None:
            return f"{self._name(key.conference)}  {key.rule}"
        return f"{self._board.label_of(alarm)}  {self._board.telling.text(alarm, self._board.now)}"

    def _name(self, key: ConferenceKey) -> str:
        slot = self._board.slot(key)
        return slot.label if slot is not None else key.alias or key.cluster or "this wall"

    def shelve(self, aim: Aim) -> None:
        """Ask for how long and why to put the alarm aside."""
        alarm = self._alarm(aim)
        if self._refuses():
            return
        if alarm is None:
            self._shown.say(Notice("There is no alarm under the cursor"))
            return
        title = f"Shelve: {self._board.label_of(alarm)}"
        self._ask_to_shelve(alarm.key, title, [self._told(alarm.key)], of_whole=False)

    def _ask_to_shelve(
        self, key: AlarmKey, title: str, details: Sequence[str], *, of_whole: bool
    ) -> None:
        from pexdash.ui.dialogs.form import Values
        from pexdash.ui.dialogs.shelving import shelving_form, shelving_seconds

        def given(values: Values | None) -> None:
            if values is None:
                return
            try:
                self._estate.shelve(key, values["why"], shelving_seconds(values["time"]))
            except UsageFault as fault:
                self._shown.say(Notice(str(fault), Weight.WARNING))

        form = shelving_form(title, details, of_whole=of_whole)
        self._screen.app.push_screen(form, given)

    def _ask_to_shelve_whole(self, key: AlarmKey, words: str) -> None:
        details = ["No alarm of it is shown or rings until then."]
        self._ask_to_shelve(key, f"Shelve {words}", details, of_whole=True)

    def open_shelf(self, aim: Aim) -> None:
        """Show what is put aside, to take it back; and put a whole conference or cluster there."""
        from pexdash.ui.dialogs.choosing import ChoosingDialog

        if self._refuses():
            return
        shelves = list(self._estate.alarms.kept.shelves.items())
        options = [f"Take back  {self._shelved(key, shelf)}" for key, shelf in shelves]
        deeds = [partial(self._estate.unshelve, key) for key, _ in shelves]
        for words, key in self._wholes(aim):
            options.append(f"Shelve {words}")
            deeds.append(partial(self._ask_to_shelve_whole, key, words))
        number = f"{len(shelves)} shelved" if shelves else "Nothing is shelved"
        if not options:
            self._shown.say(Notice(number))
            return
        dialog = ChoosingDialog(number, options, verb="does it")

        def chosen(at: int | None) -> None:
            if at is not None:
                deeds[at]()

        self._screen.app.push_screen(dialog, chosen)

    def _wholes(self, aim: Aim) -> list[tuple[str, AlarmKey]]:
        """What may be put aside as a whole: the conference under the cursor, and its cluster."""
        slot = self._board.slot(aim.conference)
        if slot is None:
            return []
        wholes = [(f"the whole conference {slot.label}", whole(slot.key))]
        if slot.key.cluster:
            cluster = whole(ConferenceKey(slot.key.cluster, ""))
            wholes.append((f"the whole cluster {slot.key.cluster}", cluster))
        kept = self._estate.alarms.kept.shelves
        return [(words, key) for words, key in wholes if key not in kept]

    def _shelved(self, key: AlarmKey, shelf: Shelf) -> str:
        """A shelf in words: what, until when, by whom and why."""
        what = self._told(key) if key.rule else f"{self._name(key.conference)}  everything"
        if shelf.until is None:
            until = "until it clears"
        else:
            ends = self._board.telling.wall_time(shelf.until)
            is_far = shelf.until - self._board.now > _DAY_SECONDS
            day = time.strftime("%a %d %b ", time.localtime(ends)) if is_far else ""
            until = f"until {day}{clock_time(ends)}"
        return f"{what}  {until}  {shelf.by}: {shelf.why}"
