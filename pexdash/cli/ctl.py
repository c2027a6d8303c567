"""`pexdash ctl`: sends one request of the client API, for scripts."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pexdash.cli.answer_place import check_place, give
from pexdash.cli.options import (
    JoinOptions,
    alias_argument,
    calling_options,
    check_standard_input,
    say_on_stderr,
)
from pexdash.cli.through_bus import OF_OWN_PART, bus_options, bus_taken_from, refuse_with_bus
from pexdash.errors import UsageFault

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from pexdash.session.membership.asked import Asked
    from pexdash.session.membership.invitation import Invitation
    from pexdash.session.membership.joining import Joiner
    from pexdash.session.moderation.audit import Audit


_SECRETS_ON_STDIN = ("pin=-", "token=-", "sso_token=-")


def _list(context: click.Context, _: click.Parameter, given: bool) -> None:
    if given:
        from pexdash.cli.request_line import request_table

        click.echo(request_table())
        context.exit()


def _requests(_: click.Context, __: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from pexdash.cli.completing import request_names

    return request_names(incomplete)


def _words(context: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
    from pexdash.cli.completing import request_words

    given = context.params
    return request_words(given.get("request") or "", given.get("words") or (), incomplete)


@click.command()
@alias_argument()
@click.argument("request", shell_complete=_requests)
@click.argument(
    "words",
    nargs=-1,
    metavar="[PARTICIPANT[/CALL]] [FIELD=VALUE]...",
    shell_complete=_words,
)
@calling_options
@bus_options
@click.option("--room", metavar="ROOM", help="Send it to the breakout room of this uuid.")
@click.option("--yes", is_flag=True, help="Disconnect everyone; replace a file.")
@click.option(
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write the picture to FILE instead of standard output.",
)
@click.option(
    "--list",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_list,
    help="List every request with its target and fields.",
)
def ctl(
    alias: str,
    request: str,
    words: tuple[str, ...],
    room: str | None,
    yes: bool,
    output: Path | None,
    **given: Any,
) -> int:
    """Join the conference ALIAS, send one REQUEST of the client API, and leave.

    REQUEST and FIELD have the names of the API: see --list. PARTICIPANT is a uuid, a name,
    an address, an unambiguous part of either, or `me`. a.b=VALUE is field b of the object a, a
    list of texts is written as a=X a=Y, and a=@FILE takes a whole object or list from a file of
    JSON. The result is printed as JSON on one line, without tokens; a picture is written as it is.

    The PIN is asked for where the node wants one, or taken from --pin-file or PEXDASH_PIN. With
    --bus nothing is joined: the collector that holds the conference sends it.
    """
    import asyncio

    from pexdash.cli.given_secrets import pin_from
    from pexdash.cli.invitation import audit_for, invitation_for, joiner_for
    from pexdash.cli.leaving import until_signal
    from pexdash.cli.pin_prompt import asking_on_terminal
    from pexdash.cli.provider_prompt import choosing_on_terminal
    from pexdash.cli.request_line import read_request
    from pexdash.settings import load_settings

    bus = bus_taken_from(given)
    options = JoinOptions(**given)
    on_stdin = [word for word in words if word in _SECRETS_ON_STDIN]
    check_standard_input(options, *on_stdin)
    if options.record is not None:
        raise UsageFault("ctl follows no events, so there is nothing to record")
    asked = read_request(request, words, room=room)
    check(asked, yes=yes, output=output, read_only=options.read_only)
    if bus is not None:
        from pexdash.cli.bus_request import carry_out_on_bus

        refuse_with_bus(*OF_OWN_PART, "audit")
        on_bus = carry_out_on_bus(asked, bus, alias, output, replaces=yes, log=options.log_file)
        return asyncio.run(until_signal(on_bus))
    settings = load_settings()
    invitation = invitation_for(alias, options, settings, pin_from(options.pin_file))
    invitation = named(invitation, asked)
    joiner = joiner_for(
        invitation,
        options,
        settings,
        asking_on_terminal(invitation),
        choosing_on_terminal(invitation.alias),
        say=say_on_stderr,
    )
    audit = audit_for(options.audit or settings.audit, say=say_on_stderr)
    sending = _carry_out(asked, joiner, output, replaces=yes, audit=audit)
    return asyncio.run(until_signal(sending))


def check(asked: Asked, *, yes: bool, output: Path | None, read_only: bool) -> None:
    """Raise UsageFault where the options do not suit the request."""
    from pexdash.api.requests import DISCONNECT_ALL, JOINING, Result
    from pexdash.cli.output import stdout_descriptor

    request = asked.request
    if read_only and not (request.safe or request in JOINING):
        raise UsageFault(f"{request.name} changes something, and --read-only is given")
    if request is DISCONNECT_ALL and not yes:
        raise UsageFault(
            "disconnect without PARTICIPANT ends the conference for everyone: say so with --yes"
        )
    if output is None:
        if os.isatty(stdout_descriptor()) and request.result is Result.PICTURE:
            raise UsageFault(f"{request.name} is a picture: give a place for it with --output")
    elif request.result is not Result.PICTURE:
        raise UsageFault(f"--output is for pictures, and {request.name} gives none")
    else:
        check_place(output, replaces=yes)


def named(invitation: Invitation, asked: Asked) -> Invitation:
    """The invitation with what the fields of a request_token say, if it is one."""
    from msgspec.structs import replace

    from pexdash.api.address import check_alias
    from pexdash.api.request_fields import Kind
    from pexdash.api.requests import REQUEST_TOKEN
    from pexdash.secret import Secret

    body = dict(asked.body or {}) if asked.request is REQUEST_TOKEN else {}
    name = body.pop("display_name", invitation.name)
    extension = body.pop("conference_extension", None)
    return replace(
        invitation,
        name=str(name),
        extension=check_alias(str(extension)) if extension else invitation.extension,
        fields={
            **invitation.fields,
            **{
                one.name: Secret(str(body[one.name])) if one.kind is Kind.SECRET else body[one.name]
                for one in REQUEST_TOKEN.body
                if one.name in body
            },
        },
    )


async def _carry_out(
    asked: Asked, joiner: Joiner, output: Path | None, *, replaces: bool, audit: Audit | None
) -> int:
    from pexdash.session.membership.visit import visit

    try:
        answer = await visit(asked, joiner, audit=audit, confirmed="yes" if replaces else "no")
    finally:
        if audit is not None:
            audit.close()
    give(answer, output, replaces=replaces)
    return 0
