"""The keys of the settings file: each one that is taken works, any other is refused in words."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.keys import _character_to_key

from pexdash.errors import UsageFault
from pexdash.session.moderation.action import Place
from pexdash.ui.commands.actions import actions_at
from pexdash.ui.commands.bindings import bindings_for, keys_over, keys_with
from tests.terminal.pseudo_terminal import terminal

ACTIONS = actions_at(Place.CONFERENCE)
IDS = {action.id for action in ACTIONS}
USUAL = {action.key for action in ACTIONS if action.key}


@pytest.mark.parametrize("key", [*string.printable, "é", "山", "👩"])
def test_a_key_that_is_taken_is_bound(key: str) -> None:
    if key in USUAL - {"m"} or key.isspace():
        with pytest.raises(UsageFault, match=r"both|cannot be the key"):
            keys_with({"mute": key})
        return
    bound = bindings_for(keys_with({"mute": key}), ACTIONS).key_to_bindings
    assert [name for name, those in bound.items() if those[0].id == "mute"] == [
        _character_to_key(key)
    ]


@given(st.dictionaries(st.sampled_from(sorted(IDS)) | st.text(), st.text(), max_size=3))
def test_any_keys_are_bound_or_refused_in_words(changed: dict[str, str]) -> None:
    refused, keys = "", {}
    try:
        keys = keys_with(changed)
    except UsageFault as fault:
        refused = str(fault)
    assert refused.isprintable()
    if not refused:
        assert keys.keys() == IDS
        pressed = [key for key in keys.values() if key]
        assert len(set(pressed)) == len(pressed)
        bound = bindings_for(keys, ACTIONS).key_to_bindings
        with_key = {action_id for action_id, key in keys.items() if key}
        assert {those[0].id for those in bound.values()} == with_key - {"palette"}


def test_a_place_has_its_own_keys() -> None:
    assert keys_with({}, Place.REPLAY)["play-pause"] == "space"
    bound = bindings_for(keys_with({}, Place.REPLAY), actions_at(Place.REPLAY)).key_to_bindings
    assert bound["space"][0].id == "play-pause"
    with pytest.raises(UsageFault, match="no action 'mute'"):
        keys_with({"mute": "m"}, Place.REPLAY)


def test_where_two_places_meet_the_upper_one_takes_the_key() -> None:
    keys = keys_over(keys_with({}), keys_with({}, Place.REPLAY))
    assert (keys["play-pause"], keys["mark"], keys["mute"]) == ("space", "", "m")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('mute = "s"', "[keys]: 's' is the key of both"),
        ('mute = ""', "[keys]: '' cannot be the key of mute"),
        ('mute = "ctrl+m"', "[keys]: 'ctrl+m' cannot be the key of mute"),
        ('nonsense = "x"', "[keys]: there is no action 'nonsense'"),
        ('palette = "x"', "[keys]: there is no action 'palette'"),
        ('[keys.wall]\nmute = "x"', "[keys.wall]: there is no action 'mute'"),
    ],
)
@pytest.mark.parametrize("command", [(), ("join", "a", "--node", "127.0.0.1:1")])
async def test_a_key_that_cannot_be_is_said_with_its_file_before_anything_is_asked(
    command: tuple[str, ...], line: str, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f"[keys]\n{line}\n")
    environment = {"PEXDASH_CONFIG": str(file)}
    async with terminal(*command, environment=environment, size=(200, 24)) as shown:
        assert await shown.status() == 2
        await shown.shows(f"{file}: {said}")
        assert b"\x1b[?1049h" not in shown.raw
