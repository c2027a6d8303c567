"""Whatever is typed into a form is refused in words or sent as JSON exactly as it stands."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.widgets import Input

from pexdash.api.requests import DIAL
from pexdash.session.moderation.participant_actions import dtmf_step
from pexdash.ui.dialogs.requests import (
    dial_body,
    dial_form,
    digits_of,
    dtmf_form,
    media_call_form,
)
from tests.eventually import eventually
from tests.session.host import PATH, hosting
from tests.ui.dashboard import dashboard

DESTINATIONS = st.text() | st.sampled_from(
    [
        "sip:a@b; x",
        "",
        " ",
        "a b",
        "../../x",
        "a/../b?x#y",
        "sip:a@b;transport=tls",
        "\x1b[2J",
        "é@b",
    ]
)
ODD = [
    "../../../etc",
    "a/../b?x=1#y",
    "%2e%2e/",
    "sip:a@b;x=y",
    "{}",
    '"',
    "é@b",
    "a\\b",
    "x" * 256,
]


def filled(**given: str) -> dict[str, str]:
    """The values of a dial form, as it opens but for what is given."""
    fields = {field.name: "" for field in DIAL.body}
    usual = {"protocol": "sip", "role": "guest", "call_type": "video", "streaming": "no"}
    return {**fields, **usual, **given}


@pytest.mark.fault(103)
@given(DESTINATIONS)
def test_a_destination_is_refused_in_words_or_sent_as_it_stands(destination: str) -> None:
    values = filled(destination=destination.strip())
    wrong = dial_form([])._check(values)
    plain = bool(values["destination"]) and values["destination"].isprintable()
    spaced = any(char.isspace() for char in values["destination"])
    assert bool(wrong) == (not plain or spaced)
    assert wrong.isprintable()
    if not wrong:
        body = dial_body(values)
        assert body == {"destination": values["destination"], "protocol": "sip", "role": "guest"}
        assert json.loads(json.dumps(body)) == body


@pytest.mark.fault(103)
@pytest.mark.parametrize(
    "destination", ["", "a b", "a\tb", "a\nb", "sip:a@b; x", "\x1b[2J", "a\u2028b"]
)
def test_what_is_no_destination_is_refused(destination: str) -> None:
    assert dial_form([])._check(filled(destination=destination))


@pytest.mark.fault(104)
@given(st.text() | st.text("0123456789abcdABCD*#,", min_size=1))
def test_only_digits_are_dtmf(digits: str) -> None:
    wrong = dtmf_form([])._check({"digits": digits})
    allowed = bool(digits) and set(digits.upper()) <= set("0123456789ABCD*#,")
    assert bool(wrong) == (not allowed)
    values = filled(destination="a", dtmf_sequence=digits)
    wrong = dial_form([])._check(values)
    assert bool(wrong) == (bool(digits) and not allowed)
    if allowed:
        assert dtmf_step(digits_of(digits)).body == {"digits": digits.upper()}
        assert dial_body(values)["dtmf_sequence"] == digits.upper()


def test_both_forms_take_the_digits_in_small_letters() -> None:
    assert dtmf_form([])._check({"digits": "12a"}) == ""
    values = filled(destination="bob", dtmf_sequence="12a,#")
    assert dial_form([])._check(values) == ""
    assert dial_body(values)["dtmf_sequence"] == "12A,#"


@pytest.mark.fault(103)
@pytest.mark.parametrize("destination", ODD)
async def test_a_destination_never_leaves_the_body(destination: str) -> None:
    async with hosting() as host:
        body = dial_body(filled(destination=destination))
        await host.membership.dialled.dial(body)
        (asked,) = host.requests("dial")
        assert (asked.path, asked.query) == (f"{PATH}dial", "")
        assert json.loads(asked.body)["destination"] == destination


@pytest.mark.parametrize("bandwidth", ["\u0661", "\uff11\uff12", "\u00b2", "-1", "1.5", "1_0"])
def test_a_bandwidth_is_written_in_digits_that_a_node_reads(bandwidth: str) -> None:
    values = {"call_type": "RTMP", "present": "", "streaming": "", "bandwidth": bandwidth}
    assert "number of kbps" in media_call_form(webrtc=False, starts=False)._check(values)
    plain = {**values, "bandwidth": "64"}
    assert media_call_form(webrtc=False, starts=False)._check(plain) == ""


async def test_what_nobody_sees_around_a_value_is_not_sent() -> None:
    around = " \u2800\u3164"
    async with dashboard("Ann") as shown:
        await shown.press("o")
        await shown.shows("Destination")
        shown.app.screen.query_one("#field-destination", Input).value = f"{around}bob@b{around}"
        await eventually(shown.takes_keys)
        await shown.press("enter")
        await eventually(lambda: "dial" in shown.requests())
        assert json.loads(shown.node.received[-1].body)["destination"] == "bob@b"
