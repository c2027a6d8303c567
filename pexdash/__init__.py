"""A terminal dashboard to watch and moderate Pexip conferences."""

__version__ = "0.2.0"
