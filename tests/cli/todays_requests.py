"""The requests that came after the guide: as a command line has them, and as nodes want them.

Shapes as Pexip's own clients send them.
"""

from __future__ import annotations

from typing import Any

from tests.cli.guide_node import ANN, BOB

Case = tuple[list[str], str, str, Any]

OF_ANN = f"participants/{ANN}"
MIX = "main.!personal"

FOR_ALL: list[Case] = [
    *(
        ([name], "POST", name, None)
        for name in (
            "clearspotlights",
            "breakouts/disconnect",
            "breakouts/empty",
            "breakoutbuzz",
            "clearbreakoutbuzz",
            "leavebreakout",
        )
    ),
    *(
        ([name, "setting=true"], "POST", name, {"setting": True})
        for name in ("set_guests_can_unmute", "set_guests_can_present")
    ),
    (
        ["set_guests_can_see_guests", "setting=no_hosts"],
        "POST",
        "set_guests_can_see_guests",
        {"setting": "no_hosts"},
    ),
    (
        [
            "transform_layout",
            "transforms.layout=1:7",
            "transforms.enable_overlay_text=false",
            "transforms.free_form_overlay_text=one",
            "transforms.free_form_overlay_text=two = 2",
            "transforms.streaming.plus_n_pip_enabled=true",
        ],
        "POST",
        "transform_layout",
        {
            "transforms": {
                "layout": "1:7",
                "enable_overlay_text": False,
                "free_form_overlay_text": ["one", "two = 2"],
                "streaming": {"plus_n_pip_enabled": True},
            }
        },
    ),
    (["transform_layout", "transforms="], "POST", "transform_layout", {"transforms": {}}),
    (["override_layout", "layouts="], "POST", "override_layout", {"layouts": []}),
    (
        ["silent_video_detection", "config.enable=true", "config.silent_after=30"],
        "POST",
        "silent_video_detection",
        {"config": {"enable": True, "silent_after": 30}},
    ),
    (["set_classification_level", "level=2"], "POST", "set_classification_level", {"level": 2}),
    (["set_message_text", "text=Back at 12"], "POST", "set_message_text", {"text": "Back at 12"}),
    (["set_message_text", "text="], "POST", "set_message_text", {"text": ""}),
    (["set_message_text"], "POST", "set_message_text", None),
    (
        ["set_pinning_config", "pinning_config="],
        "POST",
        "set_pinning_config",
        {"pinning_config": ""},
    ),
    (
        ["set_clock", "type=remaining", "starting_value=90.5", "prefix=T-"],
        "POST",
        "set_clock",
        {"type": "remaining", "starting_value": 90.5, "prefix": "T-"},
    ),
    (
        ["video_mixes/create", f"mix_name={MIX}"],
        "POST",
        "video_mixes/create",
        {"mix_name": MIX},
    ),
    (
        ["video_mixes/configure", MIX, "transform_layout.layout=4:0"],
        "POST",
        f"video_mixes/{MIX}/configure",
        {"transform_layout": {"layout": "4:0"}},
    ),
    (["video_mixes/delete", MIX], "POST", f"video_mixes/{MIX}/delete", None),
    (
        [
            "breakouts",
            "name=Red",
            "duration=600",
            "end_action=transfer",
            f"participants.main={ANN}",
            f"participants.main={BOB}",
            "guests_allowed_to_leave=true",
        ],
        "POST",
        "breakouts",
        {
            "name": "Red",
            "duration": 600,
            "end_action": "transfer",
            "participants": {"main": [ANN, BOB]},
            "guests_allowed_to_leave": True,
        },
    ),
    (
        ["breakouts/message", "payload=Two minutes"],
        "POST",
        "breakouts/message",
        {"type": "text/plain", "payload": "Two minutes"},
    ),
    (
        ["participants/breakout", "breakout_uuid=r-1", f"participants={ANN}"],
        "POST",
        "participants/breakout",
        {"breakout_uuid": "r-1", "participants": [ANN]},
    ),
    (["request_guest_token"], "POST", "request_guest_token", None),
]
FOR_ONE: list[Case] = [
    *(
        ([name, ANN], "POST", f"{OF_ANN}/{name}", None)
        for name in (
            "client_mute",
            "client_unmute",
            "video_muted",
            "video_unmuted",
            "tx_mute",
            "tx_unmute",
            "take_floor",
            "release_floor",
            "show_live_captions",
            "hide_live_captions",
            "notify_not_afk",
            "hold",
            "resume",
            "overlaytext",
        )
    ),
    (["overlaytext", ANN, "text=Ann S"], "POST", f"{OF_ANN}/overlaytext", {"text": "Ann S"}),
    (
        ["message", ANN, "payload=Psst"],
        "POST",
        f"{OF_ANN}/message",
        {"type": "text/plain", "payload": "Psst"},
    ),
    (["pres_in_mix", ANN, "state=false"], "POST", f"{OF_ANN}/pres_in_mix", {"state": False}),
    (["fecc", ANN, "action=stop"], "POST", f"{OF_ANN}/fecc", {"action": "stop"}),
    (
        ["preferred_aspect_ratio", ANN, "aspect_ratio=1.78"],
        "POST",
        f"{OF_ANN}/preferred_aspect_ratio",
        {"aspect_ratio": 1.78},
    ),
    (["studiosound", ANN, "enabled=true"], "POST", f"{OF_ANN}/studiosound", {"enabled": True}),
    (
        ["layout_group", ANN, "layout_group=red"],
        "POST",
        f"{OF_ANN}/layout_group",
        {"layout_group": "red"},
    ),
    (
        ["layout_group", ANN, "layout_group="],
        "POST",
        f"{OF_ANN}/layout_group",
        {"layout_group": None},
    ),
    (
        ["send_to_audio_mixes", ANN, "mixes="],
        "POST",
        f"{OF_ANN}/send_to_audio_mixes",
        {"mixes": []},
    ),
    (
        ["receive_from_audio_mix", ANN, "mix_name=main.fr"],
        "POST",
        f"{OF_ANN}/receive_from_audio_mix",
        {"mix_name": "main.fr"},
    ),
]
QUESTIONS: list[Case] = [
    *(
        ([name], "GET", name, None)
        for name in (
            "layout_svgs",
            "available_layouts",
            "get_classification_level",
            "get_message_text",
            "available_pinning_configs",
            "get_pinning_config",
            "get_clock",
        )
    ),
    *(
        ([name, ANN], "GET", f"{OF_ANN}/{name}", None)
        for name in ("get_properties", "get_attestation", "layout")
    ),
]
