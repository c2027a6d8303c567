"""The conferences of a node as they are written down: by options, or one [[conference]] each."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pexdash.errors import UsageFault
from pexdash.files import shown_path
from pexdash.node.settings import ConferenceSettings
from pexdash.settings import read_toml
from pexdash.text import clean

MOST_PARTICIPANTS = 5000
SLOWEST, FASTEST = 0.1, 20.0
LONGEST_ALIAS = 256
MOST_NAMES, LONGEST_NAME = 20, 64
MOST_LAYOUTS = 40
_LISTS = {"classification_levels", "idps", "layouts", "pinning_configs", "rooms"}
_RECEPTIONS = ("standard", "mssip")
_PIN = re.compile("[0-9]{1,20}#?")
_LAYOUT = re.compile("[A-Za-z0-9:_-]{1,32}")


def load_conferences(path: Path) -> tuple[ConferenceSettings, ...]:
    """Read the conferences of a file, at least one.

    Raises UsageFault, with the place, for what is missing, unknown or of the wrong kind.
    """
    file = shown_path(path)
    values = _read(path)
    tables = values.pop("conference", [])
    if values:
        raise UsageFault(f"{file}: there is no setting {clean(next(iter(values)), 64)!r}")
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise UsageFault(f"{file}: conferences are written as [[conference]]")
    if not tables:
        raise UsageFault(f"{file}: there is no [[conference]]")
    found: dict[str, ConferenceSettings] = {}
    for number, one in enumerate(tables, 1):
        place = f"{file}: conference {number}"
        if "alias" not in one:
            raise UsageFault(f"{place}: alias is missing")
        settings = conference_of(one, f"{place}: ")
        if settings.alias in found:
            raise UsageFault(f"{file}: conference {number}: alias {settings.alias} is there twice")
        found[settings.alias] = settings
    return tuple(found.values())


def conference_of(
    values: dict[str, Any], place: str = "", spelled: Callable[[str], str] = str
) -> ConferenceSettings:
    """The settings of these names and values.

    Raises UsageFault for what is unknown, of the wrong kind, or goes with nothing else; it begins
    with `place`, and names a setting as it is `spelled` there.
    """
    for name, value in values.items():
        if name not in _KINDS:
            raise UsageFault(f"{place}there is no setting {clean(name, 64)!r}")
        fits, must_be = _KINDS[name]
        if not fits(value):
            raise UsageFault(f"{place}{spelled(name)} must be {must_be}")
    if values.get("guest_pin") == "none":
        del values["guest_pin"]
    for name in _LISTS & values.keys():
        values[name] = tuple(values[name])
    settings = ConferenceSettings(**values)
    guest_pin, host_pin = spelled("guest_pin"), spelled("host_pin")
    if settings.guest_pin is not None and settings.host_pin is None:
        raise UsageFault(f"{place}{guest_pin} needs a {host_pin}, without which all are Hosts")
    if settings.guest_pin is not None and settings.guest_pin == settings.host_pin:
        raise UsageFault(f"{place}{guest_pin} and {host_pin} must differ")
    if settings.reception is not None and (
        settings.participants or settings.lively or settings.rooms
    ):
        raise UsageFault(f"{place}nobody meets in a reception (participants, lively, rooms)")
    if settings.reception is not None and settings.idps:
        raise UsageFault(f"{place}a reception leads on, and the conference behind has the idps")
    return settings


def _is_alias(value: object) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= LONGEST_ALIAS
        and clean(value, LONGEST_ALIAS) == value
        and "/" not in value
        and value not in (".", "..")
    )


def _is_pin(value: object) -> bool:
    return isinstance(value, str) and _PIN.fullmatch(value) is not None


def _is_integer(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return _is_integer(value) and 0 <= int(str(value)) <= MOST_PARTICIPANTS


def _is_speed(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and SLOWEST <= value <= FASTEST


def _is_yes_or_no(value: object) -> bool:
    return isinstance(value, bool)


def _are_names(value: object) -> bool:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_NAMES:
        return False
    fits = all(isinstance(one, str) and one and clean(one, LONGEST_NAME) == one for one in value)
    return fits and len(set(value)) == len(value)


_NAMES = f"1 to {MOST_NAMES} different names of up to {LONGEST_NAME} characters"


def _are_layouts(value: object) -> bool:
    return (
        isinstance(value, list)
        and 0 < len(value) <= MOST_LAYOUTS
        and len(set(map(str, value))) == len(value)
        and all(isinstance(one, str) and _LAYOUT.fullmatch(one) for one in value)
    )


_KINDS: dict[str, tuple[Callable[[object], bool], str]] = {
    "alias": (_is_alias, f"a string of 1 to {LONGEST_ALIAS} characters without /"),
    "host_pin": (_is_pin, 'a string of digits, as in "1234"'),
    "guest_pin": (
        lambda value: value == "none" or _is_pin(value),
        'a string of digits, as in "1234", or "none"',
    ),
    "participants": (_is_count, f"a number from 0 to {MOST_PARTICIPANTS}"),
    "seed": (_is_integer, "a whole number"),
    "lively": (_is_yes_or_no, "true or false"),
    "speed": (_is_speed, f"a number from {SLOWEST} to {FASTEST:g}"),
    "classification_levels": (_are_names, _NAMES),
    "pinning_configs": (_are_names, _NAMES),
    "live_captions": (_is_yes_or_no, "true or false"),
    "guests_can_unmute": (_is_yes_or_no, "true or false"),
    "guests_can_present": (_is_yes_or_no, "true or false"),
    "reception": (lambda value: value in _RECEPTIONS, '"standard" or "mssip"'),
    "idps": (_are_names, _NAMES),
    "started": (_is_yes_or_no, "true or false"),
    "lecture": (_is_yes_or_no, "true or false"),
    "layouts": (_are_layouts, f'1 to {MOST_LAYOUTS} different names, as in ["1:7", "2x2", "ac"]'),
    "rooms": (_are_names, _NAMES),
}


def _read(path: Path) -> dict[str, object]:
    try:
        return read_toml(path)
    except OSError as fault:
        raise UsageFault(f"{shown_path(path)} cannot be read: {fault.strerror}") from fault
