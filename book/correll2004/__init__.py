"""Correll et al. (2004) recomputed from its Table 1.

Data flow, one way: ``table1`` -> ``survival``, ``tables`` -> ``quantities`` -> ``claims`` ->
``batch`` -> ``audit``, ``consistency``;
``figures`` and ``display`` only show what those compute.
"""
