"""What a node or a guest may send never reaches the terminal as anything but text."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from tests.eventually import eventually
from tests.terminal.foreign_node import ALIAS, BOB, ForeignNode, person
from tests.terminal.pseudo_terminal import terminal

LONG = 10_000  # an event of several megabytes would be refused as a whole
PAYLOADS = json.loads((Path(__file__).parent.parent / "data" / "hostile-text.json").read_text())[
    "payloads"
]
RAW = {
    raw.encode("latin-1")
    for payload in PAYLOADS
    for raw in payload.get("raw", ())
    # An address in brackets is harmless as the text it is; as a link it has an escape before it.
    if not raw.startswith("http")
}


async def test_no_raw_byte_no_crash_and_no_action_on_the_real_driver() -> None:
    texts = [payload["text"] * payload.get("repeat", 1) for payload in PAYLOADS]
    people = [
        person(
            str(UUID(int=number + 1)),
            text,
            overlay_text=text[:LONG],
            uri=text[:LONG],
            vendor=text[:LONG],
            protocol=text[:LONG],
            service_type="waiting_room" if number % 3 == 0 else "conference",
        )
        for number, text in enumerate(texts)
    ]
    async with ForeignNode() as node:
        node.people += people
        async with terminal("join", ALIAS, "--node", node.url, size=(200, 100)) as shown:
            await shown.shows("Bob Jones", "live")
            for one in people:
                text = one["uri"]
                said = {"origin": text, "uuid": BOB, "type": "text/plain", "payload": text}
                node.send("message_received", said)
                node.send("message", {**said, "uuid": "stranger"})
                node.send("presentation_start", {"presenter_name": text, "presenter_uri": text})
                node.send("layout", {"view": text, "participants": [one["uuid"], BOB]})
                node.send("stage", [{"participant_uuid": one["uuid"], "stage_index": 0, "vad": 9}])
                node.send(text.replace("\n", " "), {"reason": text})
            node.refused = {f"participants/{one['uuid']}/mute": one["uri"] for one in people}
            for key in ("*m", "j", "\x1b", "\r", "\x1b", "y", "\x1b", "?", "\x1b", "\x10", "a"):
                shown.press(key)
                before = len(shown.raw)
                await eventually(lambda before=before: len(shown.raw) > before)  # type: ignore[misc]
            shown.press("\x1b")
            node.send("message_received", {"origin": "Bob", "uuid": BOB, "payload": "the end"})
            await shown.shows("the end")
            node.send("disconnect", {"reason": texts[0]})
            assert await shown.status() == 5
            assert [raw for raw in RAW if raw in shown.raw] == []
            mutes = [path for path, _ in node.posts() if not path.endswith("/mute")]
            assert mutes == []
