"""The whole chat, to read and to narrow by a filter."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from pexdash.model.chat import MOST_MESSAGES, Chat, Message
from pexdash.model.grammar import Grammar, Test
from pexdash.text import simple_width
from pexdash.ui.drawing.spans import Span
from pexdash.ui.widgets.chat import message_lines
from pexdash.ui.widgets.filter_line import Completion

_KINDS: Mapping[str, Test[Message]] = {
    "own": lambda message: message.own,
    "direct": lambda message: message.direct,
    "unknown": lambda message: not message.known and not message.own,
}
_lines_of = lru_cache(MOST_MESSAGES)(message_lines)


class ChatPage:
    """The messages of a chat, as lines."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._grammar = Grammar[Message](
            lambda message: (message.name, message.text, message.to), {"is": _KINDS}, {}
        )
        self.completion = Completion(self._grammar, lambda: chat.messages)

    @property
    def version(self) -> object:
        return self._chat.total

    def lines(self, width: int, filtered_by: str) -> list[list[Span]]:
        test = self._grammar.test_of(filtered_by)
        found = [one for one in self._chat.messages if test(one)]
        if found:
            return [line for one in found for line in _lines_of(one, width, self._chat.us)]
        nothing = f"Nothing passes the filter {filtered_by}." if filtered_by else "Nobody wrote."
        return [[Span(f" {simple_width(nothing)}", "dim")]]
