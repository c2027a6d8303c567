"""Where alarms are told: the options go before the settings."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pexdash.cli.alarm_options import alarm_options, host_rules, outlets_from
from pexdash.cli.variables import name_variables
from pexdash.errors import UsageFault
from pexdash.session.alarms.outlets import OutletSettings
from pexdash.settings import Settings, load_settings

SETTINGS = Settings(
    bell_command=("play", "bell.ogg"), alarm_command=("page",), alertmanager="http://alerts:9093"
)


def given(*words: str, **environment: str) -> OutletSettings:
    """What a command is given by its options and the environment."""
    found: list[OutletSettings] = []

    @click.command()
    @alarm_options
    def wall(**options: str | None) -> None:
        found.append(outlets_from(SETTINGS, **options))

    name_variables(wall)
    result = CliRunner().invoke(wall, words, env=environment)
    if result.exception is not None:
        raise result.exception
    return found[0]


def test_the_settings_hold_where_nothing_else_is_said() -> None:
    assert given() == OutletSettings(
        bell_command=("play", "bell.ogg"),
        alarm_command=("page",),
        alertmanager="http://alerts:9093",
    )


def test_an_option_is_taken_apart_into_words_and_no_more() -> None:
    found = given("--bell-command", "play 'a b.ogg' $HOME `x` > y; z", "--alarm-command", "")
    assert found.bell_command == ("play", "a b.ogg", "$HOME", "`x`", ">", "y;", "z")
    assert found.alarm_command == ()
    assert given("--alertmanager", "").alertmanager == ""


def test_each_has_its_variable() -> None:
    found = given(PEXDASH_ALARM_COMMAND="mail jo", PEXDASH_ALERTMANAGER="https://other")
    assert (found.alarm_command, found.alertmanager) == (("mail", "jo"), "https://other")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--bell-command", "play 'bell"), "--bell-command: a quotation mark is not closed"),
        (("--alarm-command", "'' x"), "--alarm-command must begin with the name of a command"),
        (("--alertmanager", "alerts:9093"), "not the URL of an Alertmanager: alerts:9093"),
    ],
)
def test_what_is_wrong_is_told(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(UsageFault, match=said):
        given(*words)


def test_the_rules_of_one_conference_are_the_host_s_with_what_the_settings_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "settings.toml"
    monkeypatch.setenv("PEXDASH_CONFIG", str(file))
    file.write_text("[alarms.recording-gone]\nenabled = false\n[alarms.silence]\nenabled = true")
    policy = host_rules(load_settings())()
    assert "recording-gone" not in policy.limits
    assert {"silence", "hand-long"} <= policy.limits.keys()
    assert policy.limits["waiting"].value == 0
    file.write_text("[alarms.recording]\nenabled = false")
    with pytest.raises(UsageFault, match="recording"):
        host_rules(load_settings())
