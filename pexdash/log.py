"""What pexdash logs to; it goes nowhere until a log file is opened."""

from __future__ import annotations

import logging

logger = logging.getLogger("pexdash")
logger.addHandler(logging.NullHandler())
# Where nobody asked for a log, a warning must not reach standard error: the screen is there.
logger.propagate = False


def is_logging() -> bool:
    """Whether there is a log file to write to."""
    return logger.isEnabledFor(logging.INFO)
