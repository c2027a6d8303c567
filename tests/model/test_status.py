"""The properties of a conference, put together from what a node sends of them."""

from __future__ import annotations

import pytest

from pexdash.model.status import Classification, ConferenceStatus

KNOWN = ConferenceStatus(
    locked=True,
    guests_muted=False,
    classification=Classification({1: "secret"}, 1),
    message_text="Welcome",
)


@pytest.mark.parametrize(
    ("sent", "different"),
    [
        (ConferenceStatus(), set()),
        (ConferenceStatus(locked=True), set()),
        (ConferenceStatus(locked=False), {"locked"}),
        (ConferenceStatus(guests_muted=True, started=False), {"guests_muted", "started"}),
        (ConferenceStatus(message_text=""), {"message_text"}),
        (ConferenceStatus(classification=Classification({1: "secret"}, 1)), set()),
        (ConferenceStatus(classification=Classification()), {"classification"}),
    ],
)
def test_only_what_was_sent_is_changed(sent: ConferenceStatus, different: set[str]) -> None:
    now = KNOWN.updated(sent)
    assert now.differences(KNOWN) == different
    for name in ConferenceStatus.__struct_fields__:
        told = getattr(sent, name)
        assert getattr(now, name) == (getattr(KNOWN, name) if told is None else told), name
