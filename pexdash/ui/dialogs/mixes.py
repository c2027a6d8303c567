"""The forms about one person's picture and sound."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pexdash.model.participant import AudioMix
from pexdash.text import NAME_LIMIT
from pexdash.ui.dialogs.form import FormDialog, FormField, Values

MAIN = "main"
_WIDEST = 2.0


def audio_mix_form(people: Sequence[str]) -> FormDialog:
    """The form that asks what somebody is to hear."""
    return FormDialog(
        "What they hear",
        [FormField("mix", "Audio mix", placeholder="main.french; empty: main")],
        details=people,
        check=lambda values: _flaw_of(mix_of(values)),
    )


def mix_of(values: Values) -> str:
    """The audio mix of a form, "main" for an empty line."""
    return values["mix"] or MAIN


def audio_mixes_form(people: Sequence[str]) -> FormDialog:
    """The form that asks where somebody is to be heard."""
    return FormDialog(
        "Where they are heard",
        [FormField("mixes", "Audio mixes", placeholder="main, main.french*; empty: nowhere")],
        details=[*people, "A * after a name lets them stand out there."],
        check=lambda values: next(
            filter(None, (_flaw_of(one.mix_name) for one in mixes_of(values))), ""
        ),
    )


def mixes_of(values: Values) -> tuple[AudioMix, ...]:
    """The audio mixes of a form."""
    words = filter(None, (word.strip() for word in values["mixes"].split(",")))
    return tuple(AudioMix(word.rstrip("*").strip(), word.endswith("*")) for word in words)


def _flaw_of(mix: str) -> str:
    return "" if 0 < len(mix) <= NAME_LIMIT and "," not in mix else "That is no name of a mix."


def layout_group_form(people: Sequence[str]) -> FormDialog:
    """The form that asks for a group of seats."""
    return FormDialog(
        "Pin to a group of seats",
        [FormField("group", "Group", placeholder="as in the pinning; empty: none")],
        details=people,
    )


def aspect_ratio_form() -> FormDialog:
    """The form that asks for the shape of the picture that we like."""
    return FormDialog(
        "Shape of our own picture",
        [FormField("ratio", "Width by height", placeholder="16:9, 9:16 or 1.78")],
        check=lambda values: (
            "" if ratio_of(values["ratio"]) is not None else "A shape is like 16:9, or 0 to 2."
        ),
    )


def ratio_of(typed: str) -> float | None:
    """Width by height from "16:9" or "1.78", from 0 to 2; None for anything else."""
    width, _, height = typed.partition(":")
    try:
        ratio = float(width) / float(height or 1)
    except (ValueError, ZeroDivisionError):
        return None
    return round(ratio, 4) if math.isfinite(ratio) and 0 <= ratio <= _WIDEST else None
