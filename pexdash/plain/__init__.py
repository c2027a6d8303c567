"""The front end that writes plain lines, for pipes, logs and screen readers."""
