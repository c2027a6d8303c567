"""`pexdash config`: where the settings are, what they are and why, and files to begin with."""

from __future__ import annotations

import importlib.resources
import os
import shlex
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import click

from pexdash.cli import process
from pexdash.cli.fleet_config import compose, nats, units
from pexdash.errors import UsageFault
from pexdash.files import open_private, shown_path, write_all

if TYPE_CHECKING:
    from pexdash.settings import Settings

USUAL = {
    "node": "default: looked up by the conference's domain",
    "name": "default: the user's name on this system",
    "bell": "default: rings when somebody comes to wait",
    "ca_file": "default: the authorities this system knows",
}
"""What a setting that nobody has made stands for, where that is something."""
TEMPLATE = """\
# The settings of pexdash: take away a # to make one. An option of a command goes before the
# environment, and that before this file.

# node = "https://node.example.com"   # looked up by the conference's domain without it
# name = "Alice"                      # the name to join by
# ca_file = "~/company-ca.pem"        # certificate authorities to trust too
# cert_file = "~/alice.pem"           # shown to a node that wants a certificate of ours
# key_file = "~/alice.key"            # its key, where it is not in the same file
# audit = "~/actions.ndjson"          # a line for each of our requests, and how it ended
# player = "mpv {url}"                # what plays the URL of a media call
# bell_command = ["play", "bell.ogg"] # started when the bell of a wall rings, by no shell
# alarm_command = ["page"]            # started for each alarm of a wall and each end of one
# alertmanager = "http://alerts:9093" # is told of the alarms of a wall
# theme = "light"                     # dark, light, contrast or ansi; without it as the terminal is
# glyphs = "ascii"                    # signs without Unicode
# bell = "off"                        # without it, it rings when somebody comes to wait
# title = false                       # without it, the window's title tells who waits
# notify = "osc9"                     # or "osc777": asks the terminal for notifications as well

# [alarms.waiting]                    # of all conferences; pexdash wall tells the names of alarms
# value = 120                         # people wait two minutes before it is raised
# [profile.quiet]                     # a set of them for some conferences of a wall
# base = "noc"
# [profile.quiet.alarms.hand-long]
# enabled = false

# [bus]                               # for what is given --bus, and for pexdash collect
# url = "nats://bus.example.com"
# user = "jo"                         # the name that the server knows us by
# nkey = "~/jo.nk"                    # or creds, or cert_file and key_file
# ca_file = "~/bus-ca.pem"

[keys]
# mute = "u"                          # the key of an action on the conference's screen

[keys.wall]
# suggested = "g"                     # the key of an action on the wall

[keys.replay]
"""


@click.group()
@click.pass_context
def config(context: click.Context) -> None:
    """Tell where the settings are, what they are, and print files for metrics and fleets."""
    context.obj = bool(process.take_pin())  # whether there was one


@config.command()
def path() -> None:
    """Print the path of the settings file, whether there is one or not."""
    from pexdash.settings import settings_path

    click.echo(settings_path(os.environ))


@config.command()
@click.pass_context
def show(context: click.Context) -> None:
    """Print each setting with its value, and where that comes from.

    Then the variables in the environment that options are read from.
    """
    from pexdash.settings import load_settings, settings_in_file, settings_path

    settings = load_settings()
    file = shown_path(settings_path(os.environ))
    rows = list(told_settings(settings, settings_in_file(os.environ), file, os.environ))
    environment = dict(os.environ) | ({"PEXDASH_PIN": "***"} if context.obj else {})
    rows += told_variables(environment, _options_by_variable(context.find_root()))
    names = max(len(name) for name, _, _ in rows)
    values = max(len(value) for _, value, _ in rows)
    for name, value, source in rows:
        click.echo(f"{name:{names}}  {value:{values}}  {source}")


@config.command()
def init() -> None:
    """Write a settings file in which each setting is explained and none is made."""
    from pexdash.settings import settings_path

    file = settings_path(os.environ)
    shown = shown_path(file)
    try:
        with os.fdopen(open_private(file, os.O_EXCL), "wb") as opened:
            try:
                write_all(opened.fileno(), TEMPLATE.encode())
            except OSError:
                file.unlink()  # a part of it would be no use, and in the way
                raise
    except FileExistsError as fault:
        raise UsageFault(f"{shown} is there already, and stays as it is") from fault
    except OSError as fault:
        raise UsageFault(f"{shown} cannot be written: {fault.strerror}") from fault
    click.echo(file)


@config.command()
def grafana() -> None:
    """Print a dashboard for Grafana on the metrics of --metrics, to import there."""
    click.echo(_of_metrics("grafana.json"), nl=False)


@config.command()
def prometheus() -> None:
    """Print alert rules for Prometheus on the metrics of --metrics."""
    click.echo(_of_metrics("alerts.yaml"), nl=False)


config.add_command(nats)
config.add_command(units)
config.add_command(compose)


def _of_metrics(name: str) -> str:
    """The text of a file that comes with the metrics."""
    return importlib.resources.files("pexdash.plain.metrics").joinpath(name).read_text("utf-8")


def told_settings(
    settings: Settings,
    in_file: Mapping[str, object],
    file: str,
    environment: Mapping[str, str],
) -> Iterator[tuple[str, str, str]]:
    """Name, value and source of each setting; a key that is not in the file is left out.

    `in_file` is what the settings file holds, and `file` the name to call it by.
    """
    from pexdash.settings import VARIABLES

    for name, value in settings._asdict().items():
        if isinstance(value, Mapping):
            yield from _told_keys(name, value, file)
            continue
        variable = VARIABLES.get(name, "")
        source = USUAL.get(name, "default")
        if environment.get(variable):
            source = f"environment: {variable}"
        elif value not in ("", None) and name in in_file:
            source = file
        yield name, _shown(value), source


def _told_keys(name: str, keys: Mapping[str, object], file: str) -> Iterator[tuple[str, str, str]]:
    for action, key in keys.items():
        if isinstance(key, Mapping):
            place = "keys" if name == "place_keys" else name
            yield from _told_keys(f"{place}.{action}", key, file)
        else:
            yield f"{name}.{action}", _shown(key), file


def told_variables(
    environment: Mapping[str, str], options: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Name, value and meaning of each variable of ours that is no setting's.

    `options` holds the option that is read from each variable.
    """
    from pexdash.cli.variables import OTHER_VARIABLES
    from pexdash.settings import VARIABLES

    for name in sorted(environment):
        if not name.startswith("PEXDASH_") or name in VARIABLES.values():
            continue
        value = "***" if name.endswith("PIN") else _shown(environment[name])
        if name in OTHER_VARIABLES:
            yield name, value, OTHER_VARIABLES[name]
        elif name in options:
            yield name, value, f"environment: {options[name]}"
        else:
            # It may be a secret under a wrong name.
            yield name, "***", "environment: there is no such option, so it does nothing"


def _options_by_variable(context: click.Context) -> dict[str, str]:
    """The option of any command that is read from each variable."""
    root = context.command
    assert isinstance(root, click.Group)
    found: dict[str, str] = {}
    for name in root.list_commands(context):
        command = root.get_command(context, name)
        for option in command.params if command is not None else []:
            if isinstance(option.envvar, str):
                found[option.envvar] = option.opts[0]
    return found


def _shown(value: object) -> str:
    from pexdash.text import ADDRESS_LIMIT, clean

    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        value = shlex.join(value)
    return clean(str(value), ADDRESS_LIMIT) if value else "-"
