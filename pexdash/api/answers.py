"""What an answer of a node holds: a result, or a refusal and what it means."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import UTC
from typing import Any

from msgspec import Struct

from pexdash.api.coerce import as_number, as_text, decode_json
from pexdash.api.requests import REQUEST_TOKEN, UNKNOWN_STATUSES, Request, Result
from pexdash.api.sign_in import sign_in_of
from pexdash.errors import (
    BadAnswer,
    ExtensionRequired,
    NameRequired,
    NodeUnavailable,
    NoSuchConference,
    PexdashError,
    PinRequired,
    Refused,
    Remedy,
    TokenRefused,
)
from pexdash.text import REASON_LIMIT, clean

PICTURE_TYPES = ("image/jpeg", "image/png")
_LONGEST_WAIT = 120.0
"""The most seconds of a Retry-After that are believed."""
_MISSING = (404, *UNKNOWN_STATUSES)
_DATA = (Result.OBJECT, Result.LIST, Result.TEXT, Result.SECRET)
_NOTHING_THERE = "the node has nothing to answer this with"
_NO_PICTURE = "the node has no such picture"


answered_with: ContextVar[int] = ContextVar("answered_with", default=0)
"""The HTTP status of the answer to the last request of this task; 0 where no answer came."""


class Answer(Struct, frozen=True):
    """An HTTP answer as it came: status, content type and body.

    `retry_after` is the node's own wait in seconds, 0 where it names none (`seconds_in`).
    """

    status: int
    content_type: str
    body: bytes
    retry_after: float = 0.0

    @property
    def is_success(self) -> bool:
        """Whether the status says that the node did what it was asked."""
        return 200 <= self.status < 300


def seconds_in(retry_after: str, now: float) -> float:
    """The seconds to wait by a Retry-After (RFC 9110 section 10.2.3), 120 at most.

    It may be a number of seconds or a date, which is compared with `now`, the Unix time of the
    answer. 0 for what is neither.
    """
    wait = as_number(retry_after, 0.0, _LONGEST_WAIT, -1.0)
    if wait < 0:
        moment = _moment(retry_after)
        wait = 0.0 if moment is None else moment - now
    return min(max(wait, 0.0), _LONGEST_WAIT)


def time_of(date: str, now: float) -> float:
    """The Unix time in the Date of an answer; `now` where it has none."""
    moment = _moment(date)
    return now if moment is None else moment


def _moment(date: str) -> float | None:
    """The Unix time of an HTTP date in any of its three forms (RFC 9110 section 5.6.7)."""
    # Few nodes send one, and to load this takes as long as a fiftieth of the whole start.
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return None
    # The form of C's asctime() names no zone.
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()


def result_of(request: Request, answer: Answer, *, pin_given: bool = False) -> Any:
    """The `result` of a good answer; raises the error a bad answer stands for.

    The node's `status` field counts only where it says failure in a success of HTTP: today's nodes
    say "success" in refusals too. `pin_given` is whether the request carried a PIN, which was then
    wrong.
    """
    if 300 <= answer.status < 400:
        raise BadAnswer("the node redirects elsewhere, which is not followed")
    if answer.is_success and not answer.body.strip():
        if request.result is Result.NONE:
            return None
        if answer.status == 204 and not request.in_guide:
            if request.result in _DATA:
                raise Refused(_NOTHING_THERE, status=204)
            return None
    if answer.status in _MISSING and not request.in_guide:
        raise _missing(answer)
    envelope = _envelope(answer)
    result = envelope.get("result")
    if answer.is_success:
        if result is False or envelope.get("status") in ("failure", "failed"):
            reason = as_text(result, REASON_LIMIT)
            raise Refused(reason or "the node said no", status=answer.status, reason=reason)
        return result
    raise _refusal(request, answer, result, pin_given=pin_given)


def _missing(answer: Answer) -> Refused:
    """The refusal of a request that a node may not know; its body need not be JSON."""
    try:
        envelope = decode_json(answer.body)
    except BadAnswer:
        envelope = None
    result = envelope.get("result") if isinstance(envelope, dict) else None
    reason = as_text(result, REASON_LIMIT)
    said = reason or f"the node refused (HTTP {answer.status})"
    return Refused(said, status=answer.status, reason=reason)


def picture_of(request: Request, answer: Answer) -> bytes:
    """The picture of a good answer; raises the error a bad answer stands for."""
    if answer.status == 204 and not request.in_guide:
        raise Refused(_NO_PICTURE, status=204)
    if not answer.is_success:
        try:
            result_of(request, answer)
        except BadAnswer:
            # A node may say without any JSON that it has no picture.
            if answer.status == 404:
                raise Refused(_NO_PICTURE, status=404) from None
            raise
    kind = answer.content_type.partition(";")[0].strip().casefold()
    if kind not in PICTURE_TYPES or not answer.body:
        raise BadAnswer(f"the node answered {clean(kind) or 'no content type'} for a picture")
    return answer.body


def _envelope(answer: Answer) -> dict[str, Any]:
    try:
        envelope = decode_json(answer.body)
    except BadAnswer:
        envelope = None
    if isinstance(envelope, dict):
        return envelope
    if answer.status >= 500 or answer.status == 429:
        raise _unavailable(answer, "")
    if answer.status in (400, 403) and b"ssl certificate" in answer.body[:2000].lower():
        # nginx lets everybody in, and then says so in a page.
        raise BadAnswer(
            f"something in front of the node wants a client certificate (HTTP {answer.status})",
            remedy=Remedy.CERT_FILE,
        )
    said = clean(answer.body[:400].decode("utf-8", "replace"), 80)
    raise BadAnswer(
        f"the answer (HTTP {answer.status}) is none of the API's; is this a Pexip node? {said}"
    )


def _refusal(request: Request, answer: Answer, result: object, *, pin_given: bool) -> PexdashError:
    reason = as_text(result, REASON_LIMIT)
    if answer.status >= 500 or answer.status == 429:
        return _unavailable(answer, reason)
    if request is REQUEST_TOKEN and answer.status == 403:
        return _not_let_in(result, reason, pin_given=pin_given)
    if request is REQUEST_TOKEN and answer.status == 404:
        return NoSuchConference(reason or "no such conference", status=404, reason=reason)
    if answer.status == 401 or (answer.status == 403 and reason == "Invalid token"):
        return TokenRefused(reason or "Invalid token", status=answer.status, reason=reason)
    return Refused(
        reason or f"the node refused (HTTP {answer.status})", status=answer.status, reason=reason
    )


def _not_let_in(result: object, reason: str, *, pin_given: bool) -> Refused:
    if isinstance(result, dict):
        if "pin" in result or "guest_pin" in result:
            return PinRequired(
                "wrong PIN" if pin_given else "the conference asks for a PIN",
                guest_needs_pin=result.get("guest_pin") != "none",
                wrong=pin_given,
            )
        if "conference_extension" in result:
            return ExtensionRequired("this is a Virtual Reception: name the conference behind it")
        if "idp" in result or "redirect_url" in result:
            return sign_in_of(result)
        if "display_name" in result:
            return NameRequired("the conference wants a display name", status=403)
    if reason == "Invalid PIN":
        return PinRequired("wrong PIN", guest_needs_pin=True, wrong=True)
    return Refused(reason or "the node does not let us in", status=403, reason=reason)


def _unavailable(answer: Answer, reason: str) -> NodeUnavailable:
    said = f"HTTP {answer.status}" + (f", {reason}" if reason else "")
    return NodeUnavailable(
        f"the node is not available ({said})",
        retry_after=answer.retry_after,
        status=answer.status,
        reason=reason,
    )
