"""What an action is: what it sends, for whom, on which screen, and how it asks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from enum import Enum

from msgspec import Struct

from pexdash.api.requests import Request
from pexdash.model.conference import Conference
from pexdash.model.participant import Participant


class Target(Enum):
    """What an action is for; the requests of a SCREEN action are about our own participant."""

    PARTICIPANTS = "Participants"
    CONFERENCE = "Conference"
    SCREEN = "Screen"


class Place(Enum):
    """The screen on which an action has its key; the values are the names in the settings."""

    CONFERENCE = "conference"
    WALL = "wall"
    REPLAY = "replay"


class Risk(Enum):
    """What the host must confirm before an action is carried out."""

    NONE = "at once"
    MANY = "asks above five people"
    SELF = "asks about yourself"
    ASK = "asks"
    TYPED = "asks to type the conference's name"


class Form(Enum):
    """The form that asks for what an action needs besides its targets."""

    DIAL = "dial"
    TRANSFER = "transfer"
    DIGITS = "digits"
    NAME = "name"
    MESSAGE = "message"
    CAMERA = "camera"
    LAYOUT = "layout"
    PERSONAL_LAYOUT = "personal layout"
    AUDIO_MIX = "what somebody hears"
    AUDIO_MIXES = "where somebody is heard"
    LAYOUT_GROUP = "group of seats"
    ASPECT_RATIO = "shape of picture"


MANY_PEOPLE = 5
"""Up to how many people an action is for that asks before it is for more."""

Shown = Callable[[Conference, str], bool]


class Step(Struct, frozen=True):
    """One direction of an action: its request, and a test whether the conference shows it done.

    `shown` takes the conference and the participant's uuid ("" for conference requests). The
    conference never shows a `silent` step: such a step is done once the node has answered.
    """

    title: str
    request: Request
    shown: Shown
    body: Mapping[str, object] | None = None
    silent: bool = False


class Action(Struct, frozen=True):
    """One action: its id (also its name in the settings), its key, its title and its target.

    Without a key the action is in the palette alone. An action with two steps is a toggle: its
    first step is taken while somebody does not show that step yet; `outside` is the step where all
    of them wait to be let in. An action without steps belongs to the screen, or `opens` a form that
    makes the step and sends one of `sends`, for one participant alone where it is `for_one`.
    `suits` says for which participants the action makes sense, and `unsuited` is what to say of the
    others. An action for whom `seeks` names goes, where it is pressed elsewhere and nobody is
    marked, to the first of them and does no more; `nobody` is what to say where there is none. One
    that `goes_on` leaves the cursor on the next of them. An action `of_all` is for everybody whom
    that names, whoever is marked, and counts as the action `by` which it acts. `label` is the word
    in the footer of an action without steps, by default the first word of its title. `prominence`
    orders the footer; 0 leaves the action out of it. The framework sets the key of an action that
    is not `bound`; that key cannot be changed. The palette has an action only while it `is_there`.
    """

    id: str
    key: str
    title: str
    target: Target
    steps: tuple[Step, ...] = ()
    opens: Form | None = None
    sends: tuple[Request, ...] = ()
    risk: Risk = Risk.NONE
    suits: Callable[[Participant], bool] = lambda _: True
    unsuited: str = ""
    is_there: Callable[[Conference], bool] = lambda _: True
    outside: Step | None = None
    for_one: bool = False
    seeks: Callable[[Participant], bool] | None = None
    nobody: str = ""
    goes_on: bool = False
    of_all: Callable[[Conference], Collection[str]] | None = None
    by: Action | None = None
    place: Place = Place.CONFERENCE
    label: str = ""
    prominence: int = 0
    bound: bool = True

    @property
    def acts(self) -> bool:
        """Whether its key acts on a person, on us or on the meeting, and not only on the screen."""
        return self.target is not Target.SCREEN or bool(self.steps)

    @property
    def requests(self) -> tuple[Request, ...]:
        """Every request the action may send."""
        return tuple([step.request for step in self.steps]) if self.steps else self.sends

    @property
    def acts_as(self) -> Action:
        """The action that one under way is kept as, so that no two send the same."""
        return self.by or self


WITHOUT_MEDIA = "has no media"
"""What is said of a participant whom an action on picture or sound does not suit."""


def of_participant(test: Callable[[Participant], bool]) -> Shown:
    """What shows a step done once `test` holds of the participant, who must be there."""

    def shown(conference: Conference, uuid: str) -> bool:
        participant = conference.participants.get(uuid)
        return participant is not None and test(participant)

    return shown
