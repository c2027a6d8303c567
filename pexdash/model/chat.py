"""The chat of a conference, kept to a bounded number of messages."""

from __future__ import annotations

from collections import deque

import msgspec

MOST_MESSAGES = 2000
ECHO_SECONDS = 10.0
"""How far apart in time a line of ours and its echo by the node can be."""
_MOST_UNMATCHED = 20


class Message(msgspec.Struct, frozen=True):
    """One chat line: Unix time of arrival, the sender's name and uuid, and the clean text.

    `known` is False where the sender's uuid is not in the roster, and the name is only claimed.
    `direct` is a line between two people alone; `to` is the name of whom one of ours is for, or
    their uuid where nobody of that uuid is there.
    """

    time: float
    name: str
    uuid: str
    text: str
    own: bool = False
    known: bool = True
    direct: bool = False
    to: str = ""


class Chat:
    """Messages in order of arrival; the oldest go when there are more than 2,000.

    `us` is what stands in place of our own name.
    """

    def __init__(self) -> None:
        self.us = "you"
        self.messages: deque[Message] = deque(maxlen=MOST_MESSAGES)
        self.total = 0
        self._sent: deque[Message] = deque(maxlen=_MOST_UNMATCHED)
        self._echoed: deque[Message] = deque(maxlen=_MOST_UNMATCHED)

    def keep(self, most: int) -> None:
        """Keep at most so many messages from now on."""
        self.messages = deque(self.messages, maxlen=most)

    def add(self, message: Message, *, sent: bool = False) -> bool:
        """Append `message`; returns False for a line of our own that is here already.

        `sent` is True for a line that we sent, False for one that the node told: some nodes echo
        our lines, before or after they accept them. A line is matched with one echo and an echo
        with one line, so that two lines of the same words are both shown.
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
    """Whether one of `unmatched` has the same text at about the same time; takes the first out."""
    for earlier in unmatched:
        is_same = earlier.text == message.text and earlier.direct == message.direct
        if is_same and abs(message.time - earlier.time) <= ECHO_SECONDS:
            unmatched.remove(earlier)
            return True
    return False
