"""What a source tells a feed: one record for each thing that happened, in the order it happened.

A conference is rebuilt from these records alone, so whatever changes one is among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from pexdash.model.events import ConferenceUpdated, Event
from pexdash.model.participant import Participant, Role
from pexdash.session.feed.link import LinkState

if TYPE_CHECKING:
    from pexdash.api.sse import SentEvent


class Heard(Struct, frozen=True):
    """Events that arrived together; `sent` holds the same events as the node sent them."""

    events: Sequence[Event]
    sent: Sequence[SentEvent] = ()


class Listed(Struct, frozen=True):
    """The participant list was fetched; `answer` is the node's own JSON value."""

    people: Sequence[Participant]
    answer: object = None


class Stated(Struct, frozen=True):
    """The conference's status was fetched; `answer` is the node's own JSON value."""

    status: ConferenceUpdated
    answer: object = None


class Line(Struct, frozen=True):
    """The line to the source changed its state; `why` is a sentence, or ""."""

    state: LinkState
    why: str = ""


class Me(Struct, frozen=True):
    """Who we are from now on, and our role where it is known."""

    uuid: str
    role: Role = Role.UNKNOWN


class Said(Struct, frozen=True):
    """The node took a chat line of ours; `text` is clean."""

    text: str


class Marked(Struct, frozen=True):
    """The host marked this moment with a word."""

    word: str


Told = Heard | Listed | Stated | Line | Me | Said | Marked
