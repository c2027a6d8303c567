"""The panes of the conference screen."""
