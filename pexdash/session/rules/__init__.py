"""Rules: what is done by itself in a conference, as a file of the host says."""
