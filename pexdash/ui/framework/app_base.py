"""The base of our apps.

Each link of the chain adds one thing to the framework's own app:

    SteadyApp          timers and notices that neither get lost nor stop the program
    ChangedCellsApp    sends the cells that changed
    OrderedKeys        hands keys on one at a time
    BaseApp            our driver, and an end that leaves neither secrets nor widgets behind
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from textual.await_remove import AwaitRemove
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
    from textual.widgets._toast import ToastHolder

Result = TypeVar("Result")


class BaseApp(OrderedKeys[Result]):
    """An app of ours, with or without `colours`.

    `crash` is the fault of ours that ended it. Subclasses hear of it by `on_crash`.
    """

    crash: BaseException | None = None

    def __init__(self, *, colours: bool = True) -> None:
        super().__init__(ansi_color=None if colours else True)
        if not colours:
            self.theme = "ansi-dark"
        if not stands(Part.ENDING):
            # A crash is then told by the framework, with local variables, secrets too.
            self.error_console.quiet = True
        surface.report()

    def on_crash(self) -> None:
        """The end begins, by a fault of ours."""

    @property
    def is_terminal_stuck(self) -> bool:
        """Whether, after the end, the terminal has still not taken what it was sent."""
        return bool(getattr(self._own_driver(), "is_stuck", False))

    def give_terminal_back(self) -> None:
        """Give the terminal back at once, past all that waits to be written; never waits."""
        give_back = getattr(self._own_driver(), "give_back", None)
        if give_back is not None:
            give_back()

    def _own_driver(self) -> Driver | None:
        return self._driver if stands(Part.DRIVER) else None

    def get_driver_class(self) -> type[Driver]:
        """The framework's choice, or ours in place of the one for terminals."""
        usual = super().get_driver_class()
        if not stands(Part.DRIVER):
            return usual
        from pexdash.ui.framework.driver import LinuxDriver, PatientDriver

        return PatientDriver if usual is LinuxDriver else usual

    if stands(Part.REMOVING):

        def _prune(self, *nodes: Widget, parent: DOMNode | None = None) -> AwaitRemove:
            """Remove widgets, and what the framework would keep of them.

            That is what a thousand of them last drew, and the holder of a notice that was taken
            away before its own time was over.
            """
            StylesCache.get_inner_outer.cache_clear()
            if len(nodes) == 1 and isinstance(nodes[0].parent, ToastHolder):
                nodes = (nodes[0].parent,)
                parent = nodes[0].parent
            return super()._prune(*nodes, parent=parent)

    if stands(Part.ENDING):

        def _handle_exception(self, error: Exception) -> None:
            """End without a word: the framework's would print local variables, secrets too."""
            if was_closed_while_searching(error, self.screen_stack):
                return
            if self.crash is None:
                self.crash = error
                if self.is_headless:
                    # The test driver raises what went wrong in the test itself.
                    self._exception = error
                    self._exception_event.set()
            self.on_crash()
            self._return_code = CRASHED
            self._close_messages_no_wait()
