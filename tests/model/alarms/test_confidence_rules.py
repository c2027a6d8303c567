"""Whom an alarm on what a meeting must not have is about: that one is disconnected."""

from __future__ import annotations

import pytest

from pexdash.model.alarms.policy import policy_of
from pexdash.model.participant import Participant
from tests.model.alarms.watching import Watching, host
from tests.model.people import person

ANN = host("ann", "Ann")
AI, SCRIBE = person("ai", is_ai_enabled=True), person("scribe", is_transcribing=True)


@pytest.mark.parametrize(
    ("status", "words", "whom"),
    [
        ({"public_streaming": True}, "public streaming began", ""),
        ({"transcribing": True}, "transcription began", "scribe"),
        ({}, "transcription began", "scribe"),
    ],
)
def test_the_alarm_names_the_one_who_does_what_it_says(
    status: dict[str, bool], words: str, whom: str
) -> None:
    for bots in ((AI, SCRIBE), (SCRIBE, AI)):
        wall = Watching(ANN, *bots, policy=policy_of("confidential"))
        wall.set(**status)
        assert (wall.words("unwanted-bot"), wall.one("unwanted-bot").last.person) == (words, whom)


@pytest.mark.parametrize(
    ("status", "bots", "words", "whom"),
    [
        ({"transcribing": True}, (AI,), "transcription began", ""),
        ({"ai_enabled": True}, (AI,), "an AI listens", "ai"),
        ({}, (AI,), "an AI listens", "ai"),
        ({"ai_enabled": True}, (), "an AI listens", ""),
    ],
)
def test_it_names_nobody_where_nobody_shows_it(
    status: dict[str, bool], bots: tuple[Participant, ...], words: str, whom: str
) -> None:
    wall = Watching(ANN, policy=policy_of("confidential"))
    wall.set(**status)
    wall.put(*bots)
    assert (wall.words("unwanted-bot"), wall.one("unwanted-bot").last.person) == (words, whom)
