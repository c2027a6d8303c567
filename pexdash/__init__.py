"""A terminal dashboard to watch and moderate Pexip conferences."""

__version__ = "0.1.0"
