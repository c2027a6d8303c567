"""What the operator expects of a conference."""

from __future__ import annotations

from msgspec import Struct


class Expectations(Struct, frozen=True, kw_only=True):
    """What a conference should be like; None, "" and () where nothing is expected.

    `required` are addresses of who must be there, `home_domains` the domains of who may be in a
    locked meeting; both are compared without case. `classification` is the name of the lowest level
    wanted.
    """

    required: tuple[str, ...] = ()
    home_domains: tuple[str, ...] = ()
    people_min: int | None = None
    people_max: int | None = None
    locked: bool | None = None
    record: bool | None = None
    verified: bool | None = None
    classification: str = ""
