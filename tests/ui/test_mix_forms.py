"""What is typed into the forms about one person's picture and sound."""

from __future__ import annotations

import pytest

from pexdash.model.participant import AudioMix
from pexdash.session.moderation.picture_actions import (
    aspect_ratio_step,
    heard_in_step,
    hears_step,
    layout_group_step,
)
from pexdash.ui.dialogs.mixes import audio_mix_form, audio_mixes_form, mix_of, mixes_of, ratio_of


@pytest.mark.parametrize(
    ("typed", "mixes"),
    [
        ("", ()),
        (" , ", ()),
        ("main", (AudioMix("main"),)),
        ("main, main.fr*", (AudioMix("main"), AudioMix("main.fr", prominent=True))),
        ("a b *,c", (AudioMix("a b", prominent=True), AudioMix("c"))),
    ],
)
def test_mixes_are_named_with_commas_between(typed: str, mixes: tuple[AudioMix, ...]) -> None:
    assert mixes_of({"mixes": typed}) == mixes


def test_an_empty_line_is_the_main_mix() -> None:
    assert mix_of({"mix": ""}) == "main"
    assert mix_of({"mix": "main.fr"}) == "main.fr"


@pytest.mark.parametrize(
    ("typed", "ratio"),
    [
        ("16:9", 1.7778),
        ("9:16", 0.5625),
        ("1.78", 1.78),
        ("0", 0.0),
        ("2", 2.0),
        ("21:9", None),
        ("2.01", None),
        ("-1", None),
        ("nan", None),
        ("16:0", None),
        ("", None),
        ("wide", None),
        ("1:2:3", None),
    ],
)
def test_a_shape_is_two_numbers_or_one_from_0_to_2(typed: str, ratio: float | None) -> None:
    assert ratio_of(typed) == ratio


def test_the_steps_send_what_was_typed() -> None:
    assert hears_step("main.fr").body == {"mix_name": "main.fr"}
    mixes = (AudioMix("main"), AudioMix("main.fr", prominent=True))
    assert heard_in_step(mixes).body == {
        "mixes": [
            {"mix_name": "main", "prominent": False},
            {"mix_name": "main.fr", "prominent": True},
        ]
    }
    assert layout_group_step("panel").body == {"layout_group": "panel"}
    assert layout_group_step("").body == {"layout_group": None}
    assert aspect_ratio_step(1.78).body == {"aspect_ratio": 1.78}


@pytest.mark.parametrize("typed", ["*", "main, *", " ** ", "main, *, main.fr*"])
def test_a_star_is_no_mix(typed: str) -> None:
    assert audio_mixes_form([])._check({"mixes": typed})


@pytest.mark.parametrize("typed", ["", "main", "main, main.fr*"])
def test_names_of_mixes_are_taken(typed: str) -> None:
    assert not audio_mixes_form([])._check({"mixes": typed})


def test_an_empty_line_names_the_main_mix() -> None:
    assert not audio_mix_form([])._check({"mix": ""})
