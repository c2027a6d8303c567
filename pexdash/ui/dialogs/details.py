"""Everything the node said of a participant, with the avatar."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from textual.app import ComposeResult
from textual.content import Content

from pexdash.api.fields import node_fields
from pexdash.errors import PexdashError
from pexdash.model.participant import Participant, Role
from pexdash.ui.dialogs.reading import Reading
from pexdash.ui.features import TerminalFeatures
from pexdash.ui.pictures.picture_view import PictureView


class Details(Reading):
    """A participant's fields below the picture that `avatar` brings, or words why there is none."""

    DEFAULT_CSS = """
    Details PictureView { width: 16; height: 8; margin-bottom: 1; }
    """

    def __init__(
        self,
        title: str,
        text: Callable[[], Content],
        avatar: Callable[[], Awaitable[bytes]],
        features: TerminalFeatures,
    ) -> None:
        super().__init__(title, text)
        self._avatar = avatar
        self._view = PictureView(
            drawing=features.drawing,
            glyphs=features.glyphs,
            colours=features.colours,
            words="Avatar…",
        )

    def picture(self) -> ComposeResult:
        yield self._view

    def on_mount(self) -> None:
        super().on_mount()
        self.run_worker(self._fetch(), exit_on_error=True)

    async def _fetch(self) -> None:
        try:
            self._view.show(await self._avatar())
        except PexdashError as fault:
            self._view.clear(str(fault))


def details_text(one: Participant, source: bytes) -> Content:
    """What is known of a participant in words, then every field of `source`, the node's JSON."""
    role = {Role.HOST: "Host", Role.GUEST: "Guest", Role.UNKNOWN: "unknown"}[one.role]
    fields = [
        ("Name", one.display_name),
        ("Overlay text", one.overlay_text),
        ("Role", role),
        ("State", one.presence.value),
        ("Address", one.uri),
        ("Protocol", one.protocol),
        ("Direction", one.call_direction),
        ("Encryption", one.encryption),
        ("Client", one.vendor),
        ("Joined", _moment(one.start_time)),
        ("Muted by a Host", _yes(one.is_muted)),
        ("Muted by themselves", _yes(one.is_client_muted)),
        ("Camera off", _yes(one.is_video_muted)),
        ("Media", _yes(one.has_media)),
        ("Presenting", _yes(one.is_presenting)),
        ("May see presentation", _yes(one.rx_presentation_allowed)),
        ("Spotlight since", _moment(one.spotlight)),
        ("Hand raised", _moment(one.buzz_time)),
        ("uuid", one.uuid),
    ]
    lines = [Content.assemble((f"{title:<24}", "dim"), value) for title, value in fields if value]
    sent = node_fields(source)
    if sent:
        lines += [Content(""), Content.styled("As the node sent it", "bold")]
        lines += [Content.assemble((f"{name:<32} ", "dim"), value) for name, value in sent]
    return Content("\n").join(lines)


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _moment(moment: float | None) -> str:
    if moment is None:
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(moment))
