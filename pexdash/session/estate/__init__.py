"""Many conferences at once: which there are, how our lines to them stand, and their alarms."""
