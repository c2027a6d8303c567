"""The logger of pexdash; it writes nothing until a log file is opened."""

from __future__ import annotations

import logging

logger = logging.getLogger("pexdash")
logger.addHandler(logging.NullHandler())
# Without a log file, a warning must not reach standard error, because the screen may be there.
logger.propagate = False


def is_logging() -> bool:
    """Whether there is a log file to write to."""
    return logger.isEnabledFor(logging.INFO)
