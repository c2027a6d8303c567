"""The records that a source gives a feed, in the order in which things happened.

A recording holds these records alone, so every change of a conference must be one of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    """The participant list as fetched; `answer` is the node's own JSON value."""

    people: Sequence[Participant]
    answer: object = None


class Stated(Struct, frozen=True):
    """The conference's status as fetched; `answer` is the node's own JSON value."""

    status: ConferenceUpdated
    answer: object = None


class Line(Struct, frozen=True):
    """A new state of the line to the node; `why` is a sentence, or ""."""

    state: LinkState
    why: str = ""


class Me(Struct, frozen=True):
    """The participant we are from now on, and our role where the node gave it.

    `alias` is the conference we are in, or "" where it is the one we were in before.
    """

    uuid: str
    role: Role = Role.UNKNOWN
    alias: str = ""


class Said(Struct, frozen=True):
    """A chat line of ours that the node has accepted; `text` is clean.

    `to` is the uuid of the one person whom it is for, "" where it is for all.
    """

    text: str
    to: str = ""


class Marked(Struct, frozen=True):
    """A word by which the host marked this moment."""

    word: str


class Alarmed(Struct, frozen=True):
    """A change of an alarm, in the words of reports; every text is clean.

    `subject` is what the alarm is about within the conference, `person` the uuid where that is
    somebody. `since` is the Unix time at which its cause began, None where not told, `by` is who
    changed it, "" where nobody did. `value` is what was measured and `threshold` what is allowed.
    `parent` is the rule of the alarm that speaks for this one, "" where none does.
    """

    change: str
    rule: str
    severity: str = ""
    subject: str = ""
    person: str = ""
    text: str = ""
    node: str = ""
    since: float | None = None
    by: str = ""
    comment: str = ""
    value: float | None = None
    threshold: float | None = None
    chattering: bool | None = None
    in_flood: bool | None = None
    parent: str = ""


class Acted(Struct, frozen=True):
    """A request of ours that has ended, and how: "done", "refused" or "unknown".

    `asked` is the Unix time at which it was sent, `took` the seconds until the node answered and
    `seen` those until its event came, None where that did not happen. `fields` is its body,
    without secrets. `name` and `address` are those of the participant `uuid`. `as_name` is our name
    there, `operator` who used this program, `source` where it came from ("key", "palette", "ctl",
    "rule:NAME", "alarm:ID"), `action` the id of the action, and `confirmed` "no", "yes" or "typed";
    each is "" where it is not known. `http` and `result` are the status
    and the result of the node's answer, and `session_id` is the uuid of our participant.
    """

    asked: float
    title: str
    request: str
    outcome: str
    reason: str = ""
    uuid: str = ""
    name: str = ""
    address: str = ""
    fields: Mapping[str, object] = {}
    took: float | None = None
    seen: float | None = None
    as_name: str = ""
    source: str = ""
    operator: str = ""
    action: str = ""
    confirmed: str = ""
    http: int | None = None
    result: object = None
    session_id: str = ""


class Spoken(Struct, frozen=True):
    """Seconds of talk by uuid, since the last time that this was told: voice activity, not words.

    Only the log of a bus has it, in place of the stage.
    """

    seconds: Mapping[str, float]


Told = Heard | Listed | Stated | Line | Me | Said | Marked | Alarmed | Acted | Spoken
