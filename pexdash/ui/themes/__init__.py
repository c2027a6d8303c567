"""Colours by what they mean, and the themes that say how each meaning looks."""
