"""Commands without a screen where a conference wants a sign-in."""

from __future__ import annotations

import re
from pathlib import Path

import httpx

from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.cli.visiting import run

ALIAS = "meet.alice"


async def test_the_address_is_told_and_the_token_it_leads_to_is_taken_from_a_file(
    tmp_path: Path,
) -> None:
    settings = ConferenceSettings(ALIAS, idps=("Company",))
    async with EmbeddedNode(settings) as node:
        done = await run("ctl", ALIAS, "conference_status", "--node", node.url)
        assert (done.status, done.out) == (4, b"")
        assert "(--token-file)" in done.err
        (url,) = re.findall(r"http\S+", done.err)
        async with httpx.AsyncClient(trust_env=False) as http:
            page = await http.post(url)
        token = page.text.split("<pre>")[1].split("</pre>")[0]
        file, log = tmp_path / "token", tmp_path / "log"
        file.write_text(token)
        file.chmod(0o600)
        environment = {"PEXDASH_TOKEN_FILE": str(file)}
        command = ("ctl", ALIAS, "conference_status", "--node", node.url, "--log-file", str(log))
        done = await run(*command, environment=environment)
        assert done.status == 0
        assert b'"locked": false' in done.out
        done = await run(*command, environment=environment)
        assert (done.status, done.out) == (4, b"")
        assert token not in log.read_text() + done.err
        assert not node.conference(ALIAS).participants


async def test_where_there_is_nobody_to_choose_the_providers_are_named() -> None:
    settings = ConferenceSettings(ALIAS, idps=("Company", "Partner"))
    async with EmbeddedNode(settings) as node:
        done = await run("events", ALIAS, "--node", node.url)
        assert (done.status, done.out) == (4, b"")
        assert "one of: Company, Partner" in done.err
