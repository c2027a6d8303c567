"""What would help after a try that failed: the command line alone calls it by an option."""

from __future__ import annotations

import asyncio
import re
import ssl
from pathlib import Path

import pytest
import trustme

from pexdash.cli.join import join
from pexdash.cli.join_form import open_join_screen
from pexdash.cli.options import with_option
from pexdash.errors import Remedy
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from pexdash.ui.screens.join import JoinApp, JoinForm
from pexdash.ui.way_out import Ending
from tests.cli.visiting import run
from tests.raw_server import raw_server

PACKAGE = Path(__file__).parent.parent.parent / "pexdash"
OPTIONS = [option for parameter in join.params for option in parameter.opts if "--" in option]


@pytest.mark.parametrize("remedy", Remedy)
def test_what_helps_is_an_option_of_everything_that_joins(remedy: Remedy) -> None:
    said = with_option("It failed", remedy)
    assert said.startswith("It failed (")
    assert said.removeprefix("It failed (").removesuffix(")") in OPTIONS


def test_no_option_is_named_where_none_helps() -> None:
    assert with_option("It failed", None) == "It failed"


async def test_a_virtual_reception_asks_for_an_extension() -> None:
    async with EmbeddedNode(ConferenceSettings("lobby", reception="standard")) as node:
        done = await run("events", "lobby", "--node", node.url)
    assert done.status == 4
    assert done.err.endswith("name the conference behind it (--extension)\n")


async def test_an_unknown_authority_asks_for_its_file() -> None:
    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)

    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(tls)
    async with raw_server(refuse, tls) as port:
        done = await run("events", "meet.alice", "--node", f"https://localhost:{port}")
    assert done.status == 3
    assert done.err.endswith("add its file to the trusted authorities (--ca-file)\n")


@pytest.mark.parametrize(
    ("remedy", "said"),
    [
        (Remedy.CA_FILE, "It failed (ca_file in the settings, or `pexdash join --ca-file`)"),
        (Remedy.CERT_FILE, "It failed (cert_file in the settings, or `pexdash join --cert-file`)"),
        (Remedy.NODE, "It failed"),
        (Remedy.EXTENSION, "It failed"),
        (None, "It failed"),
    ],
)
def test_the_join_screen_says_what_helps_that_it_does_not_ask_for(
    remedy: Remedy | None, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = []

    async def ask(app: JoinApp) -> JoinForm | int:
        faults.append(app._fault)
        return JoinForm("meet.alice", "https://node.example.com") if len(faults) == 1 else 0

    async def fail(*_: object, **__: object) -> Ending:
        return Ending(3, joined=False, farewell="It failed", remedy=remedy)

    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr("pexdash.ui.screens.join.ask_what_to_join", ask)
    monkeypatch.setattr("pexdash.cli.screen.show_session", fail)
    monkeypatch.setattr("pexdash.cli.join_form.need_terminal", lambda _: None)
    assert open_join_screen() == 0
    assert faults == ["", said]


@pytest.mark.parametrize("floor", ["api", "model", "ui"])
def test_no_sentence_below_the_command_line_names_an_option(floor: str) -> None:
    named = re.compile("|".join(map(re.escape, OPTIONS)))
    told = {path.name: path.read_text("utf-8") for path in (PACKAGE / floor).rglob("*.py")}
    assert not [name for name, text in told.items() if named.search(text)]
