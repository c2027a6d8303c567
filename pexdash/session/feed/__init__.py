"""What a conference is told by: sources, the conference they keep true, and who watches it."""
