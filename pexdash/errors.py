"""Every error that pexdash raises to its callers, each with a sentence that helps the host."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple

from pexdash.secret import without_secrets


class Remedy(Enum):
    """The value that may make the next try succeed; each front end names its own field for it."""

    NODE = "the node's address"
    CA_FILE = "a file of trusted authorities"
    CERT_FILE = "a file of our own certificate"
    EXTENSION = "the conference behind a Virtual Reception"
    TOKEN_FILE = "a file of the token that a sign-in gives"


class PexdashError(Exception):
    """Any error of pexdash; `str()` is the sentence to show, already clean and without secrets.

    `exit_status` is the program's exit status when the error ends the program. `remedy` is the
    value that may help, or None where no value would.
    """

    exit_status = 70

    def __init__(self, message: str = "", *, remedy: Remedy | None = None) -> None:
        # A node may repeat the PIN that it refuses, and its words go everywhere.
        super().__init__(without_secrets(message))
        self.remedy = remedy


class UsageFault(PexdashError):
    """The user gave a wrong value: a bad alias, option, setting or file."""

    exit_status = 2


class NodeFault(PexdashError):
    """The node cannot be reached, cannot be trusted or does not speak the API."""

    exit_status = 3


class NodeUnreachable(NodeFault):
    """No connection to the node, or no answer in time."""


class NodeUntrusted(NodeFault):
    """TLS failed: the node could not prove who it is."""


class BadAnswer(NodeFault):
    """The node's answer does not follow the API."""


class StreamLimit(BadAnswer):
    """An event or a line is longer than what any node sends."""


class NodeUnavailable(NodeFault):
    """The node cannot answer now (429, 5xx); `retry_after` is the node's own wait in seconds.

    `status` is the HTTP status, and `reason` the node's own words.
    """

    def __init__(
        self, message: str, *, retry_after: float = 0.0, status: int = 0, reason: str = ""
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.status = status
        self.reason = without_secrets(reason)


class AnswerLost(NodeFault):
    """The request was sent and no answer came: the node may have carried it out or not."""


class BusFault(PexdashError):
    """The bus cannot be reached, cannot be trusted, or what came on it cannot be read."""

    exit_status = 3


class Fenced(BusFault):
    """Another collector has taken the shard: what we wanted to write was refused."""


class BusRefused(BusFault):
    """The server does not let this user publish or read there; its own words."""

    exit_status = 4


class NobodyHolds(BusFault):
    """No collector holds this conference now, so nothing was sent."""


class OutcomeUnknown(BusFault):
    """The holder of the conference did not answer: it may have carried the request out or not."""


class NoBus(BusFault):
    """The extra `bus` is missing or does not load."""


class NoMedia(PexdashError):
    """This machine cannot make WebRTC calls: the extra `media` is missing or does not load."""


class Refused(PexdashError):
    """The node refused a request; `status` is the HTTP status, `reason` the node's own words."""

    exit_status = 4

    def __init__(self, message: str, *, status: int = 0, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = without_secrets(reason)


class TokenRefused(Refused):
    """The token is expired, unknown or released (403 `Invalid token`)."""


class PinRequired(Refused):
    """The conference wants a PIN; `guest_needs_pin` is False where Guests join without one.

    `wrong` tells that a PIN was given and was wrong.
    """

    def __init__(self, message: str, *, guest_needs_pin: bool, wrong: bool) -> None:
        super().__init__(message, status=403)
        self.guest_needs_pin = guest_needs_pin
        self.wrong = wrong


class ExtensionRequired(Refused):
    """The alias is a Virtual Reception and wants the alias of the conference behind it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, status=403)
        self.remedy = Remedy.EXTENSION


class IdentityProvider(NamedTuple):
    """Who vouches for us to a conference: its uuid, and its name, already clean.

    `comes_back` is whether its last page leads back to our own address, by a redirect. Otherwise
    the node may end the sign-in on a page of its own.
    """

    uuid: str
    name: str
    comes_back: bool = False


class SignInRequired(Refused):
    """The conference wants a sign-in at one of `providers`.

    Where the node knows at which, `url` is the address to open in a browser, and `providers` holds
    that one alone.
    """

    def __init__(
        self, message: str, providers: tuple[IdentityProvider, ...], *, url: str = ""
    ) -> None:
        super().__init__(message, status=403)
        self.providers = providers
        self.url = url
        self.remedy = Remedy.TOKEN_FILE


class SignInLate(Refused):
    """Nobody came back from the identity provider in time."""


class NameRequired(Refused):
    """The conference wants a display name."""


class Barred(Refused):
    """The conference refused us earlier, and nobody is to ask again before a person wants that."""


class NoSuchConference(Refused):
    """The node knows no conference under this alias."""


class Removed(PexdashError):
    """The node disconnected us; `reason` is its own words."""

    exit_status = 5

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class GivenUp(PexdashError):
    """The node disconnected us for a reason of its own, and we could not join again."""

    exit_status = 6
