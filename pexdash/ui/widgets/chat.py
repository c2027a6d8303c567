"""The chat: what was said, how much of it is new, and the line to write in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable

from textual.app import ComposeResult
from textual.binding import Binding
from textual.widget import Widget

from pexdash.model.chat import Message
from pexdash.model.participant import Participant
from pexdash.session.feed.feed import Feed
from pexdash.session.membership.part import OurPart
from pexdash.text import simple_width
from pexdash.ui.drawing.framed import Framed
from pexdash.ui.drawing.glyphs import Glyphs
from pexdash.ui.drawing.pane import Title
from pexdash.ui.drawing.scrolled_lines import ScrolledLines
from pexdash.ui.drawing.spans import Span, fit_spans
from pexdash.ui.drawing.times import clock_time
from pexdash.ui.drawing.wrapping import wrapped
from pexdash.ui.widgets.line_input import LineInput

_INDENT, _FEWEST_CELLS = 3, 8


def message_lines(message: Message, width: int, us: str = "you") -> list[list[Span]]:
    """A chat message as lines of `width` cells: time, name, then the text, wrapped and indented.

    `us` is what stands in place of our own name.

    The text begins behind the name where there is room for it, else on a line of its own.
    """
    who = us if message.own else message.name
    if not message.known and not message.own:
        who += " (not in roster)"
    if message.direct:
        who += f" (to {message.to} alone)" if message.own else " (to you alone)"
    stamp = Span(f" {clock_time(message.time)} ", "dim")
    room = max(_FEWEST_CELLS, width - _INDENT - 1)
    names = wrapped(who, max(_FEWEST_CELLS, width - stamp.width - 1), room)
    look = "accent strong" if message.own else "strong"
    lines = [[Span(" " * _INDENT), Span(name, look)] for name in names]
    lines[0][0] = stamp
    first = width - sum(span.width for span in lines[-1]) - 2
    texts = (
        wrapped(message.text, first, room)
        if first >= _FEWEST_CELLS
        else ["", *wrapped(message.text, room, room)]
    )
    lines[-1].append(Span(f" {texts[0]}", "text"))
    lines += [[Span(" " * _INDENT), Span(line, "text")] for line in texts[1:]]
    return [fit_spans(line, width) for line in lines]


class ChatLog(ScrolledLines, can_focus=False):
    """The messages, the newest at the bottom; the last line ends in what `news` returns."""

    def __init__(self, feed: Feed, news: Callable[[], str]) -> None:
        super().__init__(id="chat-log")
        self._feed = feed
        self._news = news
        self._heights: deque[int] = deque()
        self._seen = 0
        self._told = ""

    def show(self) -> None:
        """Append the messages since the last call, and drop those that the chat has dropped."""
        chat = self._feed.conference.chat
        fresh = min(chat.total - self._seen, len(chat.messages))
        if not fresh:
            return
        self._seen = chat.total
        at_end = self.is_vertical_scroll_end
        if fresh < 0:
            # A recording went back in time.
            self._clear()
            fresh = len(chat.messages)
        self._append(list(chat.messages)[len(chat.messages) - fresh :])
        gone = self._drop(len(self._heights) - len(chat.messages))
        self.resized(None if at_end else max(0, self.scroll_offset.y - gone))

    def on_resize(self) -> None:
        chat = self._feed.conference.chat
        if not (chat.messages or self.drawn):
            return
        self._seen = chat.total
        self._clear()
        self._append(chat.messages)
        self.resized()

    def _clear(self) -> None:
        self.drawn.clear()
        self._heights.clear()

    def _append(self, messages: Iterable[Message]) -> None:
        width, us = self.scrollable_content_region.width, self._feed.conference.chat.us
        for message in messages:
            lines = message_lines(message, width, us)
            self.drawn += lines
            self._heights.append(len(lines))

    def _drop(self, messages: int) -> int:
        """Remove the oldest messages; return the number of their lines."""
        lines = sum(self._heights.popleft() for _ in range(messages))
        del self.drawn[:lines]
        return lines

    def redraw_end(self) -> None:
        """Draw the last line again, where what it ends in has changed since the last call."""
        if (news := self._news()) != self._told:
            self._told = news
            self.redraw_lines([self.size.height - 1])

    def spans(self, y: int, width: int) -> list[Span]:
        spans = super().spans(y, width)
        if y != self.size.height - 1:
            return spans
        news = self._news()
        told = Span(f"  {news} " if news else "", "dim")
        while spans and not spans[-1].text.strip():
            spans.pop()
        return [*fit_spans(spans, max(0, width - told.width)), told]

    @property
    def below(self) -> int:
        """How many lines are below those in view."""
        return max(0, len(self.drawn) - self.scroll_offset.y - self.size.height)


_AT_REST = "c to write"


class ChatInput(LineInput):
    """The line to write in; up, down and the page keys scroll what was said."""

    BINDINGS = [
        Binding("up", "roll(-1)", "Back", show=False),
        Binding("down", "roll(1)", "On", show=False),
        Binding("pageup", "roll_pages(-1)", "A page back", show=False),
        Binding("pagedown", "roll_pages(1)", "A page on", show=False),
    ]

    def __init__(self, log: ChatLog, at_rest: str) -> None:
        super().__init__(at_rest, id="chat-input")
        self._log = log
        self._at_rest = at_rest

    def on_focus(self) -> None:
        # The line of keys says what they do.
        self.placeholder = ""

    def on_blur(self) -> None:
        self.placeholder = self._at_rest

    def action_roll(self, by: int) -> None:
        """Scroll by so many lines."""
        self._log.scroll_by(by)

    def action_roll_pages(self, by: int) -> None:
        """Scroll by so many screenfuls."""
        self._log.scroll_by(by * max(1, self._log.size.height - 1))


class ChatPane(Framed):
    """Messages and the line to write in, under the number of messages the host has not read.

    While the line has the focus, all counts as read, but for what is below the lines in view.
    `above` takes the upper part of the pane while it is shown.
    """

    DEFAULT_CSS = """
    ChatPane > #chat-input { background: $top-ground; }
    """

    def __init__(
        self, feed: Feed, membership: OurPart | None, glyphs: Glyphs, *, above: Widget
    ) -> None:
        super().__init__(glyphs, id="chat")
        self._feed = feed
        self._membership = membership
        self._above = above
        self._read = 0
        self._whom: Participant | None = None
        self.log_view = ChatLog(feed, self._news)
        self.line = ChatInput(self.log_view, _AT_REST if membership is not None else "")

    def compose(self) -> ComposeResult:
        yield self._above
        yield self.log_view
        yield self.line

    @property
    def whom(self) -> Participant | None:
        """Whom alone the line is for; None where it is for all."""
        return self._whom

    def redraw_title(self) -> None:
        super().redraw_title()
        self.log_view.redraw_end()

    def _news(self) -> str:
        """How much is new and how much below, where no title says it."""
        has_title = self.content_region.y > self.region.y
        return "" if has_title else "".join(span.text for span in self.title()[1])

    def title(self) -> Title:
        left = [Span("CHAT", "heading")]
        unread = self._feed.conference.chat.total - self._read if self._membership else 0
        if self._membership is not None and not self._membership.chat_enabled:
            left.append(Span("  off in this conference", "dim"))
        elif self._whom is not None:
            left.append(Span(f"  to {simple_width(self._whom.name)} alone", "accent strong"))
        right = [f"{unread} new"] if unread else []
        right += [f"{self.log_view.below} below"] if self.log_view.below else []
        return left, [Span("  ".join(right), "dim")] if right else []

    def write_to(self, whom: Participant | None) -> None:
        """Have the line go to `whom` alone, or to all for None.

        A text that was meant for others does not stay in it.
        """
        if (whom and whom.uuid) != (self.whom and self.whom.uuid):
            self.line.value = ""
        self._whom = whom
        self.redraw_title()

    def on_mount(self) -> None:
        self.watch(self.log_view, "scroll_y", self._look_what_is_read, init=False)

    def show(self) -> None:
        """Draw the new messages."""
        self.log_view.show()
        self._look_what_is_read()

    def mark_read(self) -> None:
        """Count every message so far as read."""
        self._read = self._feed.conference.chat.total
        self.redraw_title()

    def _look_what_is_read(self) -> None:
        if self.line.has_focus and not self.log_view.below:
            self._read = self._feed.conference.chat.total
        self.redraw_title()
