"""The SDP answer of a node that has no media to send (calls, WebRTC)."""

from __future__ import annotations

import hashlib

from pexdash.node.refusals import bad_request

_MIRRORED = {
    "a=sendonly": "a=recvonly",
    "a=recvonly": "a=sendonly",
    "a=sendrecv": "a=sendrecv",
    "a=inactive": "a=inactive",
}
_MOST_SECTIONS = 64
"""Of an offer; a browser has one for each camera, microphone and screen."""
_KEPT = ("a=mid:", "a=rtpmap:", "a=fmtp:", "a=rtcp-mux", "a=sctp-port:", "a=sctpmap:")


def answer_to(offer: str, call_uuid: str) -> str:
    """An answer with one section for each of the offer, the direction reversed.

    Refusal 400 where a section does not say its media, port, protocol and format (RFC 8866, section
    5.14), and where there are too many.
    """
    session: list[str] = []
    sections: list[list[str]] = []
    for line in offer.splitlines():
        if line.startswith("m="):
            sections.append([line])
        else:
            (sections[-1] if sections else session).append(line)
    if len(sections) > _MOST_SECTIONS or any(one[0].count(" ") < 3 for one in sections):
        raise bad_request("Illegal value for sdp")
    lines = ["v=0", "o=- 0 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    lines += [line for line in session if line.startswith("a=group:BUNDLE")]
    for section in sections:
        lines += _answer_section(section, call_uuid)
    return "".join(f"{line}\r\n" for line in lines)


def _answer_section(section: list[str], call_uuid: str) -> list[str]:
    kind, _, *rest = section[0].split(" ")
    digest = hashlib.sha256(call_uuid.encode()).hexdigest().upper()
    pairs = (digest[at : at + 2] for at in range(0, len(digest), 2))
    return [
        " ".join((kind, "9", *rest)),
        "c=IN IP4 0.0.0.0",
        f"a=ice-ufrag:{call_uuid[:8]}",
        f"a=ice-pwd:{call_uuid}",
        f"a=fingerprint:sha-256 {':'.join(pairs)}",
        "a=setup:passive",
        *(_MIRRORED.get(line, line) for line in section[1:] if _is_answered(line)),
    ]


def _is_answered(line: str) -> bool:
    return line in _MIRRORED or line.startswith(_KEPT)
