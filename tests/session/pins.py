"""Answers to the PIN prompt."""

from __future__ import annotations

from pexdash.secret import Secret
from pexdash.session.membership.invitation import NO_PIN, PinQuestion


class Answers:
    """Answers PIN questions from a list and keeps what was asked."""

    def __init__(self, *pins: str) -> None:
        self.asked: list[PinQuestion] = []
        self._pins = iter(pins)

    async def __call__(self, question: PinQuestion) -> Secret:
        self.asked.append(question)
        pin = next(self._pins)
        return NO_PIN if pin == "none" else Secret(pin)
