"""Whether a node knows our token, and what it means where it does not know a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pexdash.api.address import NodeAddress
from pexdash.errors import Refused, TokenRefused


class Standing:
    """How the token that `node` gave us stands with it; call `begin` for each new token.

    `is_doubtful` is whether several nodes seem to answer, of which not all know the token.
    """

    def __init__(self, node: NodeAddress) -> None:
        self.is_doubtful = False
        self._is_new = True
        self._was_refused = False
        self._is_suspected = False
        self._node = node

    def suspect(self) -> None:
        """An earlier token of this node hinted at several nodes; so will the next."""
        self._is_suspected = self.is_doubtful = True

    def begin(self) -> None:
        """A token was given just now."""
        self._is_new, self._was_refused = True, False
        self.is_doubtful = self._is_suspected

    def accepted(self) -> None:
        """The node knows the token."""
        self._is_new = False
        # A dead token never comes to life again.
        self.is_doubtful |= self._was_refused

    @contextmanager
    def tried(self) -> Iterator[None]:
        """Learn from the answer that is read within, to a request with the token.

        Where several nodes seem to answer, the error for a refused token says so.
        """
        try:
            yield
        except TokenRefused as refused:
            self._was_refused = True
            self.is_doubtful |= self._is_new
            if not self.is_doubtful:
                raise
            raise TokenRefused(
                f"{refused}: {self._node} seems to lead to several nodes that do not share "
                "tokens; name one of them, or have its balancer keep us at one",
                status=refused.status,
                reason=refused.reason,
            ) from refused
        except Refused:
            # It was the request that the node did not want.
            self.accepted()
            raise
        self.accepted()
