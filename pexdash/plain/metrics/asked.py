"""Counts our requests, and why they failed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from pexdash.errors import AnswerLost, NodeUnreachable
from pexdash.plain.metrics.counts import OTHER, Counts

if TYPE_CHECKING:
    from pexdash.api.answers import Answer
    from pexdash.api.request_log import Asked

_LOOKED_AT = 4096
"""How many bytes of a refusal are looked at for the node's reason."""
_REASONS = ((b"Invalid role", "invalid_role"), (b"Invalid token", "invalid_token"))


class Asking:
    """Counts the requests of this program; give `hear` to `request_log.on_asked`.

    `in_maintenance` has the labels of the nodes whose last answer said that they are.
    """

    def __init__(self, counts: Counts) -> None:
        self._counts = counts
        self.in_maintenance: set[str] = set()

    def hear(self, asked: Asked) -> None:
        """Count a request that is over."""
        if isinstance(asked.fault, asyncio.CancelledError):
            # We have left meanwhile: it says nothing of the node.
            return
        node, request = self._counts.node(asked.node), asked.request.name
        source = asked.asker.value
        self._counts.add("pexdash_requests_total", node, request, source)
        self._counts.observe("pexdash_request_duration_seconds", asked.seconds, request)
        if asked.answer is not None:
            self._note_maintenance(node, asked.answer)
        reason = failure_of(asked)
        if reason:
            self._counts.add("pexdash_request_failures_total", node, request, source, reason)

    def _note_maintenance(self, node: str, answer: Answer) -> None:
        says_so = b"maintenance" in answer.body[:_LOOKED_AT].lower()
        if answer.status == 503 and says_so:
            self.in_maintenance.add(node)
        else:
            self.in_maintenance.discard(node)


def failure_of(asked: Asked) -> str:
    """The label for why a request failed, "" for one that did not."""
    answer = asked.answer
    if answer is None:
        cause = None if asked.fault is None else asked.fault.__cause__
        if isinstance(cause, TimeoutError) or "Timeout" in type(cause).__name__:
            return "timeout"
        is_gone = isinstance(asked.fault, NodeUnreachable | AnswerLost)
        return "unreachable" if is_gone else OTHER
    if answer.is_success:
        return ""
    for words, reason in _REASONS:
        if words in answer.body[:_LOOKED_AT]:
            return reason
    kind = answer.status // 100
    return f"http_{kind}xx" if kind in (4, 5) else OTHER
