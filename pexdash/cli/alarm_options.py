"""What commands are told of alarms: their rules, and where they are told outside this program."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pexdash.errors import UsageFault
from pexdash.settings import Settings, settings_path

if TYPE_CHECKING:
    from pexdash.model.alarms.policy import Policy
    from pexdash.session.alarms.outlets import OutletSettings
    from pexdash.session.estate.wanted import Rules

_F = TypeVar("_F", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--bell-command",
        metavar="COMMAND",
        help="Start COMMAND when the bell of the wall rings, at most every 10 seconds; no shell"
        " reads it.",
    ),
    click.option(
        "--alarm-command",
        metavar="COMMAND",
        help="Start COMMAND for each alarm of the wall and each end of one; no shell reads it.",
    ),
    click.option(
        "--alertmanager",
        metavar="URL",
        help="Tell the Alertmanager at URL of the alarms of the wall.",
    ),
)


def alarm_options(command: _F) -> _F:
    """Add --bell-command, --alarm-command and --alertmanager; each is None where it is not given.

    `outlets_from` takes them.
    """
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def rules_of(settings: Settings) -> Rules:
    """The alarms and profiles of the settings file; raises UsageFault with every mistake."""
    from pexdash.session.estate.wanted import Rules

    if not settings.alarms and not settings.profile:
        return Rules()
    from pexdash.session.estate.wall_file import rules_of_settings

    return rules_of_settings(settings_path(os.environ), settings.alarms, settings.profile)


def host_rules(settings: Settings) -> Callable[[], Policy]:
    """What returns the rules of the alarms of one conference, which are of the profile `host`.

    Raises UsageFault, with every mistake, for what the settings say of alarms.
    """
    # Most settings say nothing of alarms, and the first paint need not wait for their rules.
    rules = rules_of(settings) if settings.alarms or settings.profile else None

    def policy() -> Policy:
        from pexdash.model.alarms.policy import policy_of

        if rules is None:
            return policy_of("host")
        return policy_of("host", layers=(rules.alarms,), profiles=rules.profiles)

    return policy


def outlets_from(
    settings: Settings,
    *,
    bell_command: str | None,
    alarm_command: str | None,
    alertmanager: str | None,
) -> OutletSettings:
    """Where alarms are told: as the options say, else the settings; "" in an option is nowhere.

    Raises UsageFault for an option that is no command or no URL.
    """
    from pexdash.api.alertmanager import address_of
    from pexdash.session.alarms.outlets import OutletSettings

    url = settings.alertmanager if alertmanager is None else alertmanager
    if url:
        address_of(url)
    return OutletSettings(
        bell_command=_words("--bell-command", bell_command, settings.bell_command),
        alarm_command=_words("--alarm-command", alarm_command, settings.alarm_command),
        alertmanager=url,
    )


def _words(option: str, given: str | None, settings: tuple[str, ...]) -> tuple[str, ...]:
    """The words of a command as a shell would take them apart, without anything else it does."""
    if given is None:
        return settings
    import shlex

    try:
        words = tuple(shlex.split(given))
    except ValueError as fault:
        raise UsageFault(f"{option}: a quotation mark is not closed") from fault
    if words and not words[0]:
        raise UsageFault(f"{option} must begin with the name of a command")
    return words
