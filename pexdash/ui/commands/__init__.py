"""What keys and the palette do on the screen."""
