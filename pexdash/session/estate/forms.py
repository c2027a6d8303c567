"""Summaries as arrays, alarms and shelves as plain maps, for the bus and back.

What goes out has Unix times by the clock of the collector that holds the conference, and what comes
in has times of the reader's own clock. `ahead` is how many seconds that Unix time is ahead of the
clock that model objects are handed: for a collector its wall clock less its monotonic one, for a
reader the `at` of a message less its own monotonic clock when that came.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from pexdash.errors import BusFault
from pexdash.model.alarms.alarm import Alarm, State
from pexdash.model.alarms.kept import Ack, Shelf
from pexdash.model.alarms.keys import AlarmKey, ConferenceKey, Severity
from pexdash.model.alarms.policy import RULES
from pexdash.model.alarms.rule import Found, Limits, Rule
from pexdash.model.line import LineState
from pexdash.model.summary import Summary
from pexdash.text import ADDRESS_LIMIT, NAME_LIMIT, REASON_LIMIT, clean

_Form = TypeVar("_Form")
_SUMMARY_TIMES = ("line_since", "waits_since", "began", "peak_at")
_FOUND_TIMES = ("since", "holds", "until")


class _AlarmForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An alarm with all its times shifted; the fields are those of `Alarm`.

    `holds` is whether its condition holds, and `chatters` whether it chatters.
    """

    rule: str
    cluster: str = ""
    conference: str = ""
    subject: str = ""
    severity: Severity
    state: State
    found: Found
    began: float
    raised_at: float
    returned_at: float
    ack: Ack | None = None
    kept_text: str = ""
    frozen_at: float | None = None
    is_shelved: bool = False
    parent: str = ""
    node: str = ""
    is_announced: bool = False
    is_told: bool = False
    holds: bool = False
    chatters: bool = False


class _ShelfForm(Struct, frozen=True, kw_only=True, omit_defaults=True):
    rule: str = ""
    cluster: str = ""
    conference: str = ""
    subject: str = ""
    by: str
    at: float
    until: float | None = None
    why: str = ""


def told_summary(summary: Summary, ahead: float) -> list[Any]:
    """A summary as an array of its fields, for the bus."""
    told: list[Any] = msgspec.to_builtins(_shifted(summary, _SUMMARY_TIMES, ahead))
    return told


def packed_summary_of(fields: bytes, ahead: float) -> Summary:
    """The summary in a packed array from the bus, in times of our clock and with clean texts.

    Raises BusFault for what is none.
    """
    try:
        return _own(_SUMMARIES.decode(fields), ahead)
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BusFault(f"what came on the bus is no summary: {fault}") from fault


def packed_line_of(fields: bytes | msgspec.Raw) -> LineState:
    """How the line stands in a summary that is still packed; raises BusFault for what is none."""
    try:
        return _LINES.decode(fields).line
    except (msgspec.MsgspecError, RecursionError) as fault:
        raise BusFault(f"what came on the bus is no summary: {fault}") from fault


def _own(summary: Summary, ahead: float) -> Summary:
    """A summary from the bus in times of our clock, and with clean texts."""
    own: dict[str, Any] = {}
    for name, limit in _SUMMARY_TEXTS.items():
        if text := getattr(summary, name):
            own[name] = clean(text, limit)
    for name in _SUMMARY_TIMES:
        if (at := getattr(summary, name)) is not None:
            own[name] = at - ahead
    return replace(summary, **own)


class _LineForm(Struct, frozen=True, array_like=True):
    alias: msgspec.Raw
    line: LineState


_SUMMARIES = msgspec.msgpack.Decoder(Summary)
_LINES = msgspec.msgpack.Decoder(_LineForm)
_SUMMARY_TEXTS = {
    "alias": ADDRESS_LIMIT,
    "line_why": REASON_LIMIT,
    "node": ADDRESS_LIMIT,
    "waits": NAME_LIMIT,
    "speaker": NAME_LIMIT,
    "presenter": NAME_LIMIT,
    "classification": NAME_LIMIT,
}


def told_alarm(alarm: Alarm, ahead: float) -> dict[str, Any]:
    """An alarm that is listed as a map, for the bus."""
    frozen_at, ack = alarm.frozen_at, alarm.ack
    return _built(
        _AlarmForm(
            rule=alarm.key.rule,
            cluster=alarm.key.conference.cluster,
            conference=alarm.key.conference.alias,
            subject=alarm.key.subject,
            severity=alarm.severity,
            state=alarm.state,
            found=_found_later(alarm.last, alarm.rule, ahead),
            began=alarm.began + ahead,
            raised_at=alarm.raised_at + ahead,
            returned_at=alarm.returned_at + ahead,
            ack=None if ack is None else _shifted(ack, ("at", "since"), ahead),
            kept_text=alarm.kept_text,
            frozen_at=None if frozen_at is None else frozen_at + ahead,
            is_shelved=alarm.is_shelved,
            parent=alarm.parent,
            node=alarm.node,
            is_announced=alarm.is_announced,
            is_told=alarm.is_told,
            holds=not alarm.is_recovering,
            chatters=alarm.is_chattering,
        )
    )


