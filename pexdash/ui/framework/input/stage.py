"""From the bytes of a terminal to whole, known keys and what else a terminal tells.

Time is handed in, in seconds of any steady clock.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from itertools import groupby

from msgspec import Struct
from textual import events
from textual.message import Message

from pexdash.ui.framework.burst import Burst
from pexdash.ui.framework.input.control_strings import (
    ESC,
    INTRODUCERS,
    Kind,
    Piece,
    first_piece,
    is_no_key,
    muted,
    readable,
    started,
)
from pexdash.ui.framework.input.known_keys import may_be_whole, presses, typed
from pexdash.ui.framework.input.pasting import Pasting
from pexdash.ui.framework.input.reports import Reports
from pexdash.ui.framework.key_press import KeyPress
from pexdash.ui.framework.terminal_ground import ground_of

ESCAPE_SECONDS = 0.1
"""How long an ESC waits for what it may introduce before it is the key."""
INTRODUCED_SECONDS = 0.5
"""How long after an ESC what comes in one read may still be what it introduced."""
SILENT_SECONDS = 1.0
"""How long a started string, or a paste, waits for its next byte before it is given up."""
FLOWING_SECONDS = 0.1
"""How long it waits where it has grown beyond `MOST_STRING`."""
LATE_SECONDS = 2.0
"""How long after that the rest of the string is still known as such, and is no key."""
MOST_STRING = 4096
"""Bytes of a string that may be a key or a report; what is longer is neither."""
TYPED_AT_ONCE = 2
"""How many characters in one read may be keys; more are text."""
_BLANKS = str.maketrans("\r\n\t", "   ")


class _Late(Struct, frozen=True):
    """What was given up; its rest may come before `until`."""

    until: float
    begun: str
    pasting: Pasting | None


class InputStage:
    """Takes what each read of the terminal gave, and tells what that was.

    `due` is when to `tick` unless something is read before, None for never. `acts` says of a key,
    by the framework's name, whether it acts on somebody: such a key is dropped where it came
    together with an ESC, because Alt may have been held.
    """

    def __init__(self, acts: Callable[[str], bool]) -> None:
        self.due: float | None = None
        self._acts = acts
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._reports = Reports()
        self._held = ""
        self._held_bytes = 0
        self._pasting: Pasting | None = None
        self._escaped_at = float("-inf")
        self._is_introduced = False
        self._late: _Late | None = None
        self._marked: set[str] = set()

    def feed(self, data: bytes, now: float) -> list[Message]:
        """What the bytes of one read are, together with what was held of those before."""
        was_held, self._is_introduced = bool(self._held), False
        pieces = self._split(self._continued(self._decoder.decode(data), now))
        is_the_same = was_held and not pieces
        self._held_bytes = self._held_bytes + len(data) if is_the_same else len(self._held)
        if len(self._held) > 1:
            self._held = started(self._held)
            if self._held_bytes > MOST_STRING and not is_no_key(self._held):
                self._held = muted(self._held)
        self._escaped_at = now if self._held == ESC else float("-inf")
        self._await_more(now)
        return self._told(pieces)

    def tick(self, now: float) -> list[Message]:
        """What is known by now because nothing more has come."""
        if self.due is None or now < self.due:
            return []
        self.due = None
        self._decoder.reset()
        held, self._held = self._held, ""
        if held == ESC:
            return [KeyPress("escape", ESC)]
        if may_be_whole(held):
            return [*presses(held.removeprefix(ESC))]
        if held or self._pasting:
            self._late = _Late(now + LATE_SECONDS, held, self._pasting)
            self._pasting = None
        return []

    def _continued(self, new: str, now: float) -> str:
        """`new` behind what was held for it, without the rest of what was given up."""
        if self._held or self._pasting or not new:
            held, self._held = self._held, ""
            return held + new
        is_soon = now - self._escaped_at < INTRODUCED_SECONDS
        self._is_introduced = is_soon and new[0] in INTRODUCERS and len(new) > 1
        if self._is_introduced:
            return ESC + new
        return self._without_late(new, now)

    def _without_late(self, new: str, now: float) -> str:
        late, self._late = self._late, None
        if late is None or now >= late.until:
            return new
        if late.pasting is not None:
            after = late.pasting.take(new)
            if after is None:
                self._late = late
            return new if after is None else after
        whole = late.begun + new
        piece = first_piece(whole)
        if piece is not None:
            if piece.kind is Kind.PASTE:
                self._pasting = Pasting()
            return new if piece.kind is Kind.BROKEN else whole[piece.end :]
        is_of_controls = not any(map(_is_printable, new))
        if is_of_controls or (is_no_key(whole) and not new.endswith(ESC)):
            # Nothing tells that this was not typed.
            self._late = late
            return new
        if len(whole) <= MOST_STRING:
            self._late = _Late(now + LATE_SECONDS, started(whole), None)
        return ""

    def _split(self, text: str) -> list[Piece]:
        """The whole pieces of `text`; what is none yet is held."""
        pieces: list[Piece] = []
        while text:
            if self._pasting is not None:
                after = self._pasting.take(text)
                if after is None:
                    break
                pieces.append(Piece(Kind.PASTE, 0, self._pasting.text))
                self._pasting, text = None, after
                continue
            piece = first_piece(text)
            if piece is None:
                self._held = text
                break
            text = text[piece.end :]
            if piece.kind is Kind.PASTE:
                self._pasting = Pasting()
            else:
                pieces.append(piece)
        return pieces

    def _await_more(self, now: float) -> None:
        if self._held == ESC or may_be_whole(self._held):
            self.due = now + ESCAPE_SECONDS
        elif self._held and self._held_bytes > MOST_STRING:
            self.due = now + FLOWING_SECONDS
        elif self._held or self._pasting:
            self.due = now + SILENT_SECONDS
        else:
            is_inside = bool(self._decoder.getstate()[0])
            self.due = now + ESCAPE_SECONDS if is_inside else None

    def _told(self, pieces: list[Piece]) -> list[Message]:
        """What the pieces of one read are to the app."""
        texts = [piece.text for piece in pieces if piece.kind is Kind.TEXT]
        are_keys = sum(map(_is_printable, "".join(texts))) <= TYPED_AT_ONCE
        told: list[Message] = []
        after_escape = self._is_introduced
        for piece in pieces:
            if piece.kind is Kind.ESCAPE:
                told.append(KeyPress("escape", ESC))
                after_escape = True
            elif piece.kind is Kind.CONTROL and len(piece.text) <= MOST_STRING:
                told += self._controlled(piece.text, after_escape)
            elif piece.kind is Kind.STRING and (ground := ground_of(piece.text)):
                told.append(ground)
            elif piece.kind is Kind.PASTE and piece.text:
                told.append(events.Paste(piece.text))
            elif piece.kind is Kind.TEXT:
                read = self._typed if are_keys else self._burst
                told += read(piece.text, after_escape)
        return told

    def _controlled(self, control: str, after_escape: bool) -> list[Message]:
        """What a whole CSI or SS3 is; nothing where it is not known."""
        if report := self._reports.read(control):
            return [report]
        found = presses(control)
        self._mark(found)
        if len(found) <= TYPED_AT_ONCE:
            return [*self._meant(found, after_escape)]
        text = "".join(one.character or "" for one in found)
        return [Burst(text)] if text.strip() else []

    def _mark(self, found: list[KeyPress]) -> None:
        """Tell presses from repeats where a terminal marks the repeats of a key alone."""
        for press in found:
            if press.is_repeat is None and press.key in self._marked:
                press.is_repeat = False
            elif press.is_repeat and self._acts(press.key):
                self._marked.add(press.key)

    def _typed(self, text: str, after_escape: bool) -> list[Message]:
        found = [press for press in map(typed, text) if press is not None]
        return [*self._meant(found, after_escape)]

    def _meant(self, found: list[KeyPress], after_escape: bool) -> list[KeyPress]:
        """Without those that may have been pressed together with Alt, where they act."""
        return [press for press in found if not (after_escape and self._acts(press.key))]

    def _burst(self, text: str, after_escape: bool) -> list[Message]:
        """Text, and the keys of the controls in it that are no blanks."""
        told: list[Message] = []
        for is_text, run in groupby(text.translate(_BLANKS), _is_printable):
            shown = "".join(run)
            if not is_text:
                told += self._typed(shown, after_escape)
            elif shown.strip():
                told.append(Burst(readable(shown)))
        return told


def _is_printable(character: str) -> bool:
    """Whether it is no control; what is no UTF-8 stands for a character that we cannot know."""
    return character >= " " and not "\x7f" <= character < "\xa0"
