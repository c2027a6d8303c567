"""The front end of plain lines, for pipes, logs and screen readers."""
