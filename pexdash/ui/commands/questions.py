"""The questions before what nobody can undo: what is done, to how many, and to whom."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.model.conference import Conference
from pexdash.session.moderation.action import Risk, Target
from pexdash.session.moderation.plans import Plan, Planner
from pexdash.ui.dialogs.confirm import MOST_NAMED, Confirm, TypedConfirm

_OUT_OF_SIGHT = "out of sight"


def question_of(
    plan: Plan,
    conference: Conference,
    planner: Planner,
    place_of: Callable[[str], int | None],
) -> Confirm | TypedConfirm:
    """The question that `plan` asks.

    `place_of` returns the line of the screen on which a participant stands, by uuid, and None for
    whoever is out of sight.
    """
    people, api, waiting = conference.counts()
    title = plan.orders[0].step.title
    if plan.action.risk is Risk.TYPED:
        count = f"{people} people, {api} api and {waiting} waiting will be disconnected."
        return TypedConfirm(f"{plan.action.title}?", [count], word=conference.alias)
    of_people = plan.action.target is Target.PARTICIPANTS
    ordered = [order.uuid for order in plan.orders]
    asked = ordered if of_people else planner.everybody(plan.action)
    there = [uuid for uuid in asked if uuid in conference.participants]
    details = [_named(uuid, conference, place_of) for uuid in there]
    if plan.action.risk is Risk.SELF:
        details.append("You cannot take this back yourself.")
    number = f" {len(there)}" if of_people and len(there) > 1 else ""
    return Confirm(
        f"{title}{number} people?" if number else f"{title}?",
        details,
        yes=f"{title}{number}",
        no="Keep" if len(there) < 2 else "Keep them",
        rest=_rest(there[MOST_NAMED:], place_of),
        rows=[place for uuid in there if (place := place_of(uuid)) is not None],
    )


def _named(uuid: str, conference: Conference, place_of: Callable[[str], int | None]) -> str:
    one = conference.participants[uuid]
    you = " (you)" if uuid == conference.me else ""
    address = f"  {one.uri}" if one.uri else ""
    unseen = f"  {_OUT_OF_SIGHT}" if place_of(uuid) is None else ""
    return f"{one.name}{you}{address}  ({one.short_uuid}){unseen}"


def _rest(uuids: list[str], place_of: Callable[[str], int | None]) -> str:
    """How many more there are, and how many of them are out of sight; "" for none."""
    if not uuids:
        return ""
    unseen = sum(place_of(uuid) is None for uuid in uuids)
    told = f", {unseen} of them {_OUT_OF_SIGHT}" if unseen else ""
    return f"+{len(uuids)}{told}   down reads on"
