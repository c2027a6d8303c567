"""The chat of a conference, kept to a bounded number of messages."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

MOST_MESSAGES = 2000
ECHO_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Message:
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

    def add(self, message: Message) -> bool:
        """Append `message`; False where it is the node's echo of a line of our own."""
        if message.own and self._is_echo(message):
            return False
        self.messages.append(message)
        self.total += 1
        return True

    def _is_echo(self, message: Message) -> bool:
        return any(
            earlier.own
            and earlier.text == message.text
            and earlier.time >= message.time - ECHO_SECONDS
            for earlier in reversed(self.messages)
        )
