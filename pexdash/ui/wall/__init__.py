"""What a wall shows and where: made of an estate, and drawn by the functions of `drawing.wall`."""
