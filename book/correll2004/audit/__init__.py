"""Which change of Table 1 would explain a number, and which cells the numbers pin."""
