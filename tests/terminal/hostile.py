"""Texts that hurt terminals and markup parsers, and what may never be seen of them on the wire."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any
from uuid import UUID

from tests.terminal.foreign_node import person
from tests.unclean import unclean

_FILE = Path(__file__).parent.parent / "data" / "hostile-text.json"
ST = "\x1b\\"


# No character stands above the tags and selectors of the plane 14, but for those of private use.
_ASSIGNED = [*map(chr, range(0x40000)), *map(chr, range(0xE0000, 0xE0200))]


def _chunks(signs: list[str], size: int) -> list[str]:
    return ["|".join(signs[at : at + size]) for at in range(0, len(signs), size)]


def _of_category(wanted: str) -> list[str]:
    return [char for char in _ASSIGNED if unicodedata.category(char) == wanted]


def _payloads() -> dict[str, str]:
    found = {
        one["name"]: one["text"] * one.get("repeat", 1)
        for one in json.loads(_FILE.read_text("utf-8"))["payloads"]
    }
    found |= {
        f"every control {at}": text for at, text in enumerate(_chunks(_of_category("Cc"), 20))
    }
    found |= {f"every format {at}": text for at, text in enumerate(_chunks(_of_category("Cf"), 30))}
    found |= {
        "8-bit csi": "\x9b2J\x9b31m\x9b1;1H",
        "8-bit osc": "\x9d52;c;UFdO\x9c",
        "8-bit dcs": "\x90$q\x9c",
        "osc 0 st": f"\x1b]0;PWN{ST}",
        "osc 2": "\x1b]2;PWN\x07",
        "osc 4": "\x1b]4;1;?\x07",
        "osc 7": f"\x1b]7;file://evil/{ST}",
        "osc 8 id": f"\x1b]8;id=1;http://evil{ST}go\x1b]8;;{ST}",
        "osc 9": "\x1b]9;PWN\x07",
        "osc 10 query": "\x1b]10;?\x07",
        "osc 50": "\x1b]50;?\x07",
        "osc 52 query": "\x1b]52;c;?\x07",
        "osc 99": f"\x1b]99;i=1;PWN{ST}",
        "osc 133": "\x1b]133;A\x07",
        "osc 777": "\x1b]777;notify;a;b\x07",
        "osc 1337": "\x1b]1337;SetUserVar=a=Yg==\x07",
        "kitty graphics": f"\x1b_Ga=T,f=24,s=1,v=1;AAAA{ST}",
        "sixel": f'\x1bPq"1;1;1;1#0;2;0;0;0~{ST}',
        "decrqss": f'\x1bP$q"p{ST}',
        "privacy message": f"\x1b^PWN{ST}",
        "start of string": f"\x1bXPWN{ST}",
        "tmux passthrough": f"\x1bPtmux;\x1b\x1b]0;PWN\x07{ST}",
        "screen title": f"\x1bkPWN{ST}",
        "device attributes": "\x1b[c\x1b[>c\x1b[=c\x1bZ",
        "status report": "\x1b[5n\x1b[6n\x1b[?6n",
        "window report": "\x1b[14t\x1b[18t\x1b[20t\x1b[21t",
        "window resize": "\x1b[8;1;1t",
        "full reset": "\x1bc\x1b[!p",
        "alternate screen": "\x1b[?1049l\x1b[?47h",
        "mouse": "\x1b[?1000;1006h",
        "paste end": "\x1b[201~rm -rf\r",
        "cursor up": "\x1b[99A\x1b[2K",
        "charset": "\x1b(0lqk\x0e",
        "no end": "\x1b]0;no end of it",
        "escape alone": "\x1b",
        "right to left name": "\u0641\u0627\u0637\u0645\u0629 \u05d3\u05d5\u05d3",
        "bidi all": "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c",
        "hidden tags": "Ann" + "".join(chr(0xE0000 + ord(char)) for char in "quit") + "\U000e007f",
        "flags and families": "\U0001f1e9\U0001f1ea👨\u200d👩\u200d👧\u200d👦 👩🏽\u200d🚀",
        "tower": "e" + "\u0301" * 500,
        "selectors": "a\ufe0f\u20e3b\U000e0100c\u180b",
        "invisible": "\u3164\u115f\u1160\uffa0\u2800\u180e\u2061\u2062",
        "both surrogates": "\udc00\ud800 \ud83d",
        "forged line": "Ann\n00:00 Bob: I resign\r\n\x0b\x0c\x1c\x1d\x1e",
        "both grammars": "[/ [@click=app.quit]x[/] [link=http://evil]y[/link] [$error]",
        "rich only": "[bold red on blue blink]x[/bold red on blue blink] :skull: [not a",
        "textual only": "[b $primary]x[/] [@click=screen.dismiss]y[/] [#ff0000]z",
        "escaped wrong": "\\[/] \\\\[/] [[/]] \\",
        "actions": "[@click=app.leave_now()]now[/] [@click=\"app.act('leave')\"]q[/]",
        "format": "%s %(x)s {0} {x!r} {0.__class__} $x ${x}",
    }
    return found


PAYLOADS = _payloads()
LONG = 10_000  # an event of several megabytes would be refused as a whole
# What the framework might send itself, but never does.
SIGNATURES = {
    raw.encode("latin-1")
    for one in json.loads(_FILE.read_text("utf-8"))["payloads"]
    for raw in one.get("raw", ())
    # An address in brackets is harmless as the text it is; a link has an escape before it.
    if not raw.startswith("http")
}

# All that we and the framework send: styles, places, modes, the shape of the pointer, the question
# for the colour of the ground, the title of the window, and the bell. No payload has a bell without
# another control before it.
_OWN = re.compile(
    rb"\x1b\[[0-9;]*m|\x1b\[[0-9]+;[0-9]+H|\x1b\[[0-9]+C"
    rb"|\x1b\[\?(?:1049|1000|1003|1015|1006|1016|25|1004|2004|7|2026|2048)(?:[hl]|\$p)"
    rb"|\x1b\[(?:[<>][0-9]*|=2;[23])u|\x1b\]22;[a-z]*\x07|\x1b\]11;\?(?:\x1b\\|\x07)|\r|\n"
    rb"|\x1b\]2;([^\x00-\x1f]*)\x1b\\|\x1b\[2[23];2t|\x07"
)


def crowd() -> list[dict[str, Any]]:
    """A person for each payload, who has it for a name and everywhere else."""
    return [
        person(
            str(UUID(int=number + 1)),
            f"n{number:03} {text}",
            overlay_text=f"o{number:03} {text[:LONG]}",
            uri=f"u{number:03} {text[:LONG]}",
            vendor=text[:LONG],
            protocol=text[:LONG],
            role="guest",
            service_type="waiting_room" if number % 3 == 0 else "conference",
        )
        for number, text in enumerate(PAYLOADS.values())
    ]


def numbered(letter: str) -> list[str]:
    """What stands before each payload in a field of the crowd."""
    return [f"{letter}{number:03}" for number in range(len(PAYLOADS))]


def packs(room: int) -> list[str]:
    """Every payload, several in a line of at most `room` characters, each cut to fit."""
    lines: list[str] = []
    for text in sorted((one[: room - 1] for one in PAYLOADS.values()), key=len, reverse=True):
        # The longest first, and each where there is room: few lines are soon shown.
        at = next((at for at, line in enumerate(lines) if len(line) + len(text) < room), len(lines))
        lines[at:] = [f"{''.join(lines[at : at + 1])}{text} ", *lines[at + 1 :]]
    return lines


def faults(raw: bytes) -> list[object]:
    """What of the bytes on a terminal is not text and not the framework's own."""
    found: list[object] = sorted(one for one in SIGNATURES if one in raw)
    rest = _OWN.sub(lambda own: own[1] or b"", raw).decode("utf-8", "surrogateescape")
    return found + sorted(map(ascii, unclean(rest)))
