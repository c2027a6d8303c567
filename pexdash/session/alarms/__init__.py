"""Alarms at work: what people decided about them, kept on the disk."""
