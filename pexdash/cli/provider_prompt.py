"""Asks on the terminal at which identity provider to sign in, for commands without a screen."""

from __future__ import annotations

import os

from pexdash.cli.pin_prompt import typed_line
from pexdash.errors import IdentityProvider, SignInRequired
from pexdash.session.membership.invitation import ProviderQuestion, SignInDesk
from pexdash.text import clean


def choosing_on_terminal(alias: str) -> SignInDesk:
    """The desk of a command for the conference `alias`: it can choose a provider, and no more.

    One provider alone is taken. It raises SignInRequired where there is no terminal to ask on, and
    for an answer that is none of the numbers.
    """

    async def choose(question: ProviderQuestion) -> IdentityProvider:
        providers = question.providers
        if len(providers) == 1:
            return providers[0]
        refused = SignInRequired(_refusal(providers), providers)
        try:
            terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
        except OSError:
            raise refused from None
        try:
            answer = (await typed_line(terminal, _prompt(alias, providers))).strip()
        finally:
            os.close(terminal)
        if not answer.isdecimal() or not 1 <= int(answer) <= len(providers):
            raise refused
        return providers[int(answer) - 1]

    return SignInDesk(choose)


def _refusal(providers: tuple[IdentityProvider, ...]) -> str:
    names = ", ".join(one.name for one in providers)
    return f"the conference wants a sign-in by one of: {names}"


def _prompt(alias: str, providers: tuple[IdentityProvider, ...]) -> str:
    lines = [f"{number:>3}  {one.name}" for number, one in enumerate(providers, 1)]
    return "\n".join([f"Sign in to {clean(alias)} by", *lines, f"1 to {len(providers)}: "])
