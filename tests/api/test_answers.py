"""What a node's answer means, and what its refusals do."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.answers import Answer, picture_of, result_of, seconds_in, time_of
from pexdash.api.requests import (
    CALL_ACK,
    CLEAR_ALL_BUZZ,
    CONFERENCE_STATUS,
    LAYOUT_SVGS,
    LOCK,
    PARTICIPANTS,
    PRESENTATION,
    PRESENTATION_PNG,
    REFRESH_TOKEN,
    RELEASE_TOKEN,
    REQUEST_TOKEN,
    REQUESTS,
    TAKE_FLOOR,
    Request,
)
from pexdash.errors import (
    BadAnswer,
    ExtensionRequired,
    NodeFault,
    NodeUnavailable,
    NoSuchConference,
    PexdashError,
    PinRequired,
    Refused,
    Remedy,
    TokenRefused,
)


def answer(
    status: int, result: object, word: str = "success", *, retry_after: float = 0.0
) -> Answer:
    body = json.dumps({"status": word, "result": result}).encode()
    return Answer(status, "application/json", body, retry_after)


@pytest.mark.parametrize("result", [True, None, [], {}, "OK", 0, {"token": "x"}])
def test_a_good_answer_is_its_result(result: object) -> None:
    assert result_of(LOCK, answer(200, result)) == result


@pytest.mark.parametrize("request_", [CALL_ACK, RELEASE_TOKEN])
@pytest.mark.parametrize("status", [200, 202, 204])
def test_where_the_guide_has_no_answer_an_empty_one_is_good(request_: Request, status: int) -> None:
    assert result_of(request_, Answer(status, "", b" \r\n")) is None
    with pytest.raises(BadAnswer):
        result_of(LOCK, Answer(200, "", b""))
    with pytest.raises(NodeUnavailable):
        result_of(request_, Answer(503, "", b""))


def test_an_envelope_without_result_holds_none() -> None:
    assert result_of(LOCK, Answer(200, "", b'{"status": "success"}')) is None


@pytest.mark.parametrize(
    ("status", "result", "word", "reason"),
    [
        (200, False, "success", ""),
        (200, "Not now", "failure", "Not now"),
        (200, True, "failed", ""),
        (403, "Invalid role", "success", "Invalid role"),
        (404, "Participant not found", "failed", "Participant not found"),
        (400, "Illegal value", "success", "Illegal value"),
        (415, {"x": 1}, "failed", ""),
        (403, "\x1b[2J", "success", "\u241b[2J"),
    ],
)
def test_a_refusal_says_the_nodes_words(
    status: int, result: object, word: str, reason: str
) -> None:
    with pytest.raises(Refused) as raised:
        result_of(LOCK, answer(status, result, word))
    assert type(raised.value) is Refused
    assert (raised.value.status, raised.value.reason) == (status, reason)
    assert reason in str(raised.value)
    assert str(raised.value)


@pytest.mark.parametrize("request_", [LOCK, PARTICIPANTS, REFRESH_TOKEN])
@pytest.mark.parametrize(("status", "result"), [(403, "Invalid token"), (401, "anything")])
def test_a_dead_token(request_: Request, status: int, result: str) -> None:
    with pytest.raises(TokenRefused, match=result):
        result_of(request_, answer(status, result))


@pytest.mark.parametrize(
    ("result", "pin_given", "guest_needs_pin", "wrong"),
    [
        ({"pin": "required", "guest_pin": "required"}, False, True, False),
        ({"pin": "required", "guest_pin": "none", "version": {}}, False, False, False),
        ({"pin": "none", "guest_pin": "required"}, False, True, False),
        ({"pin": "required", "guest_pin": "none"}, True, False, True),
        ({"pin": "required", "conference_extension": "required"}, False, True, False),
        ("Invalid PIN", True, True, True),
        ("Invalid PIN", False, True, True),
    ],
)
def test_a_pin_is_wanted(
    result: object, pin_given: bool, guest_needs_pin: bool, wrong: bool
) -> None:
    with pytest.raises(PinRequired) as raised:
        result_of(REQUEST_TOKEN, answer(403, result), pin_given=pin_given)
    assert (raised.value.guest_needs_pin, raised.value.wrong) == (guest_needs_pin, wrong)
    assert ("wrong" in str(raised.value)) is wrong


@pytest.mark.parametrize(
    "result",
    [
        {"conference_extension": "standard"},
        {"conference_extension": "required", "conference_extension_type": "mssip"},
    ],
)
def test_a_virtual_reception(result: object) -> None:
    with pytest.raises(ExtensionRequired, match="name the conference behind it") as raised:
        result_of(REQUEST_TOKEN, answer(403, result))
    assert raised.value.remedy is Remedy.EXTENSION


@pytest.mark.parametrize("result", [{}, [], None, "Disabled"])
def test_any_other_403_lets_us_not_in(result: object) -> None:
    with pytest.raises(Refused) as raised:
        result_of(REQUEST_TOKEN, answer(403, result))
    assert type(raised.value) is Refused


@pytest.mark.parametrize("word", ["success", "failed"])
def test_no_such_conference(word: str) -> None:
    said = "Neither conference nor gateway found"
    with pytest.raises(NoSuchConference, match=said):
        result_of(REQUEST_TOKEN, answer(404, said, word))


@pytest.mark.fault(61)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"5", b'"x"', b"<html>hi</html>", b"\xff\xfe"]
)
@pytest.mark.parametrize("status", [200, 204, 400, 403, 404])
def test_what_is_no_envelope_is_no_pexip_node(status: int, body: bytes) -> None:
    with pytest.raises(BadAnswer, match=rf"HTTP {status}.*Pexip node\?") as raised:
        result_of(LOCK, Answer(status, "text/html", body))
    assert str(raised.value).isprintable()
    assert str(raised.value).isascii() or body == b"\xff\xfe"


@pytest.mark.fault(61)
def test_what_was_said_instead_is_quoted_short_and_clean() -> None:
    page = b"<html>\x1b[2J" + b"x" * 100_000
    with pytest.raises(BadAnswer, match="<html>\u241b") as raised:
        result_of(LOCK, Answer(200, "text/html", page))
    assert len(str(raised.value)) < 200


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with pytest.raises(BadAnswer, match="redirects"):
        result_of(LOCK, answer(status, True))


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504, 529])
@pytest.mark.parametrize("body", [b"", b"<html>502</html>", b'{"status":"failed","result":"busy"}'])
def test_a_node_that_cannot_serve_now(status: int, body: bytes) -> None:
    with pytest.raises(NodeUnavailable, match=f"HTTP {status}") as raised:
        result_of(LOCK, Answer(status, "", body))
    assert raised.value.retry_after == 0
    assert ("busy" in str(raised.value)) is (b"busy" in body)


NOW = 784_111_777.0
"""Sun, 06 Nov 1994 08:49:37 GMT, in Unix time."""


@pytest.mark.fault(21)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("-5", 0),
        ("9999", 120),
        ("1e400", 120),
        ("nan", 0),
        ("", 0),
        ("soon", 0),
        ("Sun, 06 Nov 1994 08:50:07 GMT", 30),
        ("Sunday, 06-Nov-94 08:50:07 GMT", 30),
        ("Sun Nov  6 08:50:07 1994", 30),
        ("Sun, 06 Nov 1994 08:49:07 GMT", 0),
        ("Wed, 21 Oct 2026 07:28:00 GMT", 120),
        ("Sun, 06 Nov 99999 08:50:07 GMT", 0),
    ],
)
def test_retry_after(header: str, seconds: float) -> None:
    assert seconds_in(header, NOW) == seconds


def test_the_time_of_an_answer_is_its_date_or_else_now() -> None:
    assert time_of("Sun, 06 Nov 1994 08:49:37 GMT", 1.0) == NOW
    assert time_of("", 1.0) == time_of("yesterday", 1.0) == 1.0


@pytest.mark.parametrize("status", [429, 503])
def test_the_wait_is_told_with_the_refusal(status: int) -> None:
    with pytest.raises(NodeUnavailable) as raised:
        result_of(LOCK, answer(status, "slow down", retry_after=7.0))
    assert raised.value.retry_after == 7


@pytest.mark.parametrize("status", [200, 201, 202, 203, 206, 299])
def test_every_status_of_success_is_one_where_the_body_is(status: int) -> None:
    assert result_of(REQUEST_TOKEN, answer(status, {"token": "x"})) == {"token": "x"}
    assert result_of(LOCK, answer(status, True)) is True
    assert picture_of(PRESENTATION, Answer(status, "image/png", b"x")) == b"x"
    with pytest.raises(Refused) as raised:
        result_of(LOCK, answer(status, "no", "failed"))
    assert raised.value.status == status
    with pytest.raises(BadAnswer):
        result_of(REQUEST_TOKEN, Answer(status, "", b""))


def test_a_later_request_that_gives_nothing_may_be_answered_without_a_body() -> None:
    assert result_of(CLEAR_ALL_BUZZ, Answer(204, "", b"")) is None
    assert result_of(TAKE_FLOOR, Answer(204, "", b"")) is None
    with pytest.raises(BadAnswer):
        result_of(CLEAR_ALL_BUZZ, Answer(200, "", b""))


def test_no_content_for_a_later_picture_is_no_picture() -> None:
    with pytest.raises(Refused, match="no such picture") as raised:
        picture_of(PRESENTATION_PNG, Answer(204, "", b""))
    assert raised.value.status == 204
    with pytest.raises(BadAnswer):
        picture_of(PRESENTATION, Answer(204, "", b""))


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (404, b'{"status": "success", "result": "Not found"}', "Not found"),
        (404, b"<html>", ""),
        (405, b"", ""),
        (415, b"null", ""),
        (501, b"Not Implemented", ""),
        (204, b"", ""),
    ],
)
def test_a_node_without_a_later_request_refuses_it_in_any_shape(
    status: int, body: bytes, reason: str
) -> None:
    with pytest.raises(Refused) as raised:
        result_of(LAYOUT_SVGS, Answer(status, "", body))
    assert (raised.value.status, raised.value.reason) == (status, reason)
    # The guide's own requests every node has: such an answer is none of the API's.
    if not reason:
        with pytest.raises(NodeFault):
            result_of(CONFERENCE_STATUS, Answer(status, "", body))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["status", "result", "pin", "idp"]) | st.text(), inner)
    ),
    max_leaves=8,
)


@pytest.mark.fault(66)
@given(
    st.sampled_from(REQUESTS),
    st.integers(200, 599),
    st.binary() | JSON.map(lambda value: json.dumps(value).encode()),
    st.booleans(),
)
def test_any_answer_is_a_result_or_an_error_of_ours(
    request: Request, status: int, body: bytes, pin_given: bool
) -> None:
    said = ""
    try:
        result_of(request, Answer(status, "", body), pin_given=pin_given)
    except PexdashError as error:
        said = str(error)
    assert said or 200 <= status < 300
    assert said.replace("\u200d", "").isprintable()
