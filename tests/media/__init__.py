"""The media of our own calls."""
