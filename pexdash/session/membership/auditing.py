"""Has the requests of a membership audited."""

from __future__ import annotations

from pexdash.session.membership.part import OurPart
from pexdash.session.moderation.audit import Audit
from pexdash.session.moderation.journal import Entry
from pexdash.session.moderation.told_actions import acted_of, operator_here


def audit_requests(membership: OurPart, audit: Audit) -> None:
    """Have `audit` take each request of `membership` that ends from now on."""
    feed, operator = membership.feed, operator_here()

    def hear(entry: Entry) -> None:
        acted = acted_of(entry, feed, operator)
        audit.take(acted, alias=feed.conference.alias, node=str(membership.node or ""))

    membership.moderation.journal.on_ended(hear)
