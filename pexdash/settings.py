"""The settings: finds the settings file, reads it, and reports what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.text import ADDRESS_LIMIT, clean
from pexdash.toml_lines import line_of, lines_of

LARGEST_FILE = 1024 * 1024
"""Bytes."""
_COMMANDS = ("bell_command", "alarm_command")
"""The settings that are commands, as arrays of words."""
_FILES = ("ca_file", "cert_file", "key_file", "audit")
"""The settings that name files."""
VARIABLES = {name: f"PEXDASH_{name.upper()}" for name in ("node", "name", "theme", *_FILES)}
"""The variable of each setting that has one; it goes before the file."""
_TABLES = ("alarms", "profile")
"""Tables of tables, which only who has alarms looks into."""
PLACES = ("wall", "replay")
"""The screens besides the conference's that have keys of their own, such as `[keys.wall]`."""


THEMES = ("dark", "light", "contrast", "ansi")
"""The themes of the screen; where none is named, dark, or light where the terminal is light."""
GLYPHS = ("unicode", "ascii")
"""The sets of signs; where none is named, the one for the terminal's encoding."""
BELLS = ("off", "waiting", "alarms")
NOTIFIES = ("off", "osc9", "osc777")
_CHOICES = {"theme": THEMES, "glyphs": GLYPHS, "bell": BELLS, "notify": NOTIFIES}


class Settings(NamedTuple):
    """The user's settings; "" and None for a setting that the user did not make.

    `keys` maps the id of each action on the conference's screen to its key. `place_keys` holds
    such a map for each other place. `player` is the command that plays the URL of a call,
    and `audit` the file that our requests are written to.
    `bell_command` and `alarm_command` are the words of commands for alarms, and `alertmanager` is
    the URL of an Alertmanager.
    `bus` is the table [bus] as it stands there, for who goes through a bus to check.
    `cert_file` and `key_file` come from the same place, as they belong together. `bell` says what
    rings, "" is what is usual on each screen; `title` whether the window's title tells counts, and
    `notify` how the terminal is asked for notifications. `alarms` and `profile` are the tables
    [alarms.RULE] and [profile.NAME] as they stand in the file: who has alarms checks them.
    """

    node: str = ""
    name: str = ""
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    audit: Path | None = None
    player: str = ""
    bell_command: tuple[str, ...] = ()
    alarm_command: tuple[str, ...] = ()
    alertmanager: str = ""
    theme: str = ""
    glyphs: str = ""
    bell: str = ""
    title: bool = True
    notify: str = "off"
    alarms: Mapping[str, object] = MappingProxyType({})
    profile: Mapping[str, object] = MappingProxyType({})
    bus: Mapping[str, object] = MappingProxyType({})
    keys: Mapping[str, str] = MappingProxyType({})
    place_keys: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def settings_path(environment: Mapping[str, str]) -> Path:
    """The path of the settings file: PEXDASH_CONFIG, or a file in the system's settings folder."""
    if named := environment.get("PEXDASH_CONFIG"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("pexdash")) / "settings.toml"


def state_folder() -> Path:
    """The folder for crash reports and recent destinations."""
    import platformdirs

    return Path(platformdirs.user_state_dir("pexdash"))


def recent_file() -> Path:
    """The file of the conferences joined last."""
    return state_folder() / "recent-conferences"


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings file and the environment; a value in the environment wins.

    Raises UsageFault, with the place of the fault, for a file that cannot be read, is not TOML, or
    holds an unknown setting or a wrong value.
    """
    path = shown_path(settings_path(environment))
    values = settings_in_file(environment)
    commands = {name: _words(values.pop(name, []), f"{path}: {name}") for name in _COMMANDS}
    alertmanager = _text(values.pop("alertmanager", ""), f"{path}: alertmanager")
    keys = values.pop("keys", {})
    title = values.pop("title", True)
    alarms, profile = (_tables(values.pop(name, {}), f"{path}: [{name}]") for name in _TABLES)
    bus = values.pop("bus", {})
    if not isinstance(bus, dict):
        raise UsageFault(f"{path}: bus is a table, as in [bus]")
    unknown = sorted(values.keys() - {"node", "name", *_FILES, "player", *_CHOICES})
    if unknown:
        line = line_in(settings_path(environment), unknown[0])
        raise UsageFault(f"{path}: there is no setting {clean(unknown[0])!r} (at line {line})")
    for name, value in [*values.items()]:
        _text(value, f"{path}: {name}")
    for name in _CHOICES:
        _check_choice(name, str(values.get(name, "")), f"{path}: {name}")
    theme = environment.get(VARIABLES["theme"], "")
    _check_choice("theme", theme, VARIABLES["theme"])
    if not isinstance(title, bool):
        raise UsageFault(f"{path}: title must be true or false")
    if not isinstance(keys, dict):
        raise UsageFault(f"{path}: [keys] must map action ids to keys")
    place_keys = {
        place: _keys(keys.pop(place), f"{path}: [keys.{place}]")
        for place in PLACES
        if place in keys
    }
    files = {name: _file(environment.get(VARIABLES[name], ""), VARIABLES[name]) for name in _FILES}
    if files["cert_file"] is not None:
        # Its key does not stand in the file.
        values.pop("key_file", None)
    for name, given in files.items():
        files[name] = given or _file(str(values.get(name, "")), f"{path}: {name}")
    return Settings(
        node=environment.get(VARIABLES["node"]) or str(values.get("node", "")),
        name=environment.get(VARIABLES["name"]) or str(values.get("name", "")),
        ca_file=files["ca_file"],
        audit=files["audit"],
        cert_file=files["cert_file"],
        key_file=files["key_file"],
        player=str(values.get("player", "")),
        bell_command=commands["bell_command"],
        alarm_command=commands["alarm_command"],
        alertmanager=alertmanager,
        theme=theme or str(values.get("theme", "")),
        glyphs=str(values.get("glyphs", "")),
        bell=str(values.get("bell", "")),
        title=title,
        notify=str(values.get("notify", "off")),
        alarms=alarms,
        profile=profile,
        bus=bus,
        keys=_keys(keys, f"{path}: [keys]"),
        place_keys=place_keys,
    )


def with_theme(settings: Settings, theme: str | None) -> Settings:
    """`settings` with the theme of an option, None where it was not given."""
    return settings._replace(theme=theme) if theme else settings


def _keys(value: object, place: str) -> dict[str, str]:
    """The key for each action id; raises UsageFault, naming `place`, for any other value."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value.values()):
        raise UsageFault(f"{place} must map action ids to keys")
    return {str(action): str(key) for action, key in value.items()}


