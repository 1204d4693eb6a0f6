"""Kaplan-Meier estimation: lifelines, and the few quantities that it lacks.

The curve comes from ``lifelines.KaplanMeierFitter``. Added here, each with its source:
number at risk as R counts it and Greenwood's standard error as a number. Means and medians
with their errors are those of `correll2004.stats.curves`. Times are in months throughout.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .curves import TIE, Z95, Curves, distinct_times

Z95_EXACT = 1.959963984540054  # the same quantile as R and lifelines compute it


@dataclass(frozen=True)
class Estimate:
    """An estimate in months with its standard error and 95% limits.

    ``lower`` is not cut off at 0: SPSS prints a negative limit as 0.00, this does not.
    """

    value: float
    se: float

    @property
    def lower(self):
        return self.value - Z95 * self.se

    @property
    def upper(self):
        return self.value + Z95 * self.se


class KaplanMeier:
    """Kaplan-Meier estimate of remission from right-censored times.

    Parameters
    ----------
    months : array of n times, >= 0, finite.
    event : array of n indicators, 1 = relapse or failure, 0 = censored.

    Attributes
    ----------
    table : one row per distinct time, indexed by it, with ``at_risk`` (patients with a
        time at or after it), ``events``, ``censored``, ``survival`` S(t) and
        ``greenwood_se``, its standard error.

    Raises ValueError for empty, unequal, negative, missing or otherwise coded input.
    """

    def __init__(self, months, event):
        months = np.asarray(months, dtype=float)
        event = np.asarray(event)
        if months.ndim != 1 or months.shape != event.shape or not months.size:
            raise ValueError("months and event must be one-dimensional, of one length, not empty")
        if not np.all(np.isfinite(months)) or np.any(months < 0):
            raise ValueError("months must be finite and at least 0")
        if not np.isin(event, (0, 1)).all():
            raise ValueError("event must be 1 (relapse or failure) or 0 (censored)")
        # Here, since it loads scipy.stats: a chapter without a curve starts sooner.
        from lifelines import KaplanMeierFitter

        times, which = distinct_times(months)
        self.months = months = times[which]
        self.event = event.astype(int)
        self._curve = Curves(2 * which[None, :] + 1 - self.event, times)
        fitter = KaplanMeierFitter().fit(months, event)
        observed = np.unique(months)

        def at_observed(frame):  # lifelines puts a row for 0 before them, if there is none
            return frame.to_numpy()[-len(observed) :]

        at_risk = np.array([self.at_risk(time) for time in observed])
        events = at_observed(fitter.event_table["observed"]).astype(int)
        survival = at_observed(fitter.survival_function_[fitter.label])
        columns = {
            "at_risk": at_risk,
            "events": events,
            "censored": at_observed(fitter.event_table["censored"]).astype(int),
            "survival": survival,
            "greenwood_se": self._greenwood(at_risk, events, survival),
        }
        self.table = pd.DataFrame(columns, index=pd.Index(observed, name="months"))
        log_log = at_observed(fitter.confidence_interval_survival_function_)
        self._limits = {"log-log": self._at_edges(*log_log.T)}

    @staticmethod
    def _greenwood(at_risk, events, survival):
        """Standard error of S(t), Greenwood (1926): S(t) sqrt(sum d / (n (n - d))).

        0 where S(t) is 0; R's summary of a survfit has NaN there.
        """
        survivors = at_risk - events
        terms = np.where(survivors > 0, events / (at_risk * np.maximum(survivors, 1)), 0)
        return survival * np.sqrt(np.cumsum(terms))

    @property
    def n(self):
        return len(self.months)

    @property
    def n_events(self):
        return int(self.event.sum())

    @property
    def n_censored(self):
        return self.n - self.n_events

    def at_risk(self, time):
        """Number at risk just before a time: patients whose time is at or after it.

        The rule of R's survfit. (lifelines' ``add_at_risk_counts`` has no such row.)
        """
        return int((self.months >= time).sum())

    def survival_at(self, time):
        """S(t) = P(T > t), the height of the curve at and after the step at t."""
        before = self.table.loc[:time, "survival"]
        return float(before.iloc[-1]) if len(before) else 1.0

    def survival_just_before(self, time):
        """S(t-) = P(T >= t): a relapse at exactly t still counts as relief up to t."""
        before = self.table.loc[self.table.index < time, "survival"]
        return float(before.iloc[-1]) if len(before) else 1.0

    def se_at(self, time):
        """Greenwood standard error of S(t); 0 before the first time."""
        before = self.table.loc[:time, "greenwood_se"]
        return float(before.iloc[-1]) if len(before) else 0.0

    def limits(self, transform="log-log"):
        """Pointwise 95% limits of S(t), columns ``lower`` and ``upper``, by time.

        From Greenwood's variance, symmetric on the scale of a transform, named as R's
        ``conf.type``: ``log-log``, lifelines' own; ``log``, R's default; ``plain``, S(t)
        itself. The last two are cut off at 1 and 0. Equal to S(t) where that is 1 or 0.

        Raises ValueError for another transform.
        """
        if transform not in self._limits:
            height = self.table["survival"].to_numpy()
            error = Z95_EXACT * self.table["greenwood_se"].to_numpy()
            if transform == "plain":
                lower, upper = height - error, height + error
            elif transform == "log":
                factor = np.exp(error / np.where(height > 0, height, 1))
                lower, upper = height / factor, height * factor
            else:
                raise ValueError(f"no such transform: {transform!r}")
            self._limits[transform] = self._at_edges(lower.clip(0, 1), upper.clip(0, 1))
        return self._limits[transform].copy()

    def _at_edges(self, lower, upper):
        """Limits by time; those where S(t) is 1 or 0 are S(t)."""
        height = self.table["survival"].to_numpy()
        inside = (height > 0) & (height < 1)
        limits = np.where(inside, [lower, upper], height)
        return pd.DataFrame(limits.T, columns=["lower", "upper"], index=self.table.index)

    def limits_at(self, time, transform="log-log"):
        """``(lower, upper)`` of S(t) at a time, as `limits`; 1 and 1 before the first."""
        before = self.limits(transform).loc[:time]
        return tuple(map(float, before.iloc[-1])) if len(before) else (1.0, 1.0)

    def limits_just_before(self, time, transform="log-log"):
        """``(lower, upper)`` of S(t-), as `limits_at`."""
        before = self.limits(transform)
        before = before[before.index < time]
        return tuple(map(float, before.iloc[-1])) if len(before) else (1.0, 1.0)

    def censored_at(self, time):
        """Number of patients censored at exactly that time."""
        return int(((self.months == time) & (self.event == 0)).sum())

    def mean(self):
        """Mean duration: the area under S(t) from 0 to the largest time, event or censored.

        `Curves.mean` has the formula. Raises ValueError with fewer than two events.
        """
        if self.n_events < 2:
            raise ValueError("the variance of the mean needs at least two events")
        return _estimate(self._curve.mean)

    def restricted_mean(self, horizon):
        """Restricted mean: the area under S(t) from 0 to a fixed horizon in months.

        Relief that outlasts the horizon counts as the horizon. `Curves.restricted_mean` has
        the formula. Raises ValueError for a horizon that is not above 0, and where the curve
        ends, above 0, before the horizon.
        """
        if not horizon > 0:
            raise ValueError(f"a horizon is a time above 0 months, not {horizon:g}")
        if horizon > self.months.max() and self.table["survival"].iloc[-1] > 0:
            raise ValueError(f"the curve ends at {self.months.max():g} months, before {horizon:g}")
        return _estimate(self._curve.restricted_mean(horizon))

    def area(self):
        """Area under S(t) from 0 to the largest time, event or censored, in months."""
        return float(self._curve.mean[0][0])

    def median(self):
        """Median duration: the first time at which S(t) <= 0.5.

        `Curves.median` has the formula of its error. Raises ValueError where the curve does
        not come down far enough.
        """
        found = _estimate(self._curve.median)
        if np.isinf(found.value):
            raise ValueError("the median is not reached")
        if np.isnan(found.se):
            raise ValueError("the median's standard error needs a curve that falls to 0.45")
        return found

    def median_time(self):
        """First time in months at which S(t) <= 0.5; inf where the curve stays above."""
        return first_time(self.table["survival"], 0.5)

    def median_limits(self, transform="log-log"):
        """95% limits of the median in months, after Brookmeyer and Crowley (1982).

        The times at which the pointwise limits of S(t), under a transform of `limits`,
        first reach 0.5; where S(t) is 0 there are none. inf where a limit never does.
        """
        limits = self.limits(transform)[self.table["survival"] > 0]
        return first_time(limits["lower"], 0.5), first_time(limits["upper"], 0.5)


def _estimate(found):
    """The estimate of the one version, from values and errors of `Curves`."""
    value, se = found
    return Estimate(float(value[0]), float(se[0]))


def first_time(heights, height):
    """First time at which a falling step curve is at or below a height; inf if never.

    heights : Series by time in months; missing heights are passed over.
    """
    below = heights[heights <= height + TIE]
    return float(below.index[0]) if len(below) else float("inf")
