"""`pexdash` without a command: the join screen, and then the dashboard on the conference."""

from __future__ import annotations

import asyncio

from pexdash.cli import process
from pexdash.cli.options import JoinOptions, need_terminal
from pexdash.errors import NodeFault, PexdashError, Refused, Remedy, UsageFault
from pexdash.settings import Settings, load_settings

_WORTH_ANOTHER_TRY = {UsageFault.exit_status, NodeFault.exit_status, Refused.exit_status}


def open_join_screen() -> int:
    """Show the join screen until a join succeeds or the user leaves; returns the exit status."""
    process.take_pin()  # the form has a field for it, for a conference not named yet
    settings = load_settings()
    need_terminal("pexdash")
    with process.quick_switches():
        return asyncio.run(_open(settings))


async def _open(settings: Settings) -> int:
    process.want_no_animations()
    from pexdash.cli.given_secrets import pin_of
    from pexdash.cli.invitation import invitation_for, own_certificate
    from pexdash.cli.screen import keys_of, recent_conferences, show_session
    from pexdash.ui.screens.join import JoinApp, JoinForm, ask_what_to_join, without_pin

    # What is wrong with the settings must be reported before the user fills in the form.
    keys_of(settings)
    own_certificate(JoinOptions(), settings)
    form = JoinForm(node=settings.node, name=settings.name)
    fault = ""
    recent = recent_conferences().read()
    while True:
        process.want_colours(process.COLOURS)
        app = JoinApp(form, fault, colours=process.COLOURS, theme=settings.theme, recent=recent)
        given = await ask_what_to_join(app)
        if isinstance(given, int):
            return given
        form = without_pin(given)
        options = JoinOptions(node=given.node or None, name=given.name or None)
        try:
            pin = pin_of(given.pin.reveal())
            invitation = invitation_for(given.alias, options, settings, pin)
        except PexdashError as refused:
            fault = _with_help(str(refused), refused.remedy)
            continue
        ending = await show_session(invitation, options, settings)
        if ending.joined or ending.status not in _WORTH_ANOTHER_TRY:
            return ending.status
        fault = _with_help(ending.farewell, ending.remedy)


def _with_help(sentence: str, remedy: Remedy | None) -> str:
    """`sentence` with what would help, where neither the form nor the dashboard asks for it."""
    name = {Remedy.CA_FILE: "ca", Remedy.CERT_FILE: "cert"}.get(remedy) if remedy else None
    if name is None:
        return sentence
    return f"{sentence} ({name}_file in the settings, or `pexdash join --{name}-file`)"
