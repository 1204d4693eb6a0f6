"""Kaplan-Meier estimation: lifelines, and the few quantities that it lacks.

The curve comes from ``lifelines.KaplanMeierFitter``. Added here, each with its source:
number at risk as R counts it and Greenwood's standard error as a number. Means and medians
with their errors are those of `correll2004.stats.curves`, exact limits those of
`correll2004.stats.beta_product`. Times are in months throughout.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from . import beta_product
from .curves import (
    TIE,
    Z95,
    BoolArray,
    Curves,
    FloatArray,
    IntArray,
    checked_outcomes,
    distinct_times,
    is_before,
    is_until,
)

Z95_EXACT = 1.959963984540054  # the same quantile as R and lifelines compute it
EXACT = ("exact", "mid-p")  # the limits of `beta_product`


@dataclass(frozen=True)
class Estimate:
    """An estimate in months with its standard error and 95% limits.

    Attributes
    ----------
    value : float
        The estimate.
    se : float
        Its standard error.
    """

    value: float
    se: float

    @property
    def lower(self) -> float:
        """Lower limit; not cut off at 0, whereas Table 5 prints a negative limit as 0.00."""
        return self.value - Z95 * self.se

    @property
    def upper(self) -> float:
        """Upper limit."""
        return self.value + Z95 * self.se


class KaplanMeier:
    """Kaplan-Meier estimate of remission from right-censored times.

    Parameters
    ----------
    months : array-like of float, shape (n,)
        Times in months, finite and at least 0. Those that differ by rounding noise alone,
        such as 0.3 and 0.1 + 0.2, are one time.
    event : array-like of int, shape (n,)
        1 for a relapse or failure at that time, 0 for a censored time.

    Attributes
    ----------
    months, event : ndarray, shape (n,)
        The times and events.
    table : DataFrame
        One row per distinct time, indexed by it, with the columns ``at_risk`` (patients
        with a time at or after it), ``events``, ``censored``, ``survival`` S(t) and
        ``greenwood_se``, its standard error.

    Raises
    ------
    ValueError
        If there are no times, lengths differ, a time is missing, infinite, negative or not
        a number, or an event is neither 1 nor 0.

    References
    ----------
    Kaplan EL, Meier P. Nonparametric estimation from incomplete observations. J Am Stat
    Assoc 1958;53:457-481.

    Examples
    --------
    >>> curve = KaplanMeier([1, 2, 3, 4], [1, 1, 0, 1])
    >>> curve.survival_at(2)
    0.5
    >>> curve.at_risk(3)
    2
    """

    def __init__(self, months: ArrayLike, event: ArrayLike):
        checked, self.event = checked_outcomes(months, event)
        if checked.ndim != 1:
            raise ValueError("months and event must be one-dimensional")
        self._times, which = distinct_times(checked)
        self.months: FloatArray = self._times[which]
        self._curve = Curves(2 * which[None, :] + 1 - self.event, self._times)
        # Here, since it loads scipy.stats: a chapter without a curve starts sooner.
        from lifelines import KaplanMeierFitter

        fitter = KaplanMeierFitter().fit(self.months, self.event)

        def at_times(frame: pd.DataFrame | pd.Series) -> FloatArray:
            # lifelines puts a row for 0 before the observed times, if there is none
            return np.asarray(frame.to_numpy()[-len(self._times) :])

        at_risk = np.array([self.at_risk(time) for time in self._times])
        events = at_times(fitter.event_table["observed"]).astype(int)
        survival = at_times(fitter.survival_function_[fitter.label])
        columns = {
            "at_risk": at_risk,
            "events": events,
            "censored": at_times(fitter.event_table["censored"]).astype(int),
            "survival": survival,
            "greenwood_se": self._greenwood(at_risk, events, survival),
        }
        self.table = pd.DataFrame(columns, index=pd.Index(self._times, name="months"))
        log_log = at_times(fitter.confidence_interval_survival_function_)
        self._limits = {"log-log": self._at_edges(*log_log.T)}

    @staticmethod
    def _greenwood(at_risk: IntArray, events: IntArray, survival: FloatArray) -> FloatArray:
        """Standard error of S(t), Greenwood (1926): S(t) sqrt(sum d / (n (n - d))).

        0 where S(t) is 0; R's summary of a survfit has NaN there.
        """
        survivors = at_risk - events  # none where S(t) is 0: any term will do there
        total: FloatArray = np.cumsum(events / (at_risk * np.maximum(survivors, 1)))
        return survival * np.sqrt(total)

    @property
    def n(self) -> int:
        """Number of patients."""
        return len(self.months)

    @property
    def n_events(self) -> int:
        """Number of relapses and failures."""
        return int(self.event.sum())

    @property
    def n_censored(self) -> int:
        """Number of censored patients."""
        return self.n - self.n_events

    def at_risk(self, time: float) -> int:
        """Count the patients at risk just before a time: those whose time is at or after it.

        The rule of R's survfit. (lifelines' ``add_at_risk_counts`` has no such row.)

        Parameters
        ----------
        time : float
            In months.

        Returns
        -------
        int
        """
        return int((~is_before(self.months, time)).sum())

    def censored_at(self, time: float) -> int:
        """Count the patients censored at exactly a time in months."""
        at_time = is_until(self.months, time) & ~is_before(self.months, time)
        return int((at_time & (self.event == 0)).sum())

    def survival_at(self, time: float) -> float:
        """Read S(t) = P(T > t) off the curve, at and after a step at t.

        Parameters
        ----------
        time : float
            Time t in months.

        Returns
        -------
        float
            Survival probability; 1 before the first time.
        """
        until = self.table.loc[is_until(self._times, time), "survival"]
        return float(until.iloc[-1]) if len(until) else 1.0

    def survival_just_before(self, time: float) -> float:
        """Read S(t-) = P(T >= t): a relapse at exactly t still counts as relief up to t.

        Parameters
        ----------
        time : float
            Time t in months.

        Returns
        -------
        float
            Survival probability; 1 up to the first time.
        """
        before = self.table.loc[is_before(self._times, time), "survival"]
        return float(before.iloc[-1]) if len(before) else 1.0

    def se_at(self, time: float) -> float:
        """Greenwood's standard error of S(t) at a time in months; 0 before the first time."""
        until = self.table.loc[is_until(self._times, time), "greenwood_se"]
        return float(until.iloc[-1]) if len(until) else 0.0

    def limits(self, method: str = "exact") -> pd.DataFrame:
        """Compute pointwise 95% confidence limits of S(t).

        Parameters
        ----------
        method : {"exact", "mid-p", "log-log", "log", "plain"}
            ``exact`` and ``mid-p``: `beta_product.limits`. The others are symmetric on a scale,
            with Greenwood's variance, and named as R's ``conf.type``: ``log-log``, lifelines'
            own; ``log``, R's default; ``plain``, S(t) itself. ``log`` and ``plain`` are cut
            off at 1 and 0. Where S(t) is 1 or 0, these three are S(t).

        Returns
        -------
        DataFrame
            Columns ``lower`` and ``upper``, by time in months.

        Raises
        ------
        ValueError
            For another method.
        """
        if method not in self._limits:
            survival = self.table["survival"].to_numpy()
            error = Z95_EXACT * self.table["greenwood_se"].to_numpy()
            if method in EXACT:
                found = self._exact_limits(self._times, method)
                self._limits[method] = pd.DataFrame(found, index=self.table.index)
            elif method == "plain":
                self._limits[method] = self._at_edges(survival - error, survival + error)
            elif method == "log":
                factor = np.exp(error / np.where(survival > 0, survival, 1))
                self._limits[method] = self._at_edges(survival / factor, survival * factor)
            else:
                raise ValueError(f"no such method: {method!r}")
        return self._limits[method].copy()

    def _exact_limits(self, times: ArrayLike, method: str) -> dict[str, FloatArray]:
        """Exact or mid-p limits of S(t) at some times in months."""
        until = np.hstack([is_until(self._curve.months, time) for time in np.asarray(times)])
        lower, upper = beta_product.limits(self._curve.event, until, method == "mid-p")
        return {"lower": lower, "upper": upper}

    def _at_edges(self, lower: FloatArray, upper: FloatArray) -> pd.DataFrame:
        """Limits by time, from 0 to 1; those where S(t) is 1 or 0 are S(t)."""
        survival = self.table["survival"].to_numpy()
        inside = (survival > 0) & (survival < 1)
        limits = np.where(inside, np.clip([lower, upper], 0, 1), survival)
        return pd.DataFrame(limits.T, columns=["lower", "upper"], index=self.table.index)

    def limits_at(self, time: float, method: str = "exact") -> tuple[float, float]:
        """Lower and upper 95% limit of S(t) at a time in months, as `limits` has them."""
        return self._last_limits(is_until(self._times, time), method)

    def limits_just_before(self, time: float, method: str = "exact") -> tuple[float, float]:
        """Lower and upper 95% limit of S(t-) at a time in months, as `limits` has them."""
        return self._last_limits(is_before(self._times, time), method)

    def _last_limits(self, chosen: BoolArray, method: str) -> tuple[float, float]:
        """The limits at the last of the chosen times; before the first time, those from 0 on."""
        found = self.limits(method)[chosen]
        if found.empty and method not in EXACT:
            return 1.0, 1.0
        last = self._exact_limits([-1], method) if found.empty else found.iloc[-1:]
        return np.asarray(last["lower"]).item(), np.asarray(last["upper"]).item()

    def mean(self) -> Estimate:
        """Mean duration: the area under S(t) from 0 to the largest time, event or censored.

        Returns
        -------
        Estimate
            In months; `Curves.mean` has the formula.

        Raises
        ------
        ValueError
            If there are fewer than two events: the variance is not defined.
        """
        if self.n_events < 2:
            raise ValueError("the variance of the mean needs at least two events")
        return _estimate(self._curve.mean)

    def restricted_mean(self, horizon: float) -> Estimate:
        """Restricted mean: the area under S(t) from 0 to a fixed horizon.

        Relief that outlasts the horizon counts as the horizon.

        Parameters
        ----------
        horizon : float
            In months, above 0.

        Returns
        -------
        Estimate
            In months; `Curves.restricted_mean` has the formula.

        Raises
        ------
        ValueError
            If the horizon is not a finite time above 0, or the curve ends before it, above 0.
        """
        return _estimate(self._curve.restricted_mean(horizon))

    def area(self) -> float:
        """Area under S(t) from 0 to the largest time, event or censored, in months."""
        return float(self._curve.mean[0][0])

    def median(self) -> Estimate:
        """Median duration: the first time at which S(t) <= 0.5.

        Returns
        -------
        Estimate
            In months; `Curves.median` has the formula of the error.

        Raises
        ------
        ValueError
            If S(t) stays above 0.5, or does not fall to 0.45, which the error needs.
        """
        found = _estimate(self._curve.median)
        if np.isinf(found.value):
            raise ValueError("there is no median: S(t) stays above 0.5")
        if np.isnan(found.se):
            raise ValueError("the median's standard error needs a curve that falls to 0.45")
        return found

    def median_time(self) -> float:
        """First time in months at which S(t) <= 0.5; inf where the curve stays above."""
        return first_time(self.table["survival"], 0.5)

    def median_limits(self, method: str = "exact") -> tuple[float, float]:
        """95% confidence limits of the median: `quantile_limits` at one half.

        Parameters
        ----------
        method : {"exact", "mid-p", "log-log", "log", "plain"}
            As in `limits`.

        Returns
        -------
        lower, upper : float
            In months; inf where a limit of S(t) stays above 0.5.
        """
        return self.quantile_limits(0.5, method)

    def quantile_limits(self, probability: float, method: str = "exact") -> tuple[float, float]:
        """95% confidence limits of a quantile, after Brookmeyer and Crowley (1982).

        The first times at which the pointwise limits of S(t) are at or below a probability.
        Times at which S(t) is 0 are left out for the methods that have no limits there.

        Parameters
        ----------
        probability : float
            Between 0 and 1: 0.5 for the median.
        method : {"exact", "mid-p", "log-log", "log", "plain"}
            As in `limits`.

        Returns
        -------
        lower, upper : float
            In months; inf where a limit of S(t) stays above the probability.

        References
        ----------
        Brookmeyer R, Crowley J. A confidence interval for the median survival time.
        Biometrics 1982;38:29-41.
        """
        limits = self.limits(method)
        if method not in EXACT:
            limits = limits[self.table["survival"] > 0]
        return first_time(limits["lower"], probability), first_time(limits["upper"], probability)


def _estimate(found: tuple[FloatArray, FloatArray]) -> Estimate:
    """The estimate of the one version, from values and errors of `Curves`."""
    value, se = found
    return Estimate(float(value[0]), float(se[0]))


def first_time(survival: "pd.Series[float]", probability: float) -> float:
    """First time at which a step curve is at or below a probability.

    Parameters
    ----------
    survival : Series of float
        Survival probabilities, or their limits, by time in months. Missing ones are
        passed over.
    probability : float

    Returns
    -------
    float
        In months; inf if the curve stays above.
    """
    below = survival[survival <= probability + TIE]
    return float(below.index[0]) if len(below) else float("inf")
