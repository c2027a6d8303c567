"""What is told of a participant in words."""

from __future__ import annotations

from pexdash.model.facts import FACTS, news_of
from pexdash.model.participant import Participant, Role
from tests.model.people import NOW, person


def facts(one: Participant) -> dict[str, object]:
    return {title: value(one) for title, value in FACTS}


def test_a_participant_in_words() -> None:
    one = person("a", "Ann", role=Role.HOST, is_on_hold=True, buzz_time=NOW, is_muted=True)
    shown = facts(one)
    assert (shown["Name"], shown["Role"], shown["State"]) == ("Ann", "Host", "on hold")
    assert (shown["Hand raised"], shown["Spotlight since"]) == (NOW, None)
    assert (shown["Muted by a Host"], shown["Camera off"]) == (True, False)


def test_each_title_stands_once() -> None:
    assert len(facts(person("a"))) == len(FACTS)


def test_nothing_new_makes_no_news() -> None:
    assert list(news_of(person("a", "Ann"), person("a", "Ann"))) == []


def test_each_change_is_news_of_its_own() -> None:
    before = person("a", "Ann", spotlight=NOW)
    after = person("a", "Anna", spotlight=NOW + 5, is_muted=True, buzz_time=NOW)
    assert list(news_of(before, after)) == ["is muted", "raises a hand", "has a new name"]
