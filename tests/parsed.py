"""Source read as a syntax tree, whatever is thrown away meanwhile."""

from __future__ import annotations

import ast
import gc


def parsed(source: str) -> ast.Module:
    """The tree of a source.

    No garbage is looked for while it is made. A finalizer that fails has its traceback drawn,
    which parses the line that failed, and where a parse begins within another CPython 3.11 fails
    the other with a SystemError: both count their depth in one place.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return ast.parse(source)
    finally:
        if was_enabled:
            gc.enable()
