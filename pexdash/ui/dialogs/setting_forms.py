"""The forms of the settings that a key alone cannot change, and the steps made of them."""

from __future__ import annotations

from collections.abc import Callable

from pexdash.api.request_bodies import CLOCK_FIELDS, SILENCE
from pexdash.api.request_fields import Field, flaw_of
from pexdash.api.requests import SET_GUESTS_CAN_SEE_GUESTS
from pexdash.model.status import Classification
from pexdash.session.moderation.action import Step
from pexdash.session.moderation.meeting_settings import MeetingSettings
from pexdash.session.moderation.settings import (
    BANNER,
    CLASSIFICATION,
    CLOCK,
    GUESTS_SEE_GUESTS,
    PINNING,
    SILENT_VIDEO,
    Setting,
    banner_step,
    classification_step,
    clock_step,
    guests_see_guests_step,
    pinning_step,
    silent_video_step,
)
from pexdash.text import clean
from pexdash.ui.dialogs.form import FormDialog, FormField, Values

Filled = Callable[[Values], Step]
_TIMES = ("silent_after", "reactivate_after")
_NO_OR_YES = (("", "no"), ("yes", "yes"))


def form_of(setting: Setting, settings: MeetingSettings) -> tuple[FormDialog, Filled] | None:
    """The form for `setting`, with its value of now, and what makes the step of its values.

    None for a setting that has only two values.
    """
    make = _FORMS.get(setting.action.id)
    return None if make is None else make(settings)


def _banner(settings: MeetingSettings) -> tuple[FormDialog, Filled]:
    text = " ".join((settings.conference.status.message_text or "").split())
    field = FormField("text", "Text", placeholder="empty takes it away", value=text)
    return FormDialog(BANNER.title, [field]), lambda values: banner_step(values["text"])


def _classification(settings: MeetingSettings) -> tuple[FormDialog, Filled]:
    told = settings.conference.status.classification or Classification()
    options = tuple((str(number), name) for number, name in sorted(told.levels.items()))
    now = "" if told.current is None else str(told.current)
    field = FormField("level", "Level", options=options, value=now)

    def step(values: Values) -> Step:
        level = int(values["level"])
        return classification_step(level, told.levels[level])

    return FormDialog(CLASSIFICATION.title, [field], verb="classifies"), step


def _pinning(settings: MeetingSettings) -> tuple[FormDialog, Filled]:
    # By number: a form cleans its values, and the node wants its own name back.
    configs = settings.pinning_configs
    options = (("", "none"), *((str(at), clean(one)) for at, one in enumerate(configs)))
    now = settings.conference.status.pinning_config or "none"
    value = next((one for one, words in options if words == now), "")
    field = FormField("config", "Pinned", options=options, value=value)

    def step(values: Values) -> Step:
        return pinning_step(configs[int(values["config"])] if values["config"] else "")

    return FormDialog(PINNING.title, [field], verb="pins"), step


def _guests_see_guests(_: MeetingSettings) -> tuple[FormDialog, Filled]:
    (setting,) = SET_GUESTS_CAN_SEE_GUESTS.body
    options = tuple((one, one.replace("_", " ")) for one in setting.choices)
    field = FormField("setting", "Guests see Guests", options=options)
    form = FormDialog(GUESTS_SEE_GUESTS.title, [field])
    return form, lambda values: guests_see_guests_step(values["setting"])


def _silent_video(_: MeetingSettings) -> tuple[FormDialog, Filled]:
    limits = {name: SILENCE.inner(name) for name in _TIMES}
    places = {
        name: f"{one.low:g} to {one.high:g} seconds; empty: as the node has it"
        for name, one in limits.items()
        if one is not None
    }
    form = FormDialog(
        SILENT_VIDEO.title,
        [
            FormField("enable", "Look for silent video", options=_NO_OR_YES),
            FormField("silent_after", "Silent after", placeholder=places["silent_after"]),
            FormField("require_no_faces", "Only without a face", options=_NO_OR_YES),
            FormField("reactivate_after", "Back after", placeholder=places["reactivate_after"]),
        ],
        check=lambda values: _flaw([SILENCE], {SILENCE.name: _silence(values)}),
    )
    return form, lambda values: silent_video_step(_silence(values))


def _silence(values: Values) -> dict[str, object]:
    flags: dict[str, object] = {name: bool(values[name]) for name in ("enable", "require_no_faces")}
    return {**flags, **{name: _number(values[name]) for name in _TIMES if values[name]}}


def _clock(settings: MeetingSettings) -> tuple[FormDialog, Filled]:
    face = settings.conference.status.clock
    kinds = tuple((one, one) for one in CLOCK_FIELDS[0].choices)
    form = FormDialog(
        CLOCK.title,
        [
            FormField("type", "Shows", options=kinds, value=face.kind if face else ""),
            FormField("starting_value", "Begins with", placeholder="seconds"),
            FormField("prefix", "Words before", value=face.prefix if face else ""),
            FormField("suffix", "Words after", value=face.suffix if face else ""),
            FormField("date", "Date", placeholder="where the node wants one"),
        ],
        check=lambda values: _flaw(CLOCK_FIELDS, _face(values)),
    )
    return form, lambda values: clock_step(_face(values))


def _face(values: Values) -> dict[str, object]:
    number = values["starting_value"]
    given: dict[str, object] = {name: value for name, value in values.items() if value}
    return {**given, "starting_value": _number(number)} if number else given


def _number(typed: str) -> object:
    """The number that was typed; the text itself where it is none, for the check to refuse."""
    try:
        number = float(typed)
    except ValueError:
        return typed
    return int(number) if number.is_integer() else number


def _flaw(fields: tuple[Field, ...] | list[Field], body: dict[str, object]) -> str:
    """What is wrong with a body, as a sentence, or ""."""
    flaws = (flaw_of(one, body[one.name]) for one in fields if one.name in body)
    return next(filter(None, flaws), "")


_FORMS: dict[str, Callable[[MeetingSettings], tuple[FormDialog, Filled]]] = {
    BANNER.action.id: _banner,
    CLASSIFICATION.action.id: _classification,
    PINNING.action.id: _pinning,
    GUESTS_SEE_GUESTS.action.id: _guests_see_guests,
    SILENT_VIDEO.action.id: _silent_video,
    CLOCK.action.id: _clock,
}
