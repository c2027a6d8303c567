"""How a node says no: an HTTP status, the envelope's status word and the reason."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is refused; the envelope of a 403 says "success", as real nodes do."""

    def __init__(self, http_status: int, result: object) -> None:
        super().__init__(result)
        self.http_status = http_status
        self.result = result

    @property
    def envelope(self) -> dict[str, object]:
        """The JSON body of the answer."""
        word = "success" if self.http_status == 403 else "failed"
        return {"status": word, "result": self.result}


def bad_request(reason: str) -> Refusal:
    """400: the body makes no sense."""
    return Refusal(400, reason)


def invalid_token() -> Refusal:
    """403: no token, or one that is dead."""
    return Refusal(403, "Invalid token")


def invalid_role() -> Refusal:
    """403: for Hosts only."""
    return Refusal(403, "Invalid role")


def not_found() -> Refusal:
    """404: no such request."""
    return Refusal(404, "Not found")


def no_such_conference() -> Refusal:
    """404: no such alias."""
    return Refusal(404, "Neither conference nor gateway found")


def no_such_participant() -> Refusal:
    """404: no such uuid in the roster."""
    return Refusal(404, "Participant not found")


def no_such_call() -> Refusal:
    """404: the participant has no such call."""
    return Refusal(404, "Call not found")


def no_image() -> Refusal:
    """404: there is no picture of that."""
    return Refusal(404, "No image available")


def wrong_method() -> Refusal:
    """405: the path is right and the method is not."""
    return Refusal(405, "Method not allowed")
