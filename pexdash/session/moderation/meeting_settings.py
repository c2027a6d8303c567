"""The settings of a meeting as they stand: what the node says, what we asked, what is refused."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from pexdash.api import requests
from pexdash.api.address import CONFERENCE
from pexdash.api.coerce import as_text, as_time
from pexdash.api.requests import Request
from pexdash.errors import PexdashError, Refused
from pexdash.model.status import ConferenceStatus
from pexdash.session.feed.feed import Feed
from pexdash.session.feed.notices import Notice
from pexdash.session.feed.told import Stated
from pexdash.session.moderation.action import Step, Target
from pexdash.session.moderation.asking import Send
from pexdash.session.moderation.moderation import Moderation
from pexdash.session.moderation.settings import LIVE_CAPTIONS, PINNING, SETTINGS, Setting
from pexdash.text import NAME_LIMIT

MOST_PINNING_CONFIGS = 100
NOT_TOLD = "the node does not tell"
NOT_ANSWERED = "The node has not answered yet"
NO_CAPTIONS = "This conference has no live captions"


class Row(NamedTuple):
    """A setting as it stands now.

    `value` is the node's own, in words. `refusal` is why it cannot be changed now, and `fault` how
    the last change of ours failed, each "" for nothing.
    """

    setting: Setting
    value: str
    pending: bool
    refusal: str
    fault: str


class MeetingSettings:
    """The settings of the conference that `feed` follows, and their changes.

    `send` sends a request with our token. `pinning_configs` are the node's own names, not clean.
    `banner_since` is the Unix time at which the banner was set, None where the node has not told.
    """

    def __init__(self, feed: Feed, *, moderation: Moderation, send: Send) -> None:
        self.conference = feed.conference
        self.pinning_configs: tuple[str, ...] = ()
        self._feed = feed
        self._moderation = moderation
        self._policy = moderation.policy
        self._send = send
        self._banner: tuple[str, float | None] = ("", None)
        self._asking: set[Request] = set()
        self._faults: dict[str, str] = {}
        self._taken: dict[str, str] = {}

    @property
    def banner_since(self) -> float | None:
        text, since = self._banner
        return since if text and text == self.conference.status.message_text else None

    def rows(self) -> list[Row]:
        """Every setting that the node has, as it stands now."""
        return [self._row(setting) for setting in SETTINGS if self._is_there(setting)]

    def _is_there(self, setting: Setting) -> bool:
        if setting is PINNING and self.pinning_configs:
            return True
        told = setting.told(self.conference) is not None
        return told or not setting.needs_telling or setting.question in self._asking

    def _row(self, setting: Setting) -> Row:
        action = setting.action
        value = setting.told(self.conference)
        if value is None:
            value = self._untold(setting)
        refusal = self._policy.refusal(action)
        if self._is_asked(setting):
            refusal = refusal or NOT_ANSWERED
        if setting is LIVE_CAPTIONS and self.conference.status.live_captions_available is False:
            refusal = refusal or NO_CAPTIONS
        about = self.conference.me if action.target is Target.SCREEN else ""
        pending = action.id in self._moderation.pending(about)
        return Row(setting, value, pending, refusal, self._faults.get(action.id, ""))

    def _is_asked(self, setting: Setting) -> bool:
        """Whether the node is asked for a value that it has never told."""
        return setting.question in self._asking and setting.told(self.conference) is None

    def _untold(self, setting: Setting) -> str:
        """What to say of a setting of which the node has told no value."""
        if self._is_asked(setting):
            return "asking"
        if setting is PINNING:
            return "none"
        if taken := self._taken.get(setting.action.id):
            return f"asked for {taken}; {NOT_TOLD}"
        return NOT_TOLD

    def forget(self) -> None:
        """Forget what was asked and what failed, because we are in another conference now."""
        self._taken.clear()
        self._faults.clear()

    async def ask(self) -> None:
        """Ask the node for every value that it may not have told by itself; never raises."""
        questions = [one.question for one in SETTINGS if one.question is not None]
        await asyncio.gather(
            *map(self._ask, [*questions, requests.AVAILABLE_PINNING_CONFIGS]),
        )

    async def _ask(self, question: Request) -> None:
        if not self._feed.link.is_live or self._policy.denial(question, ""):
            return
        before = self.conference.status
        self._asking.add(question)
        try:
            answer = await self._send(question, CONFERENCE)
        except Refused as refused:
            self._policy.capabilities.learn(question, refused)
            return
        except PexdashError:
            return
        finally:
            self._asking.discard(question)
        if question is requests.AVAILABLE_PINNING_CONFIGS:
            self.pinning_configs = _names(answer)
        elif answer is None or isinstance(answer, dict):
            self._take(question, answer, before)

    def _take(
        self, question: Request, answer: dict[str, Any] | None, before: ConferenceStatus
    ) -> None:
        """Give an answer to the feed, unless an event has told the same anew meanwhile.

        An answer of None is that nothing is set.
        """
        from pexdash.api.events import conference_update_of

        name, inner = _FIELDS[question]
        fields = answer or {}
        sent = {name: fields.get(inner) if inner else answer}
        told = conference_update_of(sent)
        if getattr(self.conference.status, name) == getattr(before, name):
            self._feed.tell(Stated(told, sent))
        if question is requests.GET_MESSAGE_TEXT:
            self._banner = (told.sent.message_text or "", as_time(fields.get("set_time")))

    async def change(self, setting: Setting, step: Step | None = None) -> None:
        """Carry out `step`, by default the one that turns the setting round; never raises.

        What goes wrong becomes the `fault` of its row, and no notice.
        """
        action = setting.action
        self._faults.pop(action.id, None)
        if refusal := self._policy.refusal(action):
            self._faults[action.id] = refusal
            return
        told: list[Notice] = []
        plan = self._moderation.plan(action, [], step)
        await self._moderation.carry_out(plan, tell=told.append)
        if told:
            self._faults[action.id] = told[0].text
        elif plan.remarks:
            self._faults[action.id] = plan.remarks[0]
        elif plan.orders and step is not None and step.silent:
            self._taken[action.id] = step.title.partition(": ")[2]
        if not told and setting.question is not None:
            await self._ask(setting.question)


_FIELDS: Mapping[Request, tuple[str, str]] = {
    requests.GET_CLASSIFICATION_LEVEL: ("classification", ""),
    requests.GET_MESSAGE_TEXT: ("message_text", "text"),
    requests.GET_PINNING_CONFIG: ("pinning_config", "pinning_config"),
    requests.GET_CLOCK: ("clock", ""),
}
"""The property of a conference that an answer tells, and the field of the answer, "" for all."""


def _names(answer: object) -> tuple[str, ...]:
    names = answer if isinstance(answer, list) else []
    sent = [one for one in names if isinstance(one, str) and as_text(one, NAME_LIMIT)]
    return tuple(dict.fromkeys(sent))[:MOST_PINNING_CONFIGS]
