"""How a node says no: an HTTP status, the envelope's status word and the reason."""

from __future__ import annotations

from collections.abc import Iterable


class Refusal(Exception):
    """A request that is refused; the envelope of a 403, and of polite ones, says "success"."""

    def __init__(
        self,
        http_status: int,
        result: object,
        headers: tuple[tuple[bytes, bytes], ...] = (),
        *,
        is_polite: bool = False,
    ) -> None:
        super().__init__(result)
        self.http_status = http_status
        self.result = result
        self.headers = headers
        self.is_polite = is_polite or http_status == 403

    @property
    def envelope(self) -> dict[str, object]:
        """The JSON body of the answer."""
        word = "success" if self.is_polite else "failed"
        return {"status": word, "result": self.result}


def bad_request(reason: str) -> Refusal:
    """400: the body makes no sense."""
    return Refusal(400, reason)


def illegal_value() -> Refusal:
    """400: a layout or a mix that there is not."""
    return Refusal(400, "Illegal value", is_polite=True)


def invalid_token() -> Refusal:
    """403: no token, or one that is dead."""
    return Refusal(403, "Invalid token")


def invalid_role() -> Refusal:
    """403: not for a Guest, or only for whom it is about."""
    return Refusal(403, "Invalid role")


def not_found() -> Refusal:
    """404: no such request."""
    return Refusal(404, "Not found")


def no_such_conference() -> Refusal:
    """404: no such alias."""
    return Refusal(404, "Neither conference nor gateway found")


def no_such_room() -> Refusal:
    """404: the conference has no such breakout room."""
    return Refusal(404, "Breakout room not found")


def no_such_participant() -> Refusal:
    """404: no such uuid in the roster."""
    return Refusal(404, "Participant not found")


def no_such_call() -> Refusal:
    """404: the participant has no such call."""
    return Refusal(404, "Call not found")


def no_image() -> Refusal:
    """404: there is no picture of that."""
    return Refusal(404, "No image available")


def wrong_method(allowed: Iterable[str]) -> Refusal:
    """405: the path is right and the method is not one of `allowed`."""
    return Refusal(405, "Method not allowed", ((b"allow", ", ".join(sorted(allowed)).encode()),))


def foreign_origin() -> Refusal:
    """403: a web page of another site asks for something that would change a meeting."""
    return Refusal(403, "Origin not allowed")


def foreign_host() -> Refusal:
    """403: a name that is none of this machine's, as of a page that had its own name lead here."""
    return Refusal(403, "Host not allowed")


def too_late() -> Refusal:
    """408: the request did not arrive in time."""
    return Refusal(408, "Request timed out")


def body_too_large() -> Refusal:
    """413: the body is larger than any request needs."""
    return Refusal(413, "Request body too large")


def too_many_tries() -> Refusal:
    """429: so many wrong PINs came from there that this one was not even looked at."""
    return Refusal(429, "Too many wrong PINs", ((b"retry-after", b"1"),))


def head_too_large() -> Refusal:
    """431: the headers are larger than any request needs."""
    return Refusal(431, "Request head too large")


def participant_limit() -> Refusal:
    """403: nobody else fits in."""
    return Refusal(403, "Participant limit reached")


def out_of_resource() -> Refusal:
    """503: there is no room for that at this moment."""
    return Refusal(503, "Out of resource")
