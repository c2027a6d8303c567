"""Whether a node knows our token, and what it means where it does not know a new one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pexdash.api.address import NodeAddress
from pexdash.errors import Refused, TokenRefused
from pexdash.secret import Secret


class Standing:
    """How our token stands with `node`: call `begin` for each new one, `renewed` for its successor.

    `is_doubtful` is whether several nodes seem to answer, of which not all know the token.
    """

    def __init__(self, node: NodeAddress) -> None:
        self.is_doubtful = False
        self._token: Secret | None = None
        self._is_new = True
        self._was_refused = False
        self._is_suspected = False
        self._node = node

    def suspect(self) -> None:
        """An earlier token of this node hinted at several nodes; so will the next."""
        self._is_suspected = self.is_doubtful = True

    def begin(self, token: Secret) -> None:
        """This token was given just now."""
        self._token, self._is_new, self._was_refused = token, True, False
        self.is_doubtful = self._is_suspected

    def renewed(self, token: Secret) -> None:
        """This token replaces the one before, which may be refused from now on."""
        self._token, self._was_refused = token, False

    @contextmanager
    def tried(self, token: Secret) -> Iterator[None]:
        """Learn from the answer to a request with this token, which is sent and read within.

        Where several nodes seem to answer, the error for a refused token says so.
        """
        was_refused = self._was_refused
        try:
            yield
        except TokenRefused as refused:
            if token == self._token:
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
            self._accepted(token, was_refused=was_refused)
            raise
        self._accepted(token, was_refused=was_refused)

    def _accepted(self, token: Secret, *, was_refused: bool) -> None:
        """The node knows the token, which `was_refused` before the request was sent."""
        if token == self._token:
            self._is_new = False
            # A dead token never comes to life again.
            self.is_doubtful |= was_refused
