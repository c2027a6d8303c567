"""`pexdash ctl` without a process of its own, and with one."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

from pexdash.api.address import parse_node
from pexdash.cli.ctl import named
from pexdash.cli.invitation import joiner_for
from pexdash.cli.options import JoinOptions
from pexdash.cli.pin_prompt import asking_on_terminal
from pexdash.cli.request_line import read_request
from pexdash.node.server import EmbeddedNode
from pexdash.session.membership.invitation import Invitation
from pexdash.session.membership.visit import visit
from pexdash.session.moderation.audit import Audit
from pexdash.settings import Settings
from tests.cli.guide_node import ALIAS, GuideNode
from tests.programs import PROGRAM, Running, fork_on_pipes, starts_anew


def invitation_to(node: GuideNode | EmbeddedNode) -> Invitation:
    return Invitation(ALIAS, "Alice", parse_node(node.url))


async def asked(
    node: GuideNode | EmbeddedNode, *words: str, room: str | None = None, audit: Audit | None = None
) -> bytes:
    """Send one request as a command line has it; what belongs on standard output."""
    request = read_request(words[0], words[1:], room=room)
    invitation = named(invitation_to(node), request)
    joiner = joiner_for(
        invitation, JoinOptions(), Settings(), asking_on_terminal(invitation), say=print
    )
    return await visit(request, joiner, audit=audit)


@dataclass
class Done:
    """How a process ended."""

    status: int
    out: bytes
    err: str


async def started(
    *arguments: str, environment: Mapping[str, str] | None = None, stdout: int | None = None
) -> Running:
    """The program without a terminal."""
    given = {**os.environ, "PEXDASH_NAME": "Alice", **(environment or {})}
    if not starts_anew(environment or {}):
        return await fork_on_pipes(*arguments, environment=given, stdout=stdout)
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        PROGRAM,
        *arguments,
        stdin=pipe,
        stdout=pipe if stdout is None else stdout,
        stderr=pipe,
        env=given,
        start_new_session=True,
    )


async def run(
    *arguments: str, stdin: bytes = b"", environment: Mapping[str, str] | None = None
) -> Done:
    """The program from start to end."""
    process = await started(*arguments, environment=environment)
    out, err = await process.communicate(stdin)
    assert process.returncode is not None
    return Done(process.returncode, out, err.decode())


@asynccontextmanager
async def serving(
    *arguments: str, environment: Mapping[str, str] | None = None
) -> AsyncIterator[tuple[str, Running]]:
    """The URL of a node of its own, the first line it prints, and its process."""
    process = await started("node", *arguments, environment=environment)
    assert process.stdout
    try:
        yield (await process.stdout.readline()).decode().strip(), process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.communicate()
