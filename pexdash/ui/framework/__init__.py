"""All code that knows the framework's inside: drawing, the driver, timers, keys and frames."""
