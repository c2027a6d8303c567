"""The actions of a place, whether they send something or belong to the screen."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pexdash.api.requests import REQUESTS
from pexdash.session.moderation.action import Place, Target
from pexdash.session.moderation.actions import ACTIONS
from pexdash.settings import PLACES
from pexdash.ui.commands.actions import SCREEN_ACTIONS, action_at, actions_at
from pexdash.ui.commands.replay_actions import REPLAY_ACTIONS
from pexdash.ui.commands.wall_actions import WALL_ACTIONS
from tests.parsed import parsed

KEYS = set("msaAprhVnitdDXLGHlSocCveP?q/fFyjkBTwM*") | {"enter", "space", "escape", "ctrl+p"}
PACKAGE = Path(__file__).parent.parent.parent / "pexdash"
TABLES = {
    *((PACKAGE / "session/moderation").glob("*action*.py")),
    PACKAGE / "ui/commands/actions.py",
    PACKAGE / "ui/commands/wall_actions.py",
    PACKAGE / "ui/commands/replay_actions.py",
}
ENDS = ("transfer", "disconnect")
"""What becomes of the people of a breakout room at its end, in the words of the API."""
# Words that are ids of actions as well, where they are a field, a style, a column, a command of a
# dialog or of the framework: file, word.
OTHER_THINGS = {
    ("host_call.py", "hand"),
    ("keyframes.py", "mark"),
    ("replay_feed.py", "role"),
    ("interrupting.py", "leave"),
    ("sending.py", "role"),
    ("request_dialogs.py", "role"),
    ("request_dialogs.py", "dtmf"),
    ("requests.py", "role"),
    ("columns.py", "role"),
    ("columns.py", "mark"),
    ("roster.py", "mark"),
    ("pin.py", "leave"),
    ("interrupting.py", "leave"),
    ("providers.py", "leave"),
    ("sign_in.py", "copy"),
    ("bindings.py", "palette"),
    ("journal.py", "palette"),
    ("rule.py", "hand"),
    ("deeds.py", "role"),
    ("who.py", "role"),
    ("camera.py", "start"),
    ("join.py", "leave"),
    ("presentation.py", "presentation"),
    ("chat.py", "chat"),
    ("conference.py", "chat"),
    ("layout.py", "layout"),
    ("layout_sheet.py", "layout"),
    ("details.py", "details"),
    ("layouts.py", "layout"),
    ("recorded.py", "role"),
    ("recorded.py", "mark"),
    ("record_lines.py", "mark"),
    ("record_lines.py", "role"),
    ("rooms.py", "mark"),
    ("rooms.py", "hand"),
    *((file, end) for file in ("rooms.py", "room_forms.py", "room_deeds.py") for end in ENDS),
}


@pytest.mark.parametrize("place", Place)
def test_ids_and_keys_are_unique_in_their_place(place: Place) -> None:
    actions = actions_at(place)
    assert len({one.id for one in actions}) == len(actions)
    keys = [one.key for one in actions if one.key]
    assert len(set(keys)) == len(keys)
    assert all(action_at(place, one.id) is one for one in actions)


def test_every_action_has_a_place() -> None:
    everywhere = Counter(one.id for place in Place for one in actions_at(place))
    assert everywhere == Counter(
        one.id for one in (*ACTIONS, *SCREEN_ACTIONS, *WALL_ACTIONS, *REPLAY_ACTIONS)
    )


def test_the_places_of_the_settings_are_those_of_the_table() -> None:
    assert {place.value for place in Place} - {"conference"} == set(PLACES)


def test_the_keys_of_the_conference_are_those_of_the_design() -> None:
    assert {one.key for one in actions_at(Place.CONFERENCE)} - {""} == KEYS


def test_what_is_the_screen_s_sends_nothing_by_itself() -> None:
    for action in SCREEN_ACTIONS:
        assert action.target is Target.SCREEN
        assert action.title
        assert not action.steps
        assert set(action.sends) <= set(REQUESTS)
        assert not any(request.safe for request in action.sends)


def ids_in(file: Path) -> Iterator[tuple[str, str]]:
    """The ids of actions that stand in a file as strings."""
    ids = {one.id for place in Place for one in actions_at(place)}
    for node in ast.walk(parsed(file.read_text("utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ids:
            yield file.name, node.value


def test_no_file_but_the_tables_names_an_action_by_its_id() -> None:
    files = {*(PACKAGE / "session").rglob("*.py"), *(PACKAGE / "ui").rglob("*.py")} - TABLES
    assert {found for file in files for found in ids_in(file)} - OTHER_THINGS == set()


def test_an_id_outside_the_tables_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "widget.py"
    file.write_text("def shown(action):\n    return action.id == 'lock'\n")
    assert list(ids_in(file)) == [("widget.py", "lock")]
