"""`pexdash doctor`: looks at all that pexdash needs, and says what each thing means."""

from __future__ import annotations

import asyncio
import os
import platform
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

import click

import pexdash
from pexdash.cli import process
from pexdash.cli.finding import Finding, Verdict, note, ok, unknown, wrong
from pexdash.cli.options import (
    JoinOptions,
    alias_argument,
    check_standard_input,
    options_of_joining,
)
from pexdash.errors import PexdashError, UsageFault

if TYPE_CHECKING:
    from pexdash.secret import Secret

UNWELL = 1
"""The exit status where something is wrong."""
_LIBRARIES = ("textual", "httpx", "httpx-sse", "msgspec", "click")
_EXTRAS = {
    "bus": ("nats-py", "no collectors, and no wall of theirs"),
    "media": ("aiortc", "no WebRTC calls"),
    "qr": ("segno", "no QR codes at a sign-in"),
    "web": ("textual-serve", "no screen in a browser"),
}
_OPTIONS = (
    "--node", "--name", "--pin-file", "--extension", "--ca-file", "--cert-file", "--key-file",
    "--insecure", "--log-file",
)  # fmt: skip


@click.command()
@alias_argument(required=False)
@options_of_joining(*_OPTIONS)
@click.option("--bus", metavar="URL", help="Look at this bus of collectors, and at no node.")
def doctor(alias: str | None, bus: str | None, **given: Any) -> int:
    """Tell what this terminal and the way to a node can do, and what each thing means.

    Without ALIAS, the node is that of --node or the settings. With it, its node is looked up, and
    the conference is joined and left at once, which people in it may see. Nothing is asked: a PIN
    comes from --pin-file or PEXDASH_PIN.

    With --bus it tells of the server, of what is stored there, of our rights, and who collects.

    Ends with status 1 where something is wrong.
    """
    from pexdash.cli.given_secrets import pin_from
    from pexdash.cli.leaving import until_signal

    options = JoinOptions(**given)
    check_standard_input(options)
    pin = pin_from(options.pin_file)
    if bus and alias is not None:
        raise UsageFault("--bus looks at a bus, and ALIAS at a node: give one of them")
    return asyncio.run(until_signal(_examine(alias, bus, options, pin)))


async def _examine(
    alias: str | None, bus: str | None, options: JoinOptions, pin: Secret | None
) -> int:
    from pexdash.cli.terminal_check import terminal_findings

    verdicts = [
        _tell("pexdash", _program()),
        _tell("Terminal", terminal_findings(os.environ, colours=process.COLOURS, glyphs=_glyphs())),
        _tell("Bus", await _bus(bus)) if bus else _tell("Node", await _node(alias, options, pin)),
    ]
    return UNWELL if Verdict.WRONG in set().union(*verdicts) else 0


def _program() -> Iterator[Finding]:
    from pexdash.settings import settings_path
    from pexdash.ui.framework.surface import Part, stands

    yield ok("version", pexdash.__version__, f"Python {platform.python_version()}")
    yield ok("libraries", ", ".join(f"{name} {version(name)}" for name in _LIBRARIES))
    for part in Part:
        if not stands(part):
            yield note("Textual", f"differs in {part.name.casefold()}", part.value)
    for extra, (library, lacks) in _EXTRAS.items():
        try:
            yield ok(f"extra {extra}", f"{library} {version(library)}")
        except PackageNotFoundError:
            yield note(f"extra {extra}", "not installed", lacks)
    yield ok("settings", str(settings_path(os.environ)), "`pexdash config show` tells them")


def _glyphs() -> str:
    """The set of signs that the settings name; what is wrong with them is told of the node."""
    from pexdash.settings import load_settings

    with suppress(UsageFault):
        return load_settings().glyphs
    return ""


async def _bus(url: str) -> list[Finding]:
    from pexdash.cli.bus_check import bus_findings
    from pexdash.clock import SystemClock
    from pexdash.settings import load_settings

    try:
        settings = load_settings()
    except UsageFault as fault:
        return [wrong("settings", "cannot be used", str(fault))]
    return [one async for one in bus_findings(url, settings, SystemClock())]


async def _node(alias: str | None, options: JoinOptions, pin: Secret | None) -> list[Finding]:
    from pexdash.cli.invitation import invitation_for
    from pexdash.cli.node_check import conference_findings, node_findings
    from pexdash.settings import load_settings

    try:
        settings = load_settings()
        # Of the invitation to no conference only the node counts.
        invitation = invitation_for(alias or "nobody", options, settings, pin)
    except UsageFault as fault:
        return [wrong("settings", "cannot be used", str(fault))]
    if alias is None and invitation.node is None:
        return [unknown("node", "none is named: give ALIAS, --node or `node` in the settings")]
    found: list[Finding] = []
    try:
        async for finding in node_findings(invitation.alias, invitation.node, options, settings):
            found.append(finding)
        answers = any(one.what == "node" and one.verdict is Verdict.OK for one in found)
        if alias is not None and answers:
            found += await conference_findings(invitation, options, settings)
    except PexdashError as fault:
        found.append(wrong("node", "cannot be asked", str(fault)))
    return found


def _tell(title: str, findings: Iterable[Finding]) -> set[Verdict]:
    """Print a section as its findings come; returns the verdicts in it."""
    click.echo(title)
    verdicts = set()
    for one in findings:
        verdicts.add(one.verdict)
        told = f"{one.value}: {one.meaning}" if one.meaning else one.value
        click.echo(f"  {one.verdict.value:9}  {one.what:19}  {told}")
    return verdicts
