"""What a source needs of whoever keeps our token."""

from __future__ import annotations

from typing import Protocol

from pexdash.api.admission import Admission


class Tokens(Protocol):
    """Where a source gets the token it speaks with.

    `part` counts the participants we have been: another one needs another stream.
    """

    part: int

    async def current(self) -> Admission:
        """The token of the moment, once no other is under way."""
        ...

    async def in_time(self) -> Admission:
        """As `current`; raises NodeFault where it takes too long, or there is none yet."""
        ...

    async def renew(self, old: Admission) -> None:
        """Replace `old`; raises Refused when we are let in no more."""
        ...

    async def move(self, old: Admission) -> None:
        """Go on by another node than that of `old`, where one lets us in."""
        ...

    async def after(self, old: Admission) -> Admission:
        """The next token that takes the place of `old`."""
        ...

    async def after_part(self, part: int) -> None:
        """Wait until we are another participant than that one."""
        ...
