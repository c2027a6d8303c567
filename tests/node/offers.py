"""An SDP offer with audio and video, and a call that is asked for with it."""

from __future__ import annotations

OFFER = "\r\n".join(
    (
        "v=0",
        "o=- 4611 2 IN IP4 127.0.0.1",
        "s=-",
        "t=0 0",
        "a=group:BUNDLE 0 1",
        "m=audio 50000 UDP/TLS/RTP/SAVPF 111 0",
        "c=IN IP4 10.0.0.9",
        "a=mid:0",
        "a=sendrecv",
        "a=rtcp-mux",
        "a=rtpmap:111 opus/48000/2",
        "a=candidate:1 1 udp 2130706431 10.0.0.9 50000 typ host",
        "m=video 50002 UDP/TLS/RTP/SAVPF 96",
        "a=mid:1",
        "a=sendonly",
        "",
    )
)
WEBRTC = {"call_type": "WEBRTC", "sdp": OFFER}
