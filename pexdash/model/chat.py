"""The chat of a conference, kept to a bounded number of messages."""

from __future__ import annotations

from collections import deque

import msgspec

MOST_MESSAGES = 2000
ECHO_SECONDS = 10.0
_MOST_UNMATCHED = 20


class Message(msgspec.Struct, frozen=True):
    """One chat line: Unix time of arrival, the sender's name and uuid, and the clean text.

    `known` is False where the sender's uuid is not in the roster: any client can send any name.
    """

    time: float
    name: str
    uuid: str
    text: str
    own: bool = False
    known: bool = True
    direct: bool = False


class Chat:
    """Messages in order of arrival; the oldest go when there are more than 2,000."""

    def __init__(self) -> None:
        self.messages: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self.total = 0
        self._sent: deque[Message] = deque(maxlen=_MOST_UNMATCHED)
        self._echoed: deque[Message] = deque(maxlen=_MOST_UNMATCHED)

    def add(self, message: Message, *, sent: bool = False) -> bool:
        """Append `message`; False where that line of our own is here already.

        `sent` tells what we sent from what the node told: some nodes send a line back, before or
        after they accept it. Each stands for one of the other kind, so that the same words may
        well be said twice.
        """
        if message.own:
            mine, theirs = (self._sent, self._echoed) if sent else (self._echoed, self._sent)
            if _matches(message, theirs):
                return False
            mine.append(message)
        self.messages.append(message)
        self.total += 1
        return True


def _matches(message: Message, unmatched: deque[Message]) -> bool:
    """Use up the first of `unmatched` that says the same at about the same time."""
    for earlier in unmatched:
        if earlier.text == message.text and abs(message.time - earlier.time) <= ECHO_SECONDS:
            unmatched.remove(earlier)
            return True
    return False
