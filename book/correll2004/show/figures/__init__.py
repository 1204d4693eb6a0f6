"""The book's figures, with one module for each subject.

A function draws a figure. Another, ``describe_`` and its name, says in words what one sees.
"""

from .audit_maps import (
    describe_pinning,
    describe_planted_slips,
    describe_repair_search,
    describe_verdicts,
    pinning,
    planted_slips,
    repair_search,
    verdicts,
)
from .groups import bars_by_course, describe_bars, describe_spread, dot_levels, dot_plot
from .later_work import describe_later_work, later_work
from .methods import describe_protocol, mean_and_median, outcome_kinds, product_limit, protocol
from .next_patients import describe_next_patients, next_patients
from .relief_and_dose import (
    describe_limits_proposed,
    describe_log_likelihood,
    describe_relief_against,
    limits_proposed,
    log_likelihood,
    relief_against,
)
from .selection import describe_selection, selection
from .sensitivity import (
    combinations,
    describe_combinations,
    describe_leave_one_out,
    describe_month_readings,
    leave_one_out,
    month_readings,
)
from .survival_curves import describe, kaplan_meier, month_ticks, two_curves
from .two_courses import describe_pairs, describe_swimmer, pairs, swimmer
from .unknown_outcomes import (
    dependence,
    describe_dependence,
    describe_tipping_point,
    tipping_point,
)

__all__ = [
    "bars_by_course",
    "combinations",
    "dependence",
    "describe",
    "describe_bars",
    "describe_combinations",
    "describe_dependence",
    "describe_later_work",
    "describe_leave_one_out",
    "describe_limits_proposed",
    "describe_log_likelihood",
    "describe_month_readings",
    "describe_next_patients",
    "describe_pairs",
    "describe_pinning",
    "describe_planted_slips",
    "describe_protocol",
    "describe_relief_against",
    "describe_repair_search",
    "describe_selection",
    "describe_spread",
    "describe_swimmer",
    "describe_tipping_point",
    "describe_verdicts",
    "dot_levels",
    "dot_plot",
    "kaplan_meier",
    "later_work",
    "leave_one_out",
    "limits_proposed",
    "log_likelihood",
    "mean_and_median",
    "month_readings",
    "month_ticks",
    "next_patients",
    "outcome_kinds",
    "pairs",
    "pinning",
    "planted_slips",
    "product_limit",
    "protocol",
    "relief_against",
    "repair_search",
    "selection",
    "swimmer",
    "tipping_point",
    "two_curves",
    "verdicts",
]
