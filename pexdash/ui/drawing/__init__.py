"""What a line is made of: spans, signs, columns and panels."""
