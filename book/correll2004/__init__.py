"""Correll et al. (2004) recomputed from its Table 1.

Six layers, in the order in which the data flow. A module imports from its own layer and from
those above it; ``make lint`` checks this (the contract is in ``pyproject.toml``).

- ``data``: what Table 1 says. The dictionary's rules, reading and coding, courses.
- ``stats``: what any series of patients could use. Kaplan-Meier, many curves at once,
  proportions, percent relief. Knows nothing of the paper.
- ``paper``: what was printed and what Table 1 gives. Quantities, tables, register, ledger,
  appraisal.
- ``audit``: which change of Table 1 would explain a number, which cells the numbers pin, which
  fact would settle most.
- ``robustness``: coding choices, single patients, unknown outcomes, dose, other software.
- ``show``: how things look. Tables, claims, figures, pages; computes nothing.

Beside them: ``paths``, where the files are; ``exports``, which writes ``data/exports/``;
``changes``, the command behind ``make claims``; ``letter``, that behind ``make letter``.
"""
