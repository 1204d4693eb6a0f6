"""Checks of the printed numbers, changes of Table 1 that explain them, cells that they pin."""
