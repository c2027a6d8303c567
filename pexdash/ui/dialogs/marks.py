"""The form of a mark in the recording."""

from __future__ import annotations

from pexdash.text import NAME_LIMIT
from pexdash.ui.dialogs.form import FormDialog, FormField


def mark_form() -> FormDialog:
    """Asks for the word by which a moment is found again."""
    return FormDialog(
        "Mark this moment of the recording",
        [FormField("word", "Word", placeholder="vote", longest=NAME_LIMIT)],
        verb="marks",
        check=lambda values: "" if values["word"] else "By which word is it found again?",
    )
