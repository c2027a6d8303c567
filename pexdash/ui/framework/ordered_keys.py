"""Keys and clicks in their order: each takes its whole effect before the next is looked at."""

from __future__ import annotations

from collections import deque
from typing import ClassVar, TypeVar

from textual import events, on
from textual.errors import NoWidget
from textual.message import Message
from textual.message_pump import MessagePump
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Input

from pexdash.ui.framework.burst import Burst
from pexdash.ui.framework.changed_cells import ChangedCellsApp
from pexdash.ui.framework.held_keys import THIRD_SECONDS, HeldKeys, Press
from pexdash.ui.framework.key_place import Deed, KeyPlace, event_time
from pexdash.ui.framework.key_press import KeyPress

LOST_SECONDS = 0.3
"""How long a key waits for the key before it, whose widget may be gone and never answer."""
BUILDING_SECONDS = 0.02
"""How often to look whether a dialog that is being built can take a key."""
PASTED_SECONDS = 0.1
"""A key that comes so soon after a paste is part of the paste."""
NO_KEYS = "Several characters came at once: taken for text, so no key was pressed"
Result = TypeVar("Result")
Typed = events.Key | events.Paste | events.MouseEvent


class KeyDone(Message):
    """Follows a key through the same queues, and so arrives when the key has had its effect.

    It is sent twice: a widget may answer a key with a message to itself, which then waits in the
    queue behind the first `KeyDone`. A click is followed in the same way.
    """

    def __init__(self, target: MessagePump, *, again: bool = True) -> None:
        super().__init__()
        self.target = target
        self.again = again


