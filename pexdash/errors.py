"""Every error a caller of pexdash can meet, each with a sentence the host can act on."""

from __future__ import annotations

from enum import Enum


class Remedy(Enum):
    """What to give so that the next try may succeed; each front end has its own place for it."""

    NODE = "the node's address"
    CA_FILE = "a file of trusted authorities"
    EXTENSION = "the conference behind a Virtual Reception"


class PexdashError(Exception):
    """A fault that ends or refuses something; `str()` is the sentence to show, already clean.

    `exit_status` is the status the program leaves with when the fault ends it, and `remedy` what
    would help, None where nothing that can be given does.
    """

    exit_status = 70

    def __init__(self, message: str = "", *, remedy: Remedy | None = None) -> None:
        super().__init__(message)
        self.remedy = remedy


class UsageFault(PexdashError):
    """What the user asked for cannot be meant: a bad alias, option or settings value."""

    exit_status = 2


class NodeFault(PexdashError):
    """The node cannot be reached, cannot be trusted or does not speak the API."""

    exit_status = 3


class NodeUnreachable(NodeFault):
    """No connection, or no answer in time."""


class NodeUntrusted(NodeFault):
    """TLS failed: the node could not prove who it is."""


class BadAnswer(NodeFault):
    """The node answered something that is no answer of this API."""


class NodeUnavailable(NodeFault):
    """The node answered that it cannot serve now (429, 5xx); `retry_after` is in seconds."""

    def __init__(self, message: str, *, retry_after: float = 0.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class AnswerLost(NodeFault):
    """The request left and no answer came: it may or may not have been carried out."""


class Refused(PexdashError):
    """The node said no; `status` is the HTTP status and `reason` the node's own words."""

    exit_status = 4

    def __init__(self, message: str, *, status: int = 0, reason: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason


class TokenRefused(Refused):
    """The token is expired, unknown or released (403 `Invalid token`)."""


class PinRequired(Refused):
    """The conference wants a PIN; `guest_needs_pin` is False where Guests join without one.

    `wrong` tells that a PIN was given and was not the right one.
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


class NoSuchConference(Refused):
    """The node knows no conference under this alias."""


class Removed(PexdashError):
    """The node disconnected us; `reason` is its own words."""

    exit_status = 5

    def __init__(self, message: str, *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason
