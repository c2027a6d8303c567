"""The settings file: where it is, what may stand in it, and what is wrong with it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.text import ADDRESS_LIMIT, clean

LARGEST_FILE = 1024 * 1024
PLACES = ("wall", "replay")
"""The screens besides the conference's that have keys of their own: `[keys.wall]`."""


class Settings(NamedTuple):
    """What the user set once and for all; "" and None where nothing was set.

    `keys` maps an action id of the conference to its key, and `place_keys` those of other places;
    `player` is the command to play a call's URL with.
    """

    node: str = ""
    name: str = ""
    ca_file: Path | None = None
    player: str = ""
    keys: Mapping[str, str] = MappingProxyType({})
    place_keys: Mapping[str, Mapping[str, str]] = MappingProxyType({})


def settings_path(environment: Mapping[str, str]) -> Path:
    """Where the settings file is: PEXDASH_CONFIG, or the system's place for settings."""
    if named := environment.get("PEXDASH_CONFIG"):
        return Path(named)
    import platformdirs

    return Path(platformdirs.user_config_dir("pexdash")) / "settings.toml"


def state_folder() -> Path:
    """Where crash reports and recent destinations go."""
    import platformdirs

    return Path(platformdirs.user_state_dir("pexdash"))


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings file and the environment, which goes before the file.

    Raises UsageFault, with the place, for a file that is no TOML or holds something unknown.
    """
    file = settings_path(environment)
    path = shown_path(file)
    values = _read(file, path, must_exist=bool(environment.get("PEXDASH_CONFIG")))
    keys = values.pop("keys", {})
    unknown = sorted(values.keys() - {"node", "name", "ca_file", "player"})
    if unknown:
        raise UsageFault(f"{path}: there is no setting {clean(unknown[0])!r}")
    for name, value in [*values.items()]:
        if not isinstance(value, str):
            raise UsageFault(f"{path}: {name} must be a string")
        if "\0" in value:
            raise UsageFault(f"{path}: {name} cannot hold a NUL")
    if not isinstance(keys, dict):
        raise UsageFault(f"{path}: [keys] must map action ids to keys")
    place_keys = {
        place: _keys(keys.pop(place), f"{path}: [keys.{place}]")
        for place in PLACES
        if place in keys
    }
    return Settings(
        node=environment.get("PEXDASH_NODE") or str(values.get("node", "")),
        name=environment.get("PEXDASH_NAME") or str(values.get("name", "")),
        ca_file=_ca_file(environment.get("PEXDASH_CA_FILE", ""), "PEXDASH_CA_FILE")
        or _ca_file(str(values.get("ca_file", "")), f"{path}: ca_file"),
        player=str(values.get("player", "")),
        keys=_keys(keys, f"{path}: [keys]"),
        place_keys=place_keys,
    )


def _keys(value: object, place: str) -> dict[str, str]:
    """The key of each action id; raises UsageFault, naming the `place`, for anything else."""
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value.values()):
        raise UsageFault(f"{place} must map action ids to keys")
    return {str(action): str(key) for action, key in value.items()}


def _ca_file(name: str, place: str) -> Path | None:
    """The file of that name, `~` being somebody's home, or None for ""; `place` gave the name."""
    try:
        return Path(name).expanduser() if name else None
    except (RuntimeError, ValueError) as fault:  # ~ of somebody who is not there, or cannot be
        shown = clean(name, ADDRESS_LIMIT)
        raise UsageFault(f"{place}: {shown}: there is no such home directory") from fault


def _read(file: Path, path: str, *, must_exist: bool) -> dict[str, object]:
    """The values of the settings `file`, which messages call `path`."""
    try:
        return read_toml(file)
    except (FileNotFoundError, NotADirectoryError):
        if must_exist:
            raise UsageFault(f"{path}: there is no such settings file") from None
        return {}
    except OSError as fault:
        raise UsageFault(f"{path} cannot be read: {fault.strerror}") from fault


def read_toml(file: Path) -> dict[str, object]:
    """The values of a TOML file of at most 1 MiB.

    Raises UsageFault, with the place, for anything else, and OSError where it cannot be read.
    """
    path = shown_path(file)
    with file.open("rb") as opened:
        text = opened.read(LARGEST_FILE + 1)
    if len(text) > LARGEST_FILE:
        raise UsageFault(f"{path} is too large: settings and conferences take no megabyte")
    # Most starts have no such file.
    import tomllib

    try:
        # An editor's byte order mark is none of the user's doing.
        return tomllib.loads(text.decode("utf-8-sig"))
    except UnicodeDecodeError as fault:
        line = text.count(b"\n", 0, fault.start) + 1
        raise UsageFault(f"{path}: not written in UTF-8 (at line {line})") from fault
    except (ValueError, RecursionError) as fault:  # tomllib lets some of its own faults through
        raise UsageFault(f"{path}: {clean(str(fault), 256)}") from fault
