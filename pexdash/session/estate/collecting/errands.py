"""Sends to the node what somebody asks for through the bus, and records who asked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pexdash.api.address import About
from pexdash.api.answers import answered_with
from pexdash.api.request_log import Asker, asking_as
from pexdash.api.requests import (
    DIAL,
    DIRECT_MESSAGE,
    JOINING,
    MESSAGE,
    REQUESTS,
    ROLE,
    Request,
    Result,
    Scope,
)
from pexdash.bus.messages import Asked
from pexdash.bus.subjects import CONFERENCE, PARTICIPANT
from pexdash.errors import AnswerLost, BadAnswer, PexdashError, Refused, UsageFault
from pexdash.secret import masked_fields
from pexdash.session.feed.told import Acted, Said
from pexdash.session.membership.membership import Membership
from pexdash.session.moderation.audit import Audit
from pexdash.session.moderation.journal import OF_RULE
from pexdash.session.moderation.moderation import result_told
from pexdash.session.moderation.policy import READ_ONLY
from pexdash.text import ADDRESS_LIMIT, CHAT_LIMIT, NAME_LIMIT, clean

_SCOPES = {
    Scope.PARTICIPANT: PARTICIPANT,
    Scope.CONFERENCE: CONFERENCE,
    Scope.MIX: CONFERENCE,
}
"""Under which scope of an action a request goes; one about a call of ours goes under none."""
_CHAT = (MESSAGE, DIRECT_MESSAGE)

BY_NAME: Mapping[tuple[str, str], Request] = {
    (_SCOPES[one.scope], one.name): one
    for one in REQUESTS
    if one.scope in _SCOPES and one not in JOINING and one.result is not Result.EVENTS
}
"""Every request that may be asked for, by its scope and its name."""


class Errand:
    """One request of `user` for a conference that we are in by `membership`.

    Raises UsageFault for a request that there is not, or that lacks its participant.
    """

    def __init__(self, user: str, scope: str, name: str, asked: Asked) -> None:
        request = BY_NAME.get((scope, name))
        if request is None:
            raise UsageFault(f"there is no request {clean(name)} for a {clean(scope)}")
        if (scope == PARTICIPANT) is not bool(asked.participant):
            raise UsageFault(f"{name} needs a participant, and names none or too many")
        self.request = request
        self.user = clean(user, NAME_LIMIT)
        self.asked = asked
        self.about = About(
            asked.participant,
            asked.call,
            asked.about.get("room", ""),
            asked.about.get("mix", ""),
        )

    async def run(self, membership: Membership, audit: Audit | None) -> Any:
        """Send it once, and have it recorded; returns the node's result, raises PexdashError."""
        self._check(membership)
        feed = membership.feed
        began = feed.clock.wall()
        answered_with.set(0)
        outcome, reason, result = "unknown", "the session ended", None
        try:
            result = await self._send(membership)
            outcome, reason = "done", ""
        except (AnswerLost, BadAnswer) as fault:
            reason = str(fault)
            raise
        except PexdashError as fault:
            outcome, reason = "refused", str(fault)
            if isinstance(fault, Refused):
                membership.policy.capabilities.learn(
                    self.request, fault, uuid=self.about.participant, room=self.about.room
                )
            raise
        finally:
            if not self.request.safe:
                self._record(membership, audit, began, outcome, reason, result)
        self._note_chat(membership)
        return result

    def _check(self, membership: Membership) -> None:
        """Decide by our role, which is the one that counts; raises Refused."""
        if membership.read_only:
            raise Refused(READ_ONLY)
        denial = membership.policy.denial(self.request, self.about.participant)
        if denial and not self.request.safe:
            raise Refused(denial)

    async def _send(self, membership: Membership) -> Any:
        request, asked = self.request, self.asked
        if request is ROLE:
            membership.moderation.gives_role(asked.participant)
        if request is DIAL and isinstance(body := asked.body, dict):
            membership.dialled.dials(str(body.get("destination", "")))
        by_rule = asked.source.startswith(OF_RULE)
        with asking_as(Asker.RULE if by_rule else Asker.OPERATOR):
            if request.result is Result.PICTURE:
                client, token = await membership.tokens.in_time()
                return await client.picture(request, token.secret, self.about, asked.query)
            return await membership.send(request, self.about, body=self._body(), query=asked.query)

    def _body(self) -> Mapping[str, object] | None:
        """The fields as they are sent: a chat line bears our name, so who wrote it stands in it."""
        body = self.asked.body
        if self.request in _CHAT and body is not None and isinstance(body.get("payload"), str):
            return {**body, "payload": f"{self.user}: {body['payload']}"}
        return body

    def _note_chat(self, membership: Membership) -> None:
        """Have a chat line of ours stand in the chat, as the node sends it to others only."""
        body = self._body()
        if self.request in _CHAT and body is not None:
            text = clean(str(body.get("payload", "")), CHAT_LIMIT, lines=True)
            membership.feed.tell(Said(text, self.about.participant))

    def _record(
        self,
        membership: Membership,
        audit: Audit | None,
        began: float,
        outcome: str,
        reason: str,
        result: object,
    ) -> None:
        """Tell the feed, and the audit, what was asked by whom and what came of it."""
        feed, status = membership.feed, answered_with.get()
        people = feed.conference.participants
        one, me = people.get(self.about.participant), people.get(feed.conference.me)
        by = clean(self.asked.operator, ADDRESS_LIMIT)
        acted = Acted(
            began,
            self.request.name,
            self.request.name,
            outcome,
            reason,
            self.about.participant,
            one.name if one else "",
            one.uri if one else "",
            masked_fields(self._body()) or {},
            took=feed.clock.wall() - began if status else None,
            as_name=me.name if me else "",
            source=clean(self.asked.source),
            operator=f"{self.user} ({by})" if by and by != self.user else self.user,
            http=status or None,
            result=None if result is None else result_told(self.request, result),
            session_id=feed.conference.me,
        )
        feed.tell(acted)
        if audit is not None:
            audit.take(acted, alias=feed.conference.alias, node=str(membership.node or ""))