def alarm_of(fields: Mapping[str, Any], ahead: float) -> Alarm:
    """The alarm in a map from the bus, in times of our clock: for reading, it takes no steps.

    Raises BusFault for what is none, and for one by a rule that this version does not know.
    """
    form = _read(_AlarmForm, fields)
    rule = RULES.get(form.rule)
    if rule is None:
        raise BusFault(f"an alarm on the bus is by the rule {form.rule!r}, which we do not know")
    limits = Limits(severity=form.severity, on=rule.on, off=rule.off, value=rule.value)
    alarm = Alarm(_key(form), rule, limits)
    alarm.severity, alarm.state = form.severity, form.state
    alarm.began, alarm.raised_at = form.began - ahead, form.raised_at - ahead
    try:
        alarm.last = alarm.found = _clean_found(_found_later(form.found, rule, -ahead))
        # Facts of another number or kind would else fail later, when they are drawn.
        rule.words(alarm.last, alarm.began, alarm.began, str)
    except (TypeError, IndexError, ValueError) as fault:
        raise BusFault(f"what came on the bus is no alarm by the rule {form.rule}") from fault
    alarm.returned_at = form.returned_at - ahead
    if form.ack is not None:
        ack = _shifted(form.ack, ("at", "since"), -ahead)
        alarm.ack = replace(ack, by=clean(ack.by, NAME_LIMIT), text=clean(ack.text, REASON_LIMIT))
    alarm.kept_text = clean(form.kept_text, REASON_LIMIT)
    alarm.frozen_at = None if form.frozen_at is None else form.frozen_at - ahead
    alarm.is_shelved, alarm.is_announced = form.is_shelved, form.is_announced
    alarm.is_told = form.is_told
    alarm.parent, alarm.node = clean(form.parent), clean(form.node, ADDRESS_LIMIT)
    alarm.stand(holds=form.holds, chatters=form.chatters)
    return alarm


def told_shelf(key: AlarmKey, shelf: Shelf, ahead: float) -> dict[str, Any]:
    """What is shelved under a key as a map, for the bus."""
    return _built(
        _ShelfForm(
            rule=key.rule,
            cluster=key.conference.cluster,
            conference=key.conference.alias,
            subject=key.subject,
            by=shelf.by,
            at=shelf.at + ahead,
            until=None if shelf.until is None else shelf.until + ahead,
            why=shelf.why,
        )
    )


def shelf_of(fields: Mapping[str, Any], ahead: float) -> tuple[AlarmKey, Shelf]:
    """The shelf in a map from the bus and its key, in times of our clock.

    Raises BusFault for what is none.
    """
    form = _read(_ShelfForm, fields)
    until = None if form.until is None else form.until - ahead
    by, why = clean(form.by, NAME_LIMIT), clean(form.why, REASON_LIMIT)
    return _key(form), Shelf(by, form.at - ahead, until, why)


def _built(form: Struct) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(form)
    return built


def _read(kind: type[_Form], fields: Mapping[str, Any]) -> _Form:
    try:
        return msgspec.convert(fields, kind)
    except (msgspec.ValidationError, RecursionError) as fault:
        what = kind.__name__.strip("_").removesuffix("Form").lower()
        raise BusFault(f"what came on the bus is no {what}: {fault}") from fault


def _key(form: _AlarmForm | _ShelfForm) -> AlarmKey:
    conference = ConferenceKey(clean(form.cluster), clean(form.conference, ADDRESS_LIMIT))
    return AlarmKey(form.rule, conference, clean(form.subject, ADDRESS_LIMIT))


def _shifted(told: _Form, times: tuple[str, ...], by: float) -> _Form:
    """`told` with some of its times later by some seconds; those that are None stay so."""
    known = {name: getattr(told, name) for name in times}
    return replace(  # type: ignore[type-var]
        told, **{name: None if at is None else at + by for name, at in known.items()}
    )


def _found_later(found: Found, rule: Rule, by: float) -> Found:
    """What was found with all its times later; raises TypeError or IndexError for odd facts."""
    facts = list(found.facts)
    # Of an alarm of an earlier run only the words are known.
    for place in rule.fact_times if facts else ():
        if not isinstance(at := facts[place], int | float):
            raise TypeError(f"{at!r} is no time")
        facts[place] = at + by
    return replace(_shifted(found, _FOUND_TIMES, by), facts=tuple(facts))


def _clean_found(found: Found) -> Found:
    facts = (clean(one, REASON_LIMIT) if isinstance(one, str) else one for one in found.facts)
    return replace(
        found,
        subject=clean(found.subject, ADDRESS_LIMIT),
        person=clean(found.person),
        facts=tuple(facts),
    )
