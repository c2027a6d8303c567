"""What is told of a participant in words."""

from __future__ import annotations

from pexdash.model.facts import FACTS, news_of
from pexdash.model.participant import AudioMix, Participant, Role, VideoMix
from tests.model.people import NOW, person


def facts(one: Participant) -> dict[str, object]:
    return {title: value(one) for title, value in FACTS}


def test_a_participant_in_words() -> None:
    one = person("a", "Ann", role=Role.HOST, is_on_hold=True, buzz_time=NOW, is_muted=True)
    shown = facts(one)
    assert (shown["Name"], shown["Role"], shown["State"]) == ("Ann", "Host", "on hold")
    assert (shown["Hand raised"], shown["Spotlight since"]) == (NOW, None)
    assert (shown["Muted by a Host"], shown["Camera off"]) == (True, False)


def test_what_only_newer_nodes_say_is_told_where_it_is_so() -> None:
    older, newer = (
        {title for title, value in facts(one).items() if value not in (None, "")}
        for one in (
            person("a", "Ann"),
            person(
                "a",
                "Ann",
                is_idp_authenticated=True,
                is_tx_muted=True,
                is_video_silent=True,
                layout_group="red",
                receive_from_audio_mix="main.fr",
                receive_from_video_mix=VideoMix("main.!a", "4:0"),
                send_to_audio_mixes=(AudioMix("main"), AudioMix("main.fr")),
                studiosound_enabled=False,
                show_live_captions=True,
                needs_presentation_in_mix=True,
                is_recording=True,
                is_transcribing=True,
                is_ai_enabled=True,
                external_node_uuid="n-1",
            ),
        )
    )
    assert newer - older == {
        *("Identity", "Kept from sending", "Picture", "Layout of their own", "Pinned in group"),
        *("Hears", "Heard in", "Studio sound", "Live captions", "Presentation in mix"),
        *("Records", "Transcribes", "Feeds an AI", "On node"),
    }


def test_each_title_stands_once() -> None:
    assert len(facts(person("a"))) == len(FACTS)


def test_nothing_new_makes_no_news() -> None:
    assert list(news_of(person("a", "Ann"), person("a", "Ann"))) == []


def test_each_change_is_news_of_its_own() -> None:
    before = person("a", "Ann", spotlight=NOW)
    after = person("a", "Anna", spotlight=NOW + 5, is_muted=True, buzz_time=NOW)
    assert list(news_of(before, after)) == ["is muted", "raises a hand", "has a new name"]


def test_camera_sending_and_the_name_on_the_picture_are_news() -> None:
    before = person("a", "Ann")
    after = person("a", "Ann", is_video_muted=True, is_tx_muted=True, overlay_text="Chair")
    assert list(news_of(before, after)) == [
        "is kept from sending",
        "has the camera off",
        "is Chair on the picture",
    ]
    assert "is Ann on the picture" in news_of(after, before)
