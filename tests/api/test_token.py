"""The token a node gives, read from every shape of answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pexdash.api.token import Token, token_of
from pexdash.errors import BadAnswer
from pexdash.model.participant import Role
from pexdash.secret import Secret

UUID = "2c34f35f-1060-438c-9e87-6c2dffbc9980"
GOOD: dict[str, object] = {
    "token": "b3duZXI9T2Zm==",
    "expires": "120",
    "participant_uuid": UUID.upper(),
    "role": "HOST",
    "display_name": "Alice",
    "version": {"version_id": "36", "pseudo_version": "79019.0.0"},
    "current_service_type": "waiting_room",
    "service_type": "conference",
    "chat_enabled": False,
}


def test_todays_answer() -> None:
    assert token_of(GOOD) == Token(
        secret=Secret("b3duZXI9T2Zm=="),
        expires=120.0,
        participant_uuid=UUID,
        role=Role.HOST,
        display_name="Alice",
        service_type="waiting_room",
        chat_enabled=False,
        version="36",
    )


def test_what_the_node_told_is_kept_without_its_secrets() -> None:
    server = {"urls": ["turn:x"], "username": "u", "credential": "hush"}
    told = token_of({**GOOD, "turn": [server, "odd"], "new": [1]}).told
    assert told == {
        **GOOD,
        "token": "***",
        "turn": [{**server, "credential": "***"}, "odd"],
        "new": [1],
    }
    refreshed = token_of(GOOD).refreshed({"token": "another", "expires": "60"})
    assert refreshed.told == {"token": "***", "expires": "60"}
    assert "version_id" not in repr(token_of(GOOD))


def test_the_guides_answer() -> None:
    token = token_of(
        {"token": "x%3D", "expires": "120", "participant_uuid": UUID, "service_type": "conference"}
    )
    assert token.secret.reveal() == "x%3D"
    assert token.service_type == "conference"
    assert token.chat_enabled
    assert token.role is Role.UNKNOWN
    assert token.version == ""


@pytest.mark.fault(27)
@pytest.mark.parametrize(
    ("expires", "seconds"),
    [
        ("120", 120),
        (120, 120),
        (60.5, 60.5),
        (0, 10),
        (-1, 10),
        ("x", 10),
        (None, 10),
        (1e9, 86_400),
        (10**400, 86_400),
        ("nan", 10),
        ([], 10),
    ],
)
def test_how_long_it_lives(expires: object, seconds: float) -> None:
    assert token_of(GOOD | {"expires": expires}).expires == seconds


@pytest.mark.fault(69)
@pytest.mark.parametrize(
    "text",
    ["", None, 5, [], "a\r\nb", "a\nb", "\0", "é", "a\x7f", "\ud800", "x" * 8193, " a", "a "],
)
def test_a_token_no_header_can_carry_is_refused(text: object) -> None:
    with pytest.raises(BadAnswer, match="no header can carry"):
        token_of(GOOD | {"token": text})


@pytest.mark.parametrize("uuid", [None, "", "a/b", []])
def test_without_a_uuid_of_ours_there_is_no_token(uuid: object) -> None:
    with pytest.raises(BadAnswer):
        token_of(GOOD | {"participant_uuid": uuid})


@pytest.mark.parametrize("result", [None, [], "x", True])
def test_what_is_no_object_is_a_bad_answer(result: object) -> None:
    with pytest.raises(BadAnswer, match="without a token"):
        token_of(result)
    with pytest.raises(BadAnswer, match="without a token"):
        token_of(GOOD).refreshed(result)


def test_a_refresh_keeps_who_we_are() -> None:
    token = token_of(GOOD)
    fresh = token.refreshed({"token": "new", "expires": "60"})
    assert (fresh.secret.reveal(), fresh.expires, fresh.role) == ("new", 60, Role.UNKNOWN)
    assert (fresh.participant_uuid, fresh.version) == (UUID, "36")
    assert token.refreshed({"token": "new", "role": "GUEST"}).role is Role.GUEST


@given(
    st.dictionaries(
        st.sampled_from(list(GOOD)), st.none() | st.integers() | st.text() | st.lists(st.text())
    )
)
def test_any_answer_is_a_token_or_a_bad_answer(fields: dict[str, object]) -> None:
    try:
        token = token_of(GOOD | fields)
    except BadAnswer:
        return
    assert 1 <= token.expires <= 86_400
    assert token.secret.reveal().isascii()


def test_a_token_shows_itself_to_nobody() -> None:
    token = token_of(GOOD)
    for text in (repr(token), str(token), f"{token.secret}", f"{token!s} {token.secret!r}"):
        assert "b3duZXI9" not in text
