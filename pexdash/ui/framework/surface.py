"""Every private name of Textual that we rely on, and whether it is still as we know it.

Each part of `ui/framework` asks `stands` before it uses its private names. Where one of them
differs, the framework does the part's work in its own way, and `report` says so in the log. A
check costs no more than reading some attributes: it parses nothing, and imports nothing that is
not imported anyway.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from enum import Enum
from functools import cache
from inspect import CO_COROUTINE
from types import CodeType
from typing import Any

from msgspec import Struct

from pexdash.log import logger


class Part(Enum):
    """A part that uses private names; its value says what happens where they differ."""

    CELLS = "the framework draws, whole regions at a time"
    SIGHT = "what lies over a picture is looked for each time"
    HOLDING = "each change is drawn when the framework likes"
    LAYOUT = "what is shown late may stay unseen until something near it changes"
    DRIVER = "the framework's own driver writes, and draws whole regions at a time"
    INPUT = "the framework reads the terminal, and no key acts"
    TIMERS = "on a busy machine a timer may be lost"
    KEYS = "keys are bound for the whole program"
    REMOVING = "more memory is kept of what was shown"
    ENDING = "a crash leaves no report"
    PALETTE = "the palette may fail where it is paged through before it stands"


class Private(Struct, frozen=True):
    """A private name: `name` of the class or module `owner`.

    For a method, `parameters` holds the names of its parameters. For an attribute that only
    instances have, `within` is a method of the owner that uses the attribute.
    """

    part: Part
    owner: str
    name: str
    parameters: str | None = None
    within: str = ""
    is_async: bool = False

    def differs(self) -> bool:
        """Whether the name is missing, or is not as we know it."""
        try:
            owner = _found(self.owner)
            if self.within:
                return self.name not in _code(getattr(owner, self.within)).co_names
            thing = getattr(owner, self.name)
            if self.parameters is None:
                return False
            code = _code(thing)
        except (ImportError, AttributeError):
            return True
        takes = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        is_async = bool(code.co_flags & CO_COROUTINE)
        return takes != tuple(self.parameters.split()) or is_async != self.is_async

    def __str__(self) -> str:
        return f"{self.owner.replace(':', '.')}.{self.name}"


def _table() -> Iterator[Private]:
    app, screen, pump = (
        "textual.app:App",
        "textual.screen:Screen",
        "textual.message_pump:MessagePump",
    )
    compositor, driver = "textual._compositor", "textual.drivers.linux_driver"
    linux = f"{driver}:LinuxDriver"

    part = Part.CELLS
    yield Private(part, app, "_display", "self screen renderable")
    yield Private(part, screen, "_display", within="_compositor_refresh")
    yield Private(part, app, "_batch_count", within="__init__")
    yield Private(part, app, "_sync_available", within="__init__")
    yield Private(part, pump, "_running", within="__init__")
    yield Private(part, pump, "_closed", within="__init__")
    yield Private(part, "textual.widget:Widget", "_set_dirty", "self")
    yield Private(part, "textual.widget:Widget", "_layout_cache", within="refresh")
    yield Private(part, f"{compositor}:ChopsUpdate", "__init__", "self chops spans chop_ends")
    yield Private(part, f"{compositor}:LayoutUpdate", "__init__", "self strips region")
    yield Private(part, screen, "_compositor", within="__init__")
    yield Private(part, f"{compositor}:Compositor", "visible_widgets")

    part = Part.SIGHT
    yield Private(part, screen, "_compositor", within="__init__")
    yield Private(part, f"{compositor}:Compositor", "visible_widgets")

    part = Part.HOLDING
    yield Private(part, screen, "_on_timer_update", "self")
    yield Private(part, screen, "_compositor_refresh", "self")
    yield Private(part, screen, "_compositor_refresh", within="_on_timer_update")
    yield Private(part, screen, "_dirty_widgets", within="__init__")
    yield Private(part, screen, "_compositor", within="__init__")
    yield Private(part, f"{compositor}:Compositor", "update_widgets", "self widgets")

    part = Part.LAYOUT
    yield Private(part, screen, "_compositor", within="__init__")
    yield Private(part, f"{compositor}:Compositor", "reflow", "self parent size")
    yield Private(part, f"{compositor}:Compositor", "_full_map", within="reflow")
    yield Private(part, f"{compositor}:Compositor", "_full_map", within="__init__")
    yield Private(part, compositor, "CompositorMap")
    yield Private(part, compositor, "ReflowResult")

    part = Part.DRIVER
    yield Private(part, app, "_driver", within="__init__")
    yield Private(part, pump, "_post_message", "self message", is_async=True)
    yield Private(part, "textual.driver:Driver", "_app", within="__init__")
    yield Private(part, linux, "write", "self data")
    yield Private(part, linux, "start_application_mode", "self")
    yield Private(part, linux, "stop_application_mode", "self")
    yield Private(part, linux, "close", "self")
    yield Private(part, linux, "_get_terminal_size", "self")
    yield Private(part, linux, "_in_band_window_resize", within="__init__")
    yield Private(part, linux, "process_message", "self message")
    yield Private(part, linux, "_sigtstp_application", within="__init__")
    yield Private(part, linux, "_sigcont_application", within="__init__")
    yield Private(part, "textual.driver:Driver", "_loop", within="__init__")
    yield Private(part, "textual.driver:Driver", "suspend_application_mode", "self")
    yield Private(part, "textual.driver:Driver.SignalResume", "__init__")
    yield Private(part, linux, "_writer_thread", within="__init__")
    yield Private(part, linux, "attrs_before", within="__init__")
    yield Private(part, linux, "fileno", within="__init__")
    yield Private(part, f"{driver}:WriterThread", "_queue", within="__init__")

    part = Part.INPUT
    yield Private(part, "textual.driver:Driver", "_app", within="__init__")
    yield Private(part, linux, "start_application_mode", "self")
    yield Private(part, linux, "stop_application_mode", "self")
    yield Private(part, linux, "_writer_thread", within="__init__")
    yield Private(part, linux, "_run_input_thread", "self")
    yield Private(part, linux, "_run_input_thread", within="start_application_mode")
    yield Private(part, linux, "run_input_thread", "self")
    yield Private(part, linux, "exit_event", within="__init__")
    yield Private(part, linux, "fileno", within="__init__")
    yield Private(part, linux, "process_message", "self message")
    yield Private(part, "textual.keys", "_character_to_key", "character")

    part = Part.TIMERS
    yield Private(part, "textual.timer:Timer", "_skip", within="__init__")
    yield Private(part, "textual.timer:Timer", "_skip", within="_run")

    yield Private(Part.KEYS, "textual.dom:DOMNode", "_bindings", within="__init__")

    part = Part.REMOVING
    yield Private(part, app, "_prune", "self parent")
    yield Private(part, "textual._styles_cache:StylesCache.get_inner_outer", "cache_clear")

    part = Part.ENDING
    yield Private(part, app, "_handle_exception", "self error")
    yield Private(part, app, "_return_code", within="__init__")
    yield Private(part, app, "_exception", within="__init__")
    yield Private(part, app, "_exception_event")
    yield Private(part, pump, "_close_messages_no_wait", "self")

    part = Part.PALETTE
    yield Private(part, "textual.command:CommandPalette", "_action_command_list", "self action")
    yield Private(part, "textual.command:CommandPalette", "_gather_commands")
    yield Private(part, "textual.widgets:OptionList", "_lines")


TABLE = tuple(_table())


@cache
def differences(part: Part) -> tuple[Private, ...]:
    """The private names of `part` that are not as we know them."""
    return tuple(one for one in TABLE if one.part is part and one.differs())


def stands(part: Part) -> bool:
    """Whether every private name of `part` is as we know it."""
    return not differences(part)


def report() -> None:
    """Say in the log which names differ, and what happens instead."""
    for part in Part:
        if different := differences(part):
            names = ", ".join(map(str, different))
            logger.warning("Textual differs in %s: %s", names, part.value)


def _found(place: str) -> Any:
    """The class or module at `place`."""
    module, _, within = place.partition(":")
    found: Any = importlib.import_module(module)
    for name in filter(None, within.split(".")):
        found = getattr(found, name)
    return found


def _code(method: Any) -> CodeType:
    code: CodeType = getattr(method, "__wrapped__", method).__code__
    return code
