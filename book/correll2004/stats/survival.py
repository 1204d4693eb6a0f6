"""Kaplan-Meier estimation: lifelines, and the few quantities that it lacks.

The curve comes from ``lifelines.KaplanMeierFitter``. Added here, each with its source:
number at risk as R counts it, Greenwood's standard error as a number, the mean as the
area under the curve with Kaplan and Meier's variance, and the median's standard error
as SPSS and BMDP print it. Times are in months throughout.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

Z95 = 1.96  # as SPSS prints its limits
Z95_EXACT = 1.959963984540054  # the same quantile as R and lifelines compute it
TIE = 1e-9  # heights closer than this are one height


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

        self.months = months
        self.event = event.astype(int)
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

        Variance after Kaplan and Meier (1958, section 6.2), as SPSS prints it::

            m / (m - 1) * sum_i A_i^2 d_i / (n_i (n_i - d_i))

        A_i is the area from event time t_i to the end, d_i the events and n_i the number
        at risk at t_i, m the number of all events. R's ``print.survfit`` omits m / (m - 1).

        Raises ValueError with fewer than two events.
        """
        m = self.n_events
        if m < 2:
            raise ValueError("the variance of the mean needs at least two events")
        return Estimate(self.area(), float(np.sqrt(m / (m - 1) * self._area_variance())))

    def restricted_mean(self, horizon):
        """Restricted mean: the area under S(t) from 0 to a fixed horizon in months.

        Relief that outlasts the horizon counts as the horizon. The variance is the sum
        of `mean`, taken up to the horizon and without m / (m - 1), as in R's
        ``print(survfit(...), rmean = horizon)``: Greenwood's terms weighted by areas
        (Karrison, 1987).

        Raises ValueError where the curve ends, above 0, before the horizon.
        """
        if horizon > self.months.max() and self.table["survival"].iloc[-1] > 0:
            raise ValueError(f"the curve ends at {self.months.max():g} months, before {horizon:g}")
        return Estimate(self.area(horizon), float(np.sqrt(self._area_variance(horizon))))

    def area(self, horizon=np.inf):
        """Area under S(t) from 0 to the largest time, or to a horizon, in months."""
        edges = np.minimum(np.concatenate([[0.0], self.table.index]), horizon)
        heights = np.concatenate([[1.0], self.table["survival"].to_numpy()[:-1]])
        return float(np.sum(np.diff(edges) * heights))

    def _area_variance(self, horizon=np.inf):
        """Sum of A_i^2 d_i / (n_i (n_i - d_i)), A_i the area from t_i to the horizon.

        The last time contributes nothing where everybody at risk has the event.
        """
        times = np.minimum(self.table.index, horizon)
        steps = np.diff(times, append=times[-1]) * self.table["survival"]
        areas = steps[::-1].cumsum()[::-1]
        n, d = self.table["at_risk"], self.table["events"]
        survivors = (n - d).where(n > d, 1)
        return float(np.sum(areas**2 * d / (n * survivors)))

    def median(self):
        """Median duration: the first time at which S(t) <= 0.5.

        Standard error as SPSS and BMDP print it: se(S(t)) / f(t) with the density taken
        as ``f = (S(u) - S(l)) / (l - u)``, u the last event time with S >= 0.55, l the
        first with S <= 0.45 (SPSS Statistics Algorithms, KM).

        Raises ValueError where the curve does not come down far enough.
        """
        steps = self.table.loc[self.table["events"] > 0, "survival"]
        upper = steps[steps >= 0.55 - TIE]
        lower = steps[steps <= 0.45 + TIE]
        time = self.median_time()
        if np.isinf(time):
            raise ValueError("the median is not reached")
        if lower.empty:
            raise ValueError("the median's standard error needs a curve that falls to 0.45")
        start, height = (upper.index[-1], upper.iloc[-1]) if len(upper) else (0.0, 1.0)
        density = (height - lower.iloc[0]) / (lower.index[0] - start)
        return Estimate(time, float(self.se_at(time) / density))

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


def first_time(heights, height):
    """First time at which a falling step curve is at or below a height; inf if never.

    heights : Series by time in months; missing heights are passed over.
    """
    below = heights[heights <= height + TIE]
    return float(below.index[0]) if len(below) else float("inf")
