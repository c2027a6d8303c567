"""The parts of a drawn line: spans, signs, columns and panels."""
