"""What comes from the terminal: only whole, known keys are keys."""
