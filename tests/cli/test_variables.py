"""Each option has a variable in the environment, and --help says which."""

from __future__ import annotations

from typing import Any

import click
import pytest

from pexdash.cli.main import COMMANDS, cli
from pexdash.cli.variables import variable_of
from tests.commands import every_command

WITHOUT = {"--yes", "--arm", "--insecure", "--output", "--help", "--version"}
OF_ITS_OWN = {("node", "--config"), ("demo", "--wall"), ("ctl", "--record")}


EVERY = list(every_command())


def params_of(name: str, *words: str) -> dict[str, Any]:
    """What the command `name` reads from these words and the environment."""
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    return command.make_context(name, list(words)).params


@pytest.mark.parametrize(("path", "command"), EVERY, ids=lambda one: str(one))
def test_help_names_the_variable_of_each_option(
    path: tuple[str, ...], command: click.Command
) -> None:
    context = click.Context(command, info_name=path[-1])
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        name = option.opts[0]
        record = option.get_help_record(context)
        assert record is not None, name
        assert record[0].startswith(name), "what --help lists it by"
        shown = f"env var: {variable_of(path[-1], name)}"
        has_none = name in WITHOUT or (path[-1], name) in OF_ITS_OWN
        assert ("env var" not in record[1]) if has_none else (shown in record[1]), (path, record)
        assert not record[1].startswith("["), f"{name} is not explained"


def test_there_are_commands_with_options() -> None:
    assert {path[0] for path, _ in EVERY} == set(COMMANDS)


@pytest.mark.parametrize(
    ("command", "option", "variable"),
    [
        ("join", "--pin-file", "PEXDASH_PIN_FILE"),
        ("wall", "--config", "PEXDASH_WALL"),
        ("collect", "--config", "PEXDASH_WALL"),
        ("node", "--config", None),
        ("demo", "--wall", None),
        ("join", "--insecure", None),
        ("ctl", "--yes", None),
    ],
)
def test_a_variable_has_the_name_of_its_option(
    command: str, option: str, variable: str | None
) -> None:
    assert variable_of(command, option) == variable


def test_an_option_goes_before_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEXDASH_RATE", "5")
    monkeypatch.setenv("PEXDASH_READ_ONLY", "1")
    assert params_of("join", "meet.alice")["rate"] == 5
    assert params_of("join", "meet.alice")["read_only"] is True
    assert params_of("join", "meet.alice", "--rate", "7")["rate"] == 7


def test_a_variable_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEXDASH_RATE", "fast")
    with pytest.raises(click.BadParameter):
        params_of("join", "meet.alice")


@pytest.mark.parametrize("name", ["node", "name", "ca_file", "cert_file", "key_file", "theme"])
def test_what_yields_to_more_than_an_option_is_left_to_the_settings(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"PEXDASH_{name.upper()}", "from.the.environment")
    assert params_of("join", "meet.alice")[name] is None


def test_the_variables_of_other_commands_stop_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PEXDASH_CONFIG", "/no/such/settings.toml")
    monkeypatch.setenv("PEXDASH_RECORD", "/no/such/recording")
    assert params_of("node")["config"] is None
    assert params_of("ctl", "meet.alice", "lock")["record"] is None
