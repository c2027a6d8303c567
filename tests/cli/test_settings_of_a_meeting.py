"""`pexdash ctl` sets what is set once a meeting on the embedded node, and reads it again."""

from __future__ import annotations

import json

import pytest

from pexdash.errors import Refused
from pexdash.node.server import EmbeddedNode
from pexdash.node.settings import ConferenceSettings
from tests.cli.guide_node import ALIAS
from tests.cli.visiting import asked
from tests.manual_clock import ManualClock

SETTINGS = ConferenceSettings(
    ALIAS,
    classification_levels=("Official", "Secret"),
    pinning_configs=("Panel",),
    live_captions=True,
)


async def test_each_value_is_set_and_read_again() -> None:
    async with EmbeddedNode(SETTINGS, clock=ManualClock()) as node:

        async def told(*words: str) -> object:
            return json.loads(await asked(node, *words))

        for words in (
            "set_guests_can_unmute setting=true",
            "set_guests_can_present setting=false",
            "set_classification_level level=1",
            "set_message_text text=Soon",
            "set_pinning_config pinning_config=Panel",
            "set_clock type=elapsed starting_value=5",
            "silent_video_detection config.enable=true config.silent_after=30",
        ):
            assert await told(*words.split(" ")) is True, words
        assert await told("show_live_captions", "me") is None
        assert await told("hide_live_captions", "me") is None
        status = await told("conference_status")
        assert isinstance(status, dict)
        assert status["guests_can_unmute"] is True
        assert status["guests_can_present"] is False
        levels = {"0": "Official", "1": "Secret"}
        assert await told("get_classification_level") == {"levels": levels, "current": 1}
        banner = await told("get_message_text")
        assert banner == {"text": "Soon", "set_time": ManualClock().wall()}
        assert await told("available_pinning_configs") == ["Panel"]
        pinned = await told("get_pinning_config")
        assert pinned == {"pinning_config": "Panel", "pinning_config_dict": {}}
        assert await told("get_clock") == {"type": "elapsed", "starting_value": 5}
        detection = node.conference(ALIAS).in_force.silent_video
        assert detection is not None
        assert detection.silent_after == 30


async def test_a_level_that_there_is_not_is_refused_in_the_node_s_words() -> None:
    async with EmbeddedNode(SETTINGS) as node:
        with pytest.raises(Refused, match="Illegal value"):
            await asked(node, "set_classification_level", "level=2")
