"""The base of our apps.

Each link of the chain adds one thing to the framework's own app:

    ThemedApp          our themes, and each span and style sheet by its roles
    SteadyApp          timers and notices that neither get lost nor stop the program
    ChangedCellsApp    sends the cells that changed
    OrderedKeys        hands keys on one at a time
    BaseApp            our driver, and an end that leaves neither secrets nor widgets behind
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from rich.console import RenderableType
from textual.await_remove import AwaitRemove
from textual.binding import Binding
from textual.dom import DOMNode
from textual.driver import Driver
from textual.widget import Widget

from pexdash.crash import CRASHED
from pexdash.ui.framework import surface
from pexdash.ui.framework.ordered_keys import OrderedKeys
from pexdash.ui.framework.palette import was_closed_while_searching
from pexdash.ui.framework.surface import Part, stands

if TYPE_CHECKING or stands(Part.REMOVING):
    from textual._styles_cache import StylesCache

Result = TypeVar("Result")


class BaseApp(OrderedKeys[Result]):
    """An app of ours, with or without `colours`, in the `theme` that was named, if any.

    `crash` is the fault of ours that ended the app; a subclass may act on it in `on_crash`.
    """

    BINDINGS = [Binding("ctrl+z", "suspend_process", show=False, priority=True)]

    crash: BaseException | None = None

    def __init__(self, *, colours: bool = True, theme: str = "") -> None:
        super().__init__(theme=theme if colours else "ansi")
        if not stands(Part.ENDING):
            # The framework then reports crashes, with local variables and so with secrets.
            self.error_console.quiet = True
        surface.report()

    def on_crash(self) -> None:
        """Called when a fault of ours begins to end the app."""

    def fail(self, fault: Exception) -> None:
        """End the app by a fault that came up outside of it, in another thread or a callback."""
        if stands(Part.ENDING):
            self._handle_exception(fault)
        else:
            self.crash = self.crash or fault
            self.panic()

    def panic(self, *renderables: RenderableType) -> None:
        """End and print nothing: the framework prints tracebacks, and ends with the status 0."""
        self.on_crash()
        self.exit(return_code=CRASHED)

    @property
    def is_terminal_stuck(self) -> bool:
        """Whether the terminal has still not taken all output after the end of the app."""
        return bool(getattr(self._own_driver(), "is_stuck", False))

    def give_terminal_back(self) -> None:
        """Give the terminal back at once, and drop the output it has not taken; never waits."""
        give_back = getattr(self._own_driver(), "give_back", None)
        if give_back is not None:
            give_back()

    def set_terminal_title(self, title: str) -> None:
        """Set the title of the terminal's window until it is given back; `title` is printable."""
        set_title = getattr(self._own_driver(), "set_title", None)
        if set_title is not None:
            set_title(title)

    def send_to_terminal(self, sequence: str) -> None:
        """Send a sequence that leaves the cells of the terminal as they are."""
        driver = self._own_driver()
        if driver is not None:
            driver.write(sequence)

    def _own_driver(self) -> Driver | None:
        return self._driver if stands(Part.DRIVER) else None

    def get_driver_class(self) -> type[Driver]:
        """The driver that the framework chooses, or ours in place of its driver for terminals."""
        usual = super().get_driver_class()
        if not (stands(Part.DRIVER) or stands(Part.INPUT)):
            return usual
        from textual.drivers.linux_driver import LinuxDriver

        if usual is not LinuxDriver:
            return usual
        if stands(Part.DRIVER):
            from pexdash.ui.framework.driver import PatientDriver

            return PatientDriver
        from pexdash.ui.framework.input.reading_driver import ReadingDriver

        return ReadingDriver

    @property
    def reads_whole_keys(self) -> bool:
        """Whether only whole, known keys come from the terminal as keys.

        Where the framework's own driver reads it, a key may be a part of something else.
        """
        return bool(getattr(self.driver_class, "reads_whole_keys", False))

    if stands(Part.REMOVING):

        def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
            """Remove widgets, and the last lines of a thousand that the framework would keep."""
            StylesCache.get_inner_outer.cache_clear()
            return super()._prune(*nodes, parent=parent)

    if stands(Part.ENDING):

        def _handle_exception(self, error: Exception) -> None:
            """End and print nothing: the framework prints local variables, and so secrets."""
            if was_closed_while_searching(error, self.screen_stack):
                return
            if self.crash is None:
                self.crash = error
                if self.is_headless:
                    # The framework's test driver raises this fault inside the test.
                    self._exception = error
                    self._exception_event.set()
            self.on_crash()
            self._return_code = CRASHED
            self._close_messages_no_wait()
