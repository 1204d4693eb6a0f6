"""Correll et al. (2004) recomputed from its Table 1.

A map, in the order in which the data flow; a module imports only from those above it.

- ``paths``: where the project's files stand.
- ``faults``: what is wrong with the data, all faults at once, by place and value.
- ``dictionary``, ``validation``: ``data/datapackage.json``; tables held to its rules.
- ``table1``: the printed strings read and coded; repairs. Every coding rule stands here.
- ``adtte``: the outcomes in the layout of drug trials, as printed and under each repair.
- ``survival``, ``intervals``, ``relief``: estimators, each formula with its source.
- ``tables``: Tables 2 to 5 in the paper's layout.
- ``quantities``: the functions that a claim's ``compute`` column can call.
- ``claims``: the register; comparison at printed precision; verdicts; the ledger's evidence.
- ``batch``, ``audit``: many versions of Table 1 at once; which change restores a number.
- ``consistency``: the printed numbers against each other.
- ``multiverse``, ``robustness``, ``patterns``, ``software``: what the choices, the patients and
  the programs make of the headlines.
- ``exports``: writes ``data/exports/``.
- ``style``, ``figures``, ``mark_counts``, ``robustness_figures``, ``display``, ``explorer``: how it
  looks. They show what the others compute.
- ``curves``: survival curves by any column of the patients, in one call.
- ``changes``: what moves when a cell of Table 1 is another; ``make claims``.
"""
