"""What a dial-out request asks for (dial)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DialOut:
    """One dial-out, field by field (API guide, dial); "" for what was not given."""

    destination: str
    protocol: str = "sip"
    role: str = "guest"
    presentation_url: str = ""
    streaming: str = "no"
    dtmf_sequence: str = ""
    source_display_name: str = ""
    source: str = ""
    call_type: str = "video"
    keep_conference_alive: str = ""
    remote_display_name: str = ""
    text: str = ""
