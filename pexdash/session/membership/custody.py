"""Who else knows our tokens: a fleet keeps each, so that another program may go on by it."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from pexdash.api.address import NodeAddress
from pexdash.api.admission import Admission
from pexdash.api.token import Token


class Inherited(NamedTuple):
    """The token of the participant to go on as, the node that gave it, and when that joined.

    `joined_at_unix` is by the clock of whoever joined.
    """

    node: NodeAddress
    token: Token
    joined_at_unix: float


class Custody(Protocol):
    """What a membership asks before it has a token, and tells once it has one.

    `releases` is whether the token is to be released at the end: False where another goes on by it.
    `is_heir` is whether there is a participant to begin as.
    """

    @property
    def releases(self) -> bool: ...
    @property
    def is_heir(self) -> bool: ...

    def inherited(self) -> Inherited | None:
        """The participant to begin as, None to join as a new one.

        Raises Removed or Barred where nobody may join before a person wants that.
        """
        ...

    async def may_refresh(self, dies_at: float) -> None:
        """Wait until we may refresh a token that dies at this monotonic second."""
        ...

    async def may_join(self) -> None:
        """Wait until we may join as a new participant."""
        ...

    async def keep(self, admission: Admission) -> None:
        """Write a new token down, before anything else uses it; raises no PexdashError."""
        ...


class OwnTokens:
    """The custody of who is alone: nobody else knows our tokens."""

    releases = True
    is_heir = False

    def inherited(self) -> Inherited | None:
        return None

    async def may_refresh(self, dies_at: float) -> None:
        pass

    async def may_join(self) -> None:
        pass

    async def keep(self, admission: Admission) -> None:
        pass