def _tables(value: object, place: str) -> Mapping[str, object]:
    if not isinstance(value, dict) or not all(isinstance(one, dict) for one in value.values()):
        raise UsageFault(f"{place} must be a table of tables")
    return value


def _text(value: object, place: str) -> str:
    if not isinstance(value, str):
        raise UsageFault(f"{place} must be a string")
    if "\0" in value:
        raise UsageFault(f"{place} cannot hold a NUL")
    return value


def _words(value: object, place: str) -> tuple[str, ...]:
    """The words of a command, of which no shell makes others."""
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise UsageFault(f'{place} must be an array of words, as in ["play", "bell.ogg"]')
    if value and not value[0]:
        raise UsageFault(f"{place} must begin with the name of a command")
    return tuple(_text(word, place) for word in value)


def _check_choice(name: str, value: str, place: str) -> None:
    """Raise UsageFault, naming `place`, for a value that the setting `name` cannot have."""
    if value and value not in _CHOICES[name]:
        *first, last = _CHOICES[name]
        raise UsageFault(f"{place} is {', '.join(first)} or {last}, not {clean(value)!r}")


def _file(name: str, place: str) -> Path | None:
    """The path `name` with `~` expanded, or None for "".

    Raises UsageFault, naming `place`, where the home directory does not exist.
    """
    try:
        return Path(name).expanduser() if name else None
    except (RuntimeError, ValueError) as fault:  # an unknown user after ~, or an impossible one
        shown = clean(name, ADDRESS_LIMIT)
        raise UsageFault(f"{place}: {shown}: there is no such home directory") from fault


def settings_in_file(environment: Mapping[str, str]) -> dict[str, object]:
    """What the settings file holds, unchecked; raises UsageFault for a file that is no TOML.

    There need be no file, unless PEXDASH_CONFIG names one.
    """
    file = settings_path(environment)
    path = shown_path(file)
    try:
        return read_toml(file)
    except (FileNotFoundError, NotADirectoryError):
        if environment.get("PEXDASH_CONFIG"):
            raise UsageFault(f"{path}: there is no such settings file") from None
        return {}
    except OSError as fault:
        raise UsageFault(f"{path} cannot be read: {fault.strerror}") from fault


def line_in(file: Path, name: str) -> int:
    """The line of a setting in a file that has been read."""
    return line_of(lines_of(file.read_text("utf-8-sig")), (name,))


def read_toml(file: Path) -> dict[str, object]:
    """The values in a TOML file of at most 1 MiB.

    Raises UsageFault, with the place of the fault, for any other file, and OSError where the file
    cannot be read.
    """
    path = shown_path(file)
    with file.open("rb") as opened:
        text = opened.read(LARGEST_FILE + 1)
    if len(text) > LARGEST_FILE:
        raise UsageFault(f"{path} is too large: settings and conferences take no megabyte")
    # Imported here, because most users have no such file.
    import tomllib

    try:
        # utf-8-sig, because some editors put a byte order mark before the text.
        return tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        line = text.count(b"\n", 0, fault.start) + 1
        raise UsageFault(f"{path}: not written in UTF-8 (at line {line})") from fault
    except (ValueError, RecursionError) as fault:  # tomllib raises more than TOMLDecodeError
        raise UsageFault(f"{path}: {clean(str(fault), 256)}") from fault
