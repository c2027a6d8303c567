"""The layouts of a node as cards to choose from, with what is asked for and what is in force."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import Enum
from typing import NamedTuple

from textual import events
from textual.binding import Binding
from textual.message import Message

from pexdash.model.layouts import Layout, words_of
from pexdash.model.participant import Role
from pexdash.session.feed.feed import Feed
from pexdash.session.moderation.layouts import Layouts
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.mosaic import mosaic
from pexdash.ui.drawing.panel import Panel
from pexdash.ui.drawing.spans import Span, fit, fit_spans

CARD_WIDTH = 16
CARD_HEIGHT = 6
"""Lines of a card: the picture, and its name below."""
_BETWEEN = 2
_LABEL = 11


class For(Enum):
    """Whose picture a layout is for; the values are the words on the screen."""

    ALL = "everybody"
    HOSTS = "Hosts"
    GUESTS = "Guests"
    STREAM = "streaming"
    PERSON = "one person"


_FIELDS = {For.ALL: "layout", For.HOSTS: "host_layout", For.GUESTS: "guest_layout"}


class Switch(NamedTuple):
    """Something that is on or off on the picture: its key, its words and its transform."""

    key: str
    words: str
    field: str


SWITCHES = (
    Switch("n", "Names", "enable_overlay_text"),
    Switch("a", "Active speaker", "enable_active_speaker_indication"),
    Switch("r", "Recording sign", "recording_indicator"),
    Switch("s", "Streaming sign", "streaming_indicator"),
    Switch("t", "Transcribing sign", "transcribing_indicator"),
    Switch("e", "More people in ac", "enable_extended_ac"),
)
STREAM_SWITCHES = (
    Switch("w", "Waiting screen", "waiting_screen_enabled"),
    Switch("p", "Number of people", "plus_n_pip_enabled"),
    Switch("i", "Signs", "indicators_enabled"),
)
_NAMES = SWITCHES[0]


class LayoutSheet(Panel, can_focus=True):
    """Shows the layouts of `offers`; the arrows move among them, tab changes whom they are for.

    With `people`, uuids, it is for them alone. It tells what the node says, and of what no event
    tells, what we have asked for.
    """

    DEFAULT_CSS = """
    LayoutSheet { height: 1fr; }
    """

    BINDINGS = [
        Binding("left", "move(-1)", "Left", show=False),
        Binding("right", "move(1)", "Right", show=False),
        Binding("up", "move_row(-1)", "Up", show=False),
        Binding("down", "move_row(1)", "Down", show=False),
        Binding("home", "move(-1000)", "First", show=False),
        Binding("end", "move(1000)", "Last", show=False),
        Binding("tab", "next_whom(1)", "For whom", show=False),
        Binding("shift+tab", "next_whom(-1)", "For whom", show=False),
        Binding("enter,space", "choose", "Choose", show=False),
    ]

    class Chosen(Message):
        """The host chose the layout under the cursor."""

    def __init__(
        self, feed: Feed, offers: Layouts, glyphs: Glyphs, people: Sequence[str] = ()
    ) -> None:
        super().__init__(id="layouts")
        self.people = people
        self._feed = feed
        self._offers = offers
        self._glyphs = glyphs
        self._at = 0
        self._whom = 0
        self._top = 0
        self._lines_of_cards = 0
        self.is_loading = not offers.offered
        self._go_to_asked()

    @property
    def whom(self) -> For:
        """Whose picture the cards are for."""
        return self._those()[self._whom % len(self._those())]

    @property
    def layout_under_cursor(self) -> Layout | None:
        """The layout under the cursor; None where the node names none."""
        offered = self._offers.offered
        return offered[min(self._at, len(offered) - 1)] if offered else None

    @property
    def switches(self) -> tuple[Switch, ...]:
        """What can be turned on and off for those whom the cards are for."""
        if self.people:
            return ()
        return STREAM_SWITCHES if self.whom is For.STREAM else SWITCHES

    def _those(self) -> tuple[For, ...]:
        if self.people:
            return (For.PERSON,)
        return (For.HOSTS, For.GUESTS, For.STREAM) if self._is_lecture() else (For.ALL, For.STREAM)

    def _is_lecture(self) -> bool:
        conference = self._feed.conference
        me = conference.participants.get(conference.me)
        if me is not None and me.service_type == "lecture":
            return True
        asked = conference.layout.requested if conference.layout else None
        return asked is not None and asked.for_hosts != asked.for_guests

    def load_done(self) -> None:
        """Show what the node has answered; the first time the cursor goes to what is asked for."""
        if self.is_loading:
            self.is_loading = False
            self._go_to_asked()
        self.redraw()

    def _go_to_asked(self) -> None:
        names = [one.name for one in self._offers.offered]
        asked = self.asked_for(self.whom)
        self._at = names.index(asked) if asked in names else 0

    def asked_for(self, whom: For) -> str:
        """The layout that is asked for on a picture, "" where nobody tells."""
        if whom is For.PERSON:
            one = self._feed.conference.participants.get(self.people[0])
            return one.receive_from_video_mix.layout if one is not None else ""
        if whom is For.STREAM:
            return str(self._ours_of_stream().get("layout", ""))
        layout = self._feed.conference.layout
        if layout is None or layout.requested is None:
            return str(self._offers.ours.get(_FIELDS[whom], ""))
        requested = layout.requested
        return requested.for_guests if whom is For.GUESTS else requested.for_hosts

    def in_force_for(self, whom: For) -> str:
        """The layout that is shown on a picture, "" where the node tells us of another one."""
        layout = self._feed.conference.layout
        ours = For.ALL
        if self._is_lecture():
            ours = For.GUESTS if self._feed.role is Role.GUEST else For.HOSTS
        return layout.view if layout is not None and whom is ours else ""

    def is_on(self, switch: Switch) -> bool | None:
        """Whether something is on, as the node says or we have asked; None where nobody tells."""
        layout = self._feed.conference.layout
        if switch is _NAMES and layout is not None and layout.overlay_text_enabled is not None:
            return layout.overlay_text_enabled
        ours = self._ours_of_stream() if switch in STREAM_SWITCHES else self._offers.ours
        value = ours.get(switch.field)
        return value if isinstance(value, bool) else None

    def _ours_of_stream(self) -> dict[str, object]:
        ours = self._offers.ours.get("streaming")
        return ours if isinstance(ours, dict) else {}

    def transforms_of(self, name: str) -> dict[str, object]:
        """The transforms that ask for a layout on the picture the cards are for."""
        whom = self.whom
        return {"streaming": {"layout": name}} if whom is For.STREAM else {_FIELDS[whom]: name}

    # What it looks like

    def lines(self, width: int, height: int) -> list[list[Span]]:
        head = self._head()
        switches = self._switch_lines(width)
        room = height - len(head) - len(switches) - 1
        cards = self._cards(width, room)
        return [*head, *cards, [Span(self._more(width, room), "dim")], *switches]

    def _more(self, width: int, room: int) -> str:
        """How many layouts stand above and below those that are seen."""
        columns = self._columns(width)
        above = self._top * columns
        below = len(self._offers.offered) - above - max(1, room // CARD_HEIGHT) * columns
        told = [f"{above} more above"] if above else []
        told += [f"{below} more below"] if below > 0 else []
        return "   ".join(told)

    def _head(self) -> list[list[Span]]:
        if self.people:
            known = self._feed.conference.participants
            names = [known[uuid].name for uuid in self.people if uuid in known]
            more = f" and {len(names) - 1} more" if names[1:] else ""
            whom = f"{names[0]}{more}" if names else "somebody who has left"
            has = self.asked_for(For.PERSON)
            return [
                [_label("Has"), Span(has or "what everybody has", "strong" if has else "dim")],
                [],
                [_label("Choose for"), Span(whom, "accent strong")],
            ]
        asked = self._told("Asked", self.asked_for)
        return [self._told("In force", self.in_force_for), asked, self._for_whom()]

    def _told(self, label: str, told: Callable[[For], str]) -> list[Span]:
        spans = [_label(label)]
        for whom in self._those():
            name = told(whom)
            if whom is not For.STREAM or name:
                who = "" if whom is For.ALL else f"{whom.value} "
                words = words_of(name)
                spans += [
                    Span(f"{who}", "dim"),
                    Span(f"{name or 'not told'}", "strong" if name else "dim"),
                    Span(f" {words}   " if words else "   ", "dim"),
                ]
        return spans

    def _for_whom(self) -> list[Span]:
        spans = [_label("Choose for")]
        for whom in self._those():
            chosen = whom is self.whom
            text = f"[{whom.value}]" if chosen else f" {whom.value} "
            spans.append(Span(f"{text} ", "accent strong" if chosen else "dim"))
        return spans

    def _columns(self, width: int) -> int:
        return max(1, (width + _BETWEEN) // (CARD_WIDTH + _BETWEEN))

    def _cards(self, width: int, room: int) -> list[list[Span]]:
        offered = self._offers.offered
        self._lines_of_cards = 0
        if not offered:
            words = "Asking the node…" if self.is_loading else self._offers.fault
            return [[], [Span(words, "dim")], *([[]] * (room - 2))]
        columns, rows = self._columns(width), max(1, room // CARD_HEIGHT)
        row = min(self._at, len(offered) - 1) // columns
        self._top = min(max(self._top, row - rows + 1), row)
        last = -(-len(offered) // columns)
        self._top = max(0, min(self._top, last - rows))
        lines: list[list[Span]] = []
        for at in range(self._top, min(self._top + rows, last)):
            lines += self._row_of_cards(offered, at * columns, columns)
        lines = lines[:room]
        self._lines_of_cards = len(lines)
        return lines + [[] for _ in range(room - len(lines))]

    def _row_of_cards(self, offered: list[Layout], first: int, columns: int) -> list[list[Span]]:
        shown = range(first, min(first + columns, len(offered)))
        cards = [
            self._card(offered[at], chosen=at == min(self._at, len(offered) - 1)) for at in shown
        ]
        lines = []
        for y in range(CARD_HEIGHT):
            spans: list[Span] = []
            for card in cards:
                spans += [*card[y], Span(" " * _BETWEEN)]
            lines.append(spans[:-1])
        return lines

    def _card(self, layout: Layout, *, chosen: bool) -> list[list[Span]]:
        places = layout.places
        look = "strong" if chosen else "dim"
        if places:
            picture = mosaic(places, CARD_WIDTH, CARD_HEIGHT - 1, self._glyphs)
        else:
            no_picture = fit("   no picture", CARD_WIDTH, self._glyphs.ellipsis)
            picture = [" " * CARD_WIDTH] * (CARD_HEIGHT - 1)
            picture[CARD_HEIGHT // 2 - 1] = no_picture
        name = [
            Span(f"{self._glyphs.cursor if chosen else ' '}", "accent"),
            Span(f"{layout.name} ", "accent strong" if chosen else "strong"),
            self._state_of(layout.name),
        ]
        lines = [[Span(line, look)] for line in picture]
        return [*lines, fit_spans(name, CARD_WIDTH, self._glyphs.ellipsis)]

    def _state_of(self, name: str) -> Span:
        if self._is_sent(name):
            return Span(f"sent{self._glyphs.pending}", "accent")
        if name == self.in_force_for(self.whom):
            return Span("in force", "strong")
        if name == self.asked_for(self.whom):
            return Span("asked", "accent")
        return Span(words_of(name), "dim")

    def _is_sent(self, name: str) -> bool:
        sending = self._offers.sending
        return sending is not None and dict(sending) == self.transforms_of(name)

    def _switch_lines(self, width: int) -> list[list[Span]]:
        columns = 2 if width < 90 else 3
        cells = [self._switch(switch, width // columns) for switch in self.switches]
        rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
        return [[span for cell in row for span in cell] for row in rows]

    def _switch(self, switch: Switch, width: int) -> list[Span]:
        on = self.is_on(switch)
        state = "not told" if on is None else "on" if on else "off"
        told_by_node = switch is _NAMES
        asked = "" if on is None or told_by_node else ", as we asked"
        return fit_spans(
            [
                Span(f"{switch.key} ", "strong"),
                Span(f"{switch.words:<19}", "dim"),
                Span(state, "accent" if on else "dim"),
                Span(asked, "dim"),
            ],
            width,
            self._glyphs.ellipsis,
        )

    # What the keys do

    def action_move(self, by: int) -> None:
        """Put the cursor on another layout."""
        last = len(self._offers.offered) - 1
        self._at = max(0, min(self._at + by, last))
        self.redraw()

    def action_move_row(self, by: int) -> None:
        """Put the cursor on the layout above or below."""
        at = self._at + by * self._columns(self.size.width)
        if 0 <= at < len(self._offers.offered):
            self._at = at
            self.redraw()

    def action_next_whom(self, by: int) -> None:
        """Choose for the next ones whose picture it is."""
        self._whom = (self._whom + by) % len(self._those())
        self._go_to_asked()
        self.redraw()

    def action_choose(self) -> None:
        """Ask for the layout under the cursor."""
        if self.layout_under_cursor is not None:
            self.post_message(self.Chosen())

    def on_click(self, event: events.Click) -> None:
        columns = self._columns(self.size.width)
        y = event.y - len(self._head())
        row, column = y // CARD_HEIGHT, event.x // (CARD_WIDTH + _BETWEEN)
        at = (self._top + row) * columns + column
        is_card = 0 <= y < self._lines_of_cards and column < columns
        if is_card and at < len(self._offers.offered):
            self._at = at
            self.redraw()


def _label(words: str) -> Span:
    return Span(f"{words:<{_LABEL}}", "dim")
