"""What opens over the conference screen."""
