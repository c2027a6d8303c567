"""The full-screen dashboard; the only floor that knows Textual."""
