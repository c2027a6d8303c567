"""What a node or a guest may send is text in every dialog as well."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest

from pexdash.session.membership.credentials import TRIES
from tests.eventually import eventually
from tests.terminal.foreign_node import (
    ALIAS,
    ANN,
    BOB,
    ME,
    WANTS_PIN,
    ForeignNode,
    person,
)
from tests.terminal.hostile import LONG, PAYLOADS, crowd, faults, numbered
from tests.terminal.hostile_screen import (
    BROAD,
    END,
    LONG_PACKS,
    PACKS,
    SIZE,
    TITLE_PACKS,
    each_half,
    escaped,
    read_through,
    settled,
    showing,
)
from tests.terminal.pseudo_terminal import terminal

SMALL = (110, 36)
HIGH = (110, 90)
DOWN = "\x1b[B"
pytestmark = pytest.mark.timeout(180)


@pytest.mark.fault(55)
@each_half
async def test_what_asks_about_people(half: int) -> None:
    async with ForeignNode() as node:
        node.people += crowd()
        async with showing(node, SMALL) as shown:
            for tens in range(0, len(PAYLOADS), 10)[half::2]:
                names = numbered("n")[tens : tens + 10]
                await shown.type("/", names[0][:3], "\r")
                await shown.shows(f"/ {names[0][:3]}", *names)
                shown.press("*")
                await shown.shows(f"{len(names)} marked")
                form = [("t", "to another conference"), ("d", "DTMF digits")][tens // 10 % 2]
                for key, title in (("D", f"{len(names)} people?"), form):
                    shown.press(key)
                    await shown.shows(title)
                    await read_through(shown, names)
                    await settled()
                    shown.press("\x1b")
                    await shown.hides(title)
                shown.press("\x1b")
                await shown.hides(f"/ {names[0][:3]}")
                shown.press("\x1b")
                await shown.hides("marked")
        assert [path for path, _ in node.posts()] == ["release_token"]


@pytest.mark.fault(55)
async def test_the_details_and_the_choice_to_copy() -> None:
    texts = [text[:LONG] for text in PAYLOADS.values()]
    fields = {f"f{number:03} {text[:60]}": text for number, text in enumerate(texts)}
    async with ForeignNode() as node:
        node.people.append(person(ME[::-1], "Zed", role="guest"))
        async with showing(node) as shown:
            shown.press(END)
            await eventually(lambda: "▸" in shown.line_with(" Zed "))
            node.update(ME[::-1], **fields)
            shown.press("\r")
            await shown.shows("Overlay text")
            await read_through(shown, numbered("f"))
            shown.press("\x1b")
            await shown.hides("esc closes")
            for number, pack in enumerate(PACKS):
                name, uri = f"p{number:02} {pack}", f"q{number:02} {pack}"
                node.update(ME[::-1], display_name=name, overlay_text="Zed", uri=uri, vendor=pack)
                await shown.shows(f"p{number:02}")
                shown.press("y")
                await shown.shows(f"n  Name  p{number:02}", f"i  URI   q{number:02}")
                shown.press("\x1b")
                await shown.hides("i  URI ")


@pytest.mark.fault(55)
async def test_the_settings_of_the_conference() -> None:
    async with ForeignNode() as node, showing(node, BROAD) as shown:
        for number, pack in enumerate(PACKS):
            named = [f"{letter}{number:02} {pack}" for letter in "bcd"]
            node.results["get_message_text"] = {"text": named[0], "set_time": 0}
            levels = {"levels": {"1": named[1]}, "current": 1}
            node.results["get_classification_level"] = levels
            node.results["get_pinning_config"] = {"pinning_config": named[2]}
            node.results["available_pinning_configs"] = [named[2]]
            shown.press("e")
            await shown.shows("Conference settings", *(one[:3] for one in named))
            await settled()
            shown.press("\x1b")
            await shown.hides("Conference settings")


@pytest.mark.fault(55)
@each_half
async def test_the_list_of_calls(half: int) -> None:
    call = {"url": "rtmp://\x1b[2J", "secure_url": "javascript:x"}
    async with ForeignNode() as node, showing(node, HIGH) as shown:
        for number, pack in [*enumerate(LONG_PACKS)][half::2]:
            uuid = f"e{number:02} {pack}"
            node.results[f"participants/{ME}/calls"] = {**call, "call_uuid": uuid}
            shown.press("v")
            await shown.shows("Add a media call")
            await settled()
            shown.press("\r")
            await shown.shows(f"RTMP  e{number:02}")
            # As it is known: the whole of it, cleaned.
            ended = {"call_uuid": uuid, "reason": f"z{number:02} {pack}"}
            node.send("call_disconnected", ended)
            await shown.shows(f"z{number:02}")
            await settled()
            shown.press("\x1b")
            await shown.hides("esc closes")


@pytest.mark.fault(55)
async def test_the_join_form() -> None:
    async with ForeignNode() as node:
        given = {"PEXDASH_NAME": "Alice", "PEXDASH_NODE": node.url}
        async with terminal(environment=given, size=(120, 40)) as shown:
            for number, pack in enumerate(LONG_PACKS):
                node.refused["request_token"] = f"j{number:02} {pack}"
                await shown.shows("Join a conference")
                await shown.type(*([ALIAS] if not number else []), "\r")
                await shown.shows(f"j{number:02}")
            shown.press("\x1b")
            assert await shown.status() == 0
            assert faults(bytes(shown.raw)) == []


@pytest.mark.fault(55)
async def test_the_prompts_and_the_filter() -> None:
    """What the user gives is shown as well: an alias has no controls, but may have brackets."""
    alias = f"[/ [@click=app.quit]x[/] :skull: {ALIAS}"
    async with ForeignNode() as node:
        node.prefix = f"/api/client/v2/conferences/{alias}/"
        node.refused["request_token"] = WANTS_PIN
        async with terminal("join", alias, "--node", node.url, size=SIZE) as shown:
            await shown.shows("PIN for [/ [@click=app.quit]x[/] :skull:")
            node.refused["request_token"] = {"conference_extension": "\x1b[2J"}
            await shown.type("1234", "\r")
            await shown.shows("─ [/ [@click=app.quit]x[/] :skull:", "its number or alias")
            del node.refused["request_token"]
            await shown.press_until("\x1b[200~[/ 12\x1b[2J\x1b[201~", lambda: "[/ 12" in shown.text)
            shown.press("\r")
            await shown.shows("Bob Jones", "● live", alias)
            await shown.type("/", "[/ [@click=app.quit]nobody")
            await shown.shows("Nobody passes the filter [/ [@click=app.quit]nobody")
            shown.press("\x1b")
            await shown.shows("Bob Jones")
            shown.press("X")
            await shown.shows("Type [/ [@click=app.quit]x[/]", "and press enter")
            await escaped(shown)
            node.update(ME, service_type="waiting_room")
            await shown.shows("Waiting to be let in to [/ [@click=app.quit]x[/]")
            node.update(ME, service_type="conference")
            await shown.shows("Bob Jones")
            shown.press("q")
            assert await shown.status() == 0
            assert faults(bytes(shown.raw)) == []


@pytest.mark.fault(55)
async def test_the_layouts() -> None:
    names = [f"l{number:02} {pack}" for number, pack in enumerate(TITLE_PACKS)]
    async with ForeignNode() as node:
        node.results["available_layouts?annotate=true"] = [
            {"name": name, "tags": [name]} for name in names
        ]
        node.results["layout_svgs"] = {name: name for name in names}
        async with showing(node) as shown:
            shown.press("l")
            await shown.shows("Choose for", "l00")
            await settled()
            shown.press(END)
            await shown.shows(names[-1][:3])
            for name in names:
                layouts = {"primary_screen": {"chair_layout": name, "guest_layout": name}}
                node.send("layout", {"view": name, "participants": [], "requested_layout": layouts})
                await eventually(
                    lambda mark=name[:3]: all(  # type: ignore[misc]
                        mark in shown.line_with(label) for label in ("In force", "Asked")
                    )
                )
            await settled()
            shown.press("\x1b")
            await shown.hides("Choose for")


@pytest.mark.fault(55)
async def test_whose_camera_it_is_and_to_whom_one_writes(tmp_path: Path) -> None:
    (tmp_path / "pexdash").mkdir()
    (tmp_path / "pexdash" / "settings.toml").write_text('[keys]\nfar-camera = "Z"\n')
    async with ForeignNode() as node:
        for one in node.people:
            one["fecc_supported"] = one["supports_direct_chat"] = True
        async with showing(node, SMALL, {"XDG_CONFIG_HOME": str(tmp_path)}) as shown:
            shown.press(END)
            await eventually(lambda: "▸" in shown.line_with("Bob "))
            for number, pack in enumerate(TITLE_PACKS):
                node.update(BOB, display_name=f"z{number:02} {pack}", overlay_text="Bob")
                await shown.shows(f"z{number:02}")
                shown.press("i")
                await shown.shows(f" to z{number:02}")
                shown.press("\x1b")
                await shown.hides(f" to z{number:02}")
                shown.press("Z")
                await shown.shows(f"Camera of z{number:02}")
                await settled()
                shown.press("\x1b")
                await shown.hides("arrows turn")


@pytest.mark.fault(55)
async def test_the_breakout_rooms() -> None:
    async with ForeignNode() as node, showing(node, HIGH) as shown:
        for number, pack in enumerate(TITLE_PACKS):
            room, guest = (str(UUID(int=at + number)) for at in (1000, 2000))

            def tell(event: str, data: object, room: str = room) -> None:
                node.send("breakout_event", {"breakout_uuid": room, "event": event, "data": data})

            # A line of the list has room for the writer, or for what was written.
            writer, words = (pack, "") if number % 2 else ("", pack)
            named = {"breakout_name": f"r{number:02} {pack}", "breakout_description": pack}
            said = {"origin": f"c{number:02} {writer}", "payload": f"m{number:02} {words}"}
            node.send("breakout_begin", {"breakout_uuid": room, "participant_uuid": None})
            tell("conference_update", {"locked": False, "guests_muted": False, **named})
            tell("participant_create", person(guest, f"i{number:02} {pack}"))
            tell("message_received", {**said, "type": "text/plain", "uuid": ANN})
        await shown.shows(f"{len(TITLE_PACKS)} rooms")
        shown.press("B")
        await settled()
        unseen = {f"{one}{at:02}" for at in range(len(TITLE_PACKS)) for one in "ric"}
        for _ in range(2 * len(TITLE_PACKS)):
            await shown.drawn()
            unseen -= {one for one in unseen if one in shown.text}
            if not unseen:
                break
            written = len(shown.raw)
            shown.press(DOWN * 4)
            await eventually(lambda written=written: len(shown.raw) > written)  # type: ignore[misc]
        assert not unseen


@pytest.mark.fault(55)
async def test_a_sign_in() -> None:
    idps = [{"uuid": str(at), "name": f"i{at:02} {one}"} for at, one in enumerate(TITLE_PACKS)]
    marks = [one["name"][:3] for one in idps]
    async with ForeignNode() as node:
        given = {"PEXDASH_NAME": "Alice", "PEXDASH_NODE": node.url}
        node.refused["request_token"] = {"idp": idps}
        async with terminal(environment=given, size=SMALL) as shown:
            await shown.shows("Join a conference")
            await shown.type(ALIAS, "\r")
            await shown.shows("Sign in to", marks[0])
            await settled()
            await read_through(shown, marks)
            for number, mark in enumerate(marks):
                page = {"redirect_url": "https://idp.example.com/in", "redirect_idp": idps[number]}
                node.refused["request_token"] = page
                if number and not number % TRIES:
                    # Whoever has signed in three times in vain may begin anew.
                    shown.press("\x1b[200~token\x1b[201~")
                    await shown.shows("Join a conference")
                elif number:
                    shown.press("\x1b[200~token\x1b[201~")
                    await shown.shows("did not accept", mark)
                    await settled()
                shown.press("\r")
                await shown.shows(f" by {mark}", "y copies")
                await settled()
            await escaped(shown)
            assert faults(bytes(shown.raw)) == []
