"""Pictures in the terminal: decoded off the loop, drawn as half blocks, kitty graphics or sixel."""