class OrderedKeys(ChangedCellsApp[Result]):
    """An app that hands keys on one at a time, and only to the picture they were typed at.

    Textual sends each key to the widget that has the focus when it is read. Over a slow line
    keys come in bursts: after `c` for the chat, the letters of the message would still reach the
    roster, where `m` mutes. A screen that is a `KeyPlace` says which keys it hears, and which of
    them act on somebody: such a key acts once, however long it is held. The keys in `ANY_TIME`
    are heard by every screen. What the mouse presses and turns takes its place among the keys:
    a click that overtook them would put the cursor on another before they act.
    """

    ANY_TIME: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *, theme: str = "") -> None:
        super().__init__(theme=theme)
        self._pasted_at = float("-inf")
        self._hears_from = float("-inf")
        self._waiting_keys: deque[Typed] = deque()
        self._patience: Timer | None = None
        self._under_way: MessagePump | None = None
        self._held = HeldKeys()
        self._last: events.Key | None = None
        self._awaited: Deed | None = None
        self._wait: Timer | None = None
        self._has_told = False
        self._rest: Burst | None = None
        self._ignores_release = False
        self.pressed_at = float("-inf")
        """When the mouse was last pressed, in seconds of `event_time`."""

    def acts(self, key: str) -> bool:
        """Whether `key`, by the framework's name, acts on a person or the meeting on any screen.

        Any thread may ask. The focus does not count: a line that has it may lose it to the key
        before.
        """
        places = (one for one in self.screen_stack if isinstance(one, KeyPlace))
        return any(key in place.acting_keys for place in places)

    def press(self, key: str) -> None:
        """Press `key`, by the framework's name, behind all that was typed until now."""
        event = events.Key(key, None)
        # The framework would stop it on the way up to the widget whose handler runs now.
        event.set_sender(self)
        self.post_message(event)

    def may_be_held(self, key: str) -> None:
        """Note that `key` may be held down now, for a picture that comes up by itself."""
        self._held.press(key, event_time(), acts=False, is_repeat=None)

    @on(events.Mount)
    def _watch_for_coming_back(self) -> None:
        self.app_resume_signal.subscribe(self, lambda _: self._forget_typed())

    def _forget_typed(self) -> None:
        """Drop every key typed until now, even those that are not read yet: the shell had us."""
        self._hears_from = event_time()
        self._drop_awaited()

    async def on_event(self, event: events.Event) -> None:
        """Queue what was typed, pasted or clicked; hand every other event on at once."""
        if isinstance(event, events.AppBlur):
            # The framework would take the focus off the line, and letters would be orders: of
            # several clients of one tmux, the one that is left tells it while another types.
            return
        is_queued = isinstance(event, Typed) and not isinstance(event, events.MouseMove)
        if not is_queued or event.is_forwarded:
            await super().on_event(event)
            return
        assert isinstance(event, Typed)
        self._waiting_keys.append(event)
        if self._patience is None:
            await self._next_key()

    async def _next_key(self) -> None:
        self._patience = None
        while self._waiting_keys and self.screen_stack:
            if not self.screen.is_mounted:
                # A dialog that is still being built cannot act on a key yet.
                self._patience = self.set_timer(BUILDING_SECONDS, self._next_key)
                return
            typed = self._waiting_keys.popleft()
            if not self._passes(typed):
                continue
            target = self._target_of(typed)
            await super().on_event(typed)
            self._under_way = target
            if target.post_message(KeyDone(target)):
                # A key may remove its own widget, which then never answers.
                self._patience = self.set_timer(LOST_SECONDS, self._next_key)
                return

    def _target_of(self, typed: Typed) -> Widget:
        """The widget that `typed` goes to."""
        if not isinstance(typed, events.MouseEvent):
            return self.focused or self.screen
        try:
            return self.screen.get_widget_at(typed.x, typed.y)[0]
        except NoWidget:
            return self.screen

    def _passes(self, typed: Typed) -> bool:
        """Whether to hand `typed` on now; what else becomes of it is done here."""
        if isinstance(typed, events.MouseEvent):
            return self._is_clicked(typed)
        if self._is_deaf(typed):
            if isinstance(typed, events.Key) and self._awaited is None:
                # Held on, it is still no press of its own once it is heard.
                self._held.press(typed.key, typed.time, acts=False, is_repeat=None)
            elif isinstance(typed, events.Paste):
                self._pasted_at = typed.time
            return False
        if isinstance(typed, Burst) and not isinstance(self.focused, Input):
            self._take_apart(typed)
            return False
        if self._follows_paste(typed):
            return False
        if isinstance(typed, events.Key):
            return self._counts(typed)
        self._end_wait()
        return True

    def _is_clicked(self, event: events.MouseEvent) -> bool:
        """Whether to hand a press or a turn of the mouse on; a release is as its press was."""
        if isinstance(event, events.MouseUp):
            return not self._ignores_release
        screen = self.screen
        hears = not isinstance(screen, KeyPlace) or screen.hears_click(event.time)
        is_deaf = event.time < self._hears_from or not hears
        if isinstance(event, events.MouseDown):
            self._ignores_release, self.pressed_at = is_deaf, event.time
        if not is_deaf:
            self._end_wait()
        return not is_deaf

    def _is_deaf(self, typed: events.Key | events.Paste) -> bool:
        """Whether `typed` was meant for another picture than the one that is there now."""
        key = typed.key if isinstance(typed, events.Key) else ""
        if typed.time < self._hears_from:
            return True
        screen = self.screen
        if key in self.ANY_TIME or not isinstance(screen, KeyPlace):
            return False
        return not screen.hears(typed.time, key)

    def _follows_paste(self, typed: events.Key | events.Paste) -> bool:
        """Whether a key is the rest of a paste that held an end mark; then it is no command."""
        if isinstance(typed, events.Paste):
            self._pasted_at = typed.time
            return False
        at_once = typed.time - self._pasted_at < PASTED_SECONDS
        return at_once and not isinstance(self.focused, Input)

    # Text that came in one go

    def _take_apart(self, burst: Burst) -> None:
        """Open the line that the first character opens, with the rest in it; or drop the text."""
        last, place, text = self._last, self.screen, burst.text
        if last is not None and set(text) == {last.character} and self._is_acting(last):
            # Over a slow line the repeats of a held key come together.
            self._held.hold(last.key, burst.time)
            self._drop_awaited()
            return
        is_rest = burst is self._rest or burst.time - self._pasted_at < PASTED_SECONDS
        opener = place.opener_of(text[:1]) if isinstance(place, KeyPlace) and not is_rest else ""
        if opener:
            self._rest = Burst(text[1:])
            self._put_back(burst.time, KeyPress(opener, text[0]), self._rest)
            return
        self._end_wait()
        self._pasted_at = burst.time
        if not (self._has_told or burst is self._rest):
            self._has_told = True
            self.notify(NO_KEYS, markup=False)

    def _put_back(self, typed_at: float, *several: Typed) -> None:
        for one in reversed(several):
            one.time = typed_at
            self._waiting_keys.appendleft(one)

    # Keys that are held

    def _is_acting(self, key: events.Key) -> bool:
        """Whether `key` is one of the acting keys here and now, and not one of the line's."""
        place, line = self.screen, self.focused
        if not isinstance(place, KeyPlace) or key.key not in place.acting_keys:
            return False
        if not isinstance(line, Input):
            return True
        bound = place.active_bindings.get(key.key)
        # A line may hand a key on to the screen, as "screen.submit".
        is_the_lines = bound is not None and bound.node is line and "." not in bound.binding.action
        return not (is_the_lines or line.check_consume_key(key.key, key.character))

    def _counts(self, key: events.Key) -> bool:
        """Whether `key` is a press of its own, to be handed on now."""
        if self._awaited is not None and not self._held.is_third(key.key, key.time):
            # The deed may open a dialog, so the key is looked at anew.
            self._end_wait()
            self._waiting_keys.appendleft(key)
            return False
        repeat = key.is_repeat if isinstance(key, KeyPress) else None
        acts = self._is_acting(key)
        press = self._held.press(key.key, key.time, acts=acts, is_repeat=repeat)
        self._last, self._has_told = key, False
        if press is Press.IS_HELD:
            self._drop_awaited()
        elif press is Press.WAITS:
            assert isinstance(self.screen, KeyPlace)
            self._awaited = self.screen.deed_of(key.key)
            left = key.time + THIRD_SECONDS - event_time()
            self._wait = self.set_timer(max(0.0, left), self._end_wait)
        return press is Press.ACTS

    def _drop_awaited(self) -> None:
        if self._wait is not None:
            self._wait.stop()
            self._wait = None
        self._awaited = None

    def _end_wait(self) -> None:
        """Do what the key that waited was pressed for."""
        deed = self._awaited
        self._drop_awaited()
        if deed is not None:
            self._held.end_wait()
            deed()

    async def on_key_done(self, event: KeyDone) -> None:
        """Hand on the next key: the one before has had its effect."""
        if event.again and event.target.post_message(KeyDone(event.target, again=False)):
            return
        if self._patience is not None and event.target is self._under_way:
            self._patience.stop()
            await self._next_key()
