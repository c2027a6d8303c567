"""What the README says of keys, options and statuses is what the program has."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import click
import httpx
import pytest
import trustme

from pexdash import errors
from pexdash.api.events import _DECODERS, _OF_PARTICIPANTS, text_of
from pexdash.api.requests import REQUESTS
from pexdash.cli.join import join
from pexdash.cli.main import COMMANDS
from pexdash.cli.wall import wall
from pexdash.model.alarms.expectations import Expectations
from pexdash.model.alarms.policy import PROFILES, RuleSettings
from pexdash.model.events import UnknownEvent
from pexdash.model.filter import STATES
from pexdash.model.line import LineState
from pexdash.node.config import load_conferences
from pexdash.node.ringing import ENDINGS
from pexdash.node.settings import ConferenceSettings
from pexdash.plain.metrics.families import FAMILIES
from pexdash.plain.report.formats import form_of
from pexdash.plain.report.tables import TABLES
from pexdash.session.estate.wall_file import read_wall_file
from pexdash.session.estate.wanted import Plan
from pexdash.session.moderation.action import Action, Place, Risk, Target
from pexdash.session.moderation.settings import SETTINGS
from pexdash.ui.commands.actions import SETTINGS as DIALOG
from pexdash.ui.commands.actions import actions_at
from pexdash.ui.wall.filter import wall_grammar
from tests.decoded import decode_event

ACTIONS = actions_at(Place.CONFERENCE)
README = (Path(__file__).parent.parent / "README.md").read_text("utf-8")


def _reached(action: Action) -> str:
    return f"`{action.key}`" if action.key else "palette"


def test_the_key_table_is_the_action_table() -> None:
    tables = README.partition("<!-- keys -->")[2].partition("<!-- end of keys -->")[0]
    expected = []
    for target in Target:
        rows = [
            f"| {_reached(action)} | {action.title}"
            + (f" ({action.risk.value})" if action.risk is not Risk.NONE else "")
            + " |"
            for action in ACTIONS
            if action.target is target
        ]
        expected.append("\n".join([f"| Key | {target.value} |", "|---|---|", *rows]))
    assert tables.strip() == "\n\n".join(expected)


def test_the_keys_of_the_wall_are_its_table() -> None:
    rows = README.partition("<!-- wall keys -->")[2].partition("<!-- end of wall keys -->")[0]
    actions = actions_at(Place.WALL)
    assert rows.strip().splitlines() == [f"| {_reached(one)} | {one.title} |" for one in actions]
    told = README.partition("[keys.wall]")[2].partition("```")[0]
    assert {one.id for one in actions if one.bound} <= set(re.findall(r"[a-z-]+", told))


def test_every_word_of_the_wall_s_filter_is_told() -> None:
    told = README.partition("`/` takes words, `is:` with ")[2].partition("`node:`")[0]
    words = wall_grammar().options("is:", ())
    assert set(re.findall(r"`([a-z]+)`", told)) == {one.partition(":")[2] for one in words}


def test_every_metric_is_told() -> None:
    chapter = README.partition("## Metrics\n")[2].partition("\n## ")[0]
    told = {name for name in re.findall("`([a-z_]+)`", chapter) if f"pexdash_{name}" in FAMILIES}
    assert told == {name.removeprefix("pexdash_") for name in FAMILIES}


def test_every_option_of_join_is_told() -> None:
    for parameter in join.params:
        if isinstance(parameter, click.Option):
            assert f"| `{parameter.opts[0]}" in README, parameter.opts


def test_every_filter_state_is_told() -> None:
    told = README.partition("`is:` takes a state:")[2].partition(".")[0]
    assert set(re.findall(r"`([a-z]+)`", told)) == set(STATES)


@pytest.mark.parametrize(
    "fault", [errors.UsageFault, errors.NodeFault, errors.Refused, errors.Removed, errors.GivenUp]
)
def test_every_exit_status_is_told(fault: type[errors.PexdashError]) -> None:
    assert f"| {fault.exit_status} |" in README


def test_every_command_is_told() -> None:
    for name in COMMANDS:
        assert f"pexdash {name}" in README


def test_the_actions_of_the_keymap_are_told() -> None:
    told = README.partition("[keys]")[2].partition("```")[0]
    assert {action.id for action in ACTIONS if action.bound} <= set(re.findall(r"[a-z-]+", told))


def test_pictures_are_there() -> None:
    for picture in re.findall(r"\]\((screenshots/[^)]+)\)", README):
        assert (Path(__file__).parent.parent / picture).is_file()


def _rows(name: str) -> list[list[str]]:
    table = README.partition(f"<!-- {name} -->")[2].partition(f"<!-- end of {name} -->")[0]
    lines = table.strip().splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_requests_are_the_table_of_requests() -> None:
    told = [(name.strip("`"), scope) for name, scope, _ in _rows("requests")]
    assert told == [(request.name, request.scope.value) for request in REQUESTS]


def test_each_request_is_reached_by_the_key_that_sends_it() -> None:
    reached = {(name.strip("`"), scope): how for name, scope, how in _rows("requests")}
    for action in ACTIONS:
        for request in action.requests:
            how = reached[request.name, request.scope.value]
            assert _reached(action) in how.split(", "), (action.id, how)


def test_each_setting_of_the_meeting_is_reached_by_its_dialog() -> None:
    reached = {(name.strip("`"), scope): how for name, scope, how in _rows("requests")}
    for setting in SETTINGS:
        if setting.action in ACTIONS:
            continue
        for request in (*setting.action.requests, *filter(None, [setting.question])):
            assert reached[request.name, request.scope.value] == f"`{DIALOG.key}`", setting.title


def test_the_events_are_those_that_are_understood() -> None:
    told = [name.strip("`") for name, _ in _rows("events")]
    known = {*_DECODERS, *_OF_PARTICIPANTS}
    assert {*told, "message_received"} == {text_of(name) for name in known}
    assert len(told) == len(set(told))
    for name in told:
        event = decode_event(name, "{}")
        assert not isinstance(event, UnknownEvent) or event.fault, name


def test_the_conferences_of_the_example_can_be_had_and_have_every_setting(tmp_path: Path) -> None:
    example = README.partition("# pexdash node --config node.toml\n")[2].partition("```")[0]
    file = tmp_path / "node.toml"
    file.write_text(example, "utf-8")
    assert len(load_conferences(file)) == example.count("[[conference]]")
    told = set(re.findall(r"^([a-z_]+) = ", example, re.MULTILINE))
    assert told == {one.name for one in fields(ConferenceSettings)} - {"old_shapes", "habits"}


def test_the_example_of_a_wall_can_be_had_and_has_every_setting(tmp_path: Path) -> None:
    example = README.partition("# pexdash wall --config north.toml\n")[2].partition("```")[0]
    trusted = trustme.CA()
    trusted.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    file = tmp_path / "north.toml"
    file.write_text(example, "utf-8")
    (one,) = read_wall_file(file).wanted
    told = set(re.findall(r"^([a-z_]+) = ", example, re.MULTILINE))
    assert {*Expectations.__struct_fields__, *Plan.__struct_fields__[:2]} <= told
    assert set(re.findall(r"\b(?:value|critical_after|on|off|severity|enabled)\b", example)) == set(
        RuleSettings.__struct_fields__
    )
    assert one.profile == "confidential"


def test_every_state_of_a_line_and_every_profile_is_told() -> None:
    chapter = README.partition("## The wall\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `([a-z]+)` \|", chapter, re.MULTILINE)
    assert set(rows) == {state.value for state in LineState} | set(PROFILES)
    for option in wall.params:
        assert isinstance(option, click.Argument) or f"`{option.opts[0]}" in README, option.name


def test_the_tables_of_a_report_are_told_with_every_column() -> None:
    told = {what.strip("`"): (file.strip("`"), columns) for what, file, columns in _rows("report")}
    assert told == {
        table.what: (
            f"{table.file}.{form_of(table, 'csv')}",
            ", ".join(list(table.columns)[2:]),
        )
        for table in TABLES
    }


def test_how_a_call_of_the_embedded_node_ends_is_told() -> None:
    assert ENDINGS in README


async def test_the_example_of_a_node_that_plays_faults_runs() -> None:
    names: dict[str, Any] = {}
    exec(README.partition("```python\n")[2].partition("```")[0], names)
    seen: list[object] = []

    async def client(url: str) -> None:
        path = f"{url}/api/client/v2/conferences/meet.alice/"
        async with httpx.AsyncClient() as http:
            joined = (await http.post(path + "request_token", json={"display_name": "A"})).json()
            headers = {"token": joined["result"]["token"]}
            mute = f"participants/{joined['result']['participant_uuid']}/mute"
            for _ in range(2):
                seen.append((await http.post(path + mute, headers=headers)).status_code)
            people = 0
            try:
                async with http.stream("GET", path + "events", headers=headers) as events:
                    async for line in events.aiter_lines():
                        people += line == "event: participant_create"
            except httpx.TransportError:
                seen.append(people)

    received = await names["try_out"](client)
    assert seen == [503, 200, 10]
    assert [path.rpartition("/")[2] for path in received] == [
        "request_token",
        "mute",
        "mute",
        "events",
    ]
