"""How many of the next patients: predictive distributions of a count."""

from dataclasses import dataclass

import numpy as np
from scipy.special import betaln, gammaln

from .curves import TIE, FloatArray

JEFFREYS = 0.5  # added to both counts


@dataclass(frozen=True)
class Evidence:
    """What is known of a probability: a beta distribution, as after so many of so many patients.

    Attributes
    ----------
    count : float
        Patients, perhaps a fraction, who met the condition.
    n : float
        Patients behind it, perhaps a fraction.
    """

    count: float
    n: float

    def __post_init__(self) -> None:
        """Refuse what is no count of patients."""
        if not (0 <= self.count <= self.n and self.n > 0):
            raise ValueError(f"0 <= count <= n, n > 0, not {self.count:g} and {self.n:g}")

    @classmethod
    def of_survival(cls, survival: float, se: float) -> "Evidence":
        """Find the number of patients, all observed, that would give S(t) the same error.

        Parameters
        ----------
        survival : float
            S(t), above 0 and below 1.
        se : float
            Greenwood's standard error of S(t), above 0.

        Returns
        -------
        Evidence
            n = S(t) (1 - S(t)) / se^2 patients, S(t) of them with relief beyond t.

        Raises
        ------
        ValueError
            If S(t) is 0 or 1 or the error is 0: then Greenwood's formula says nothing.

        Examples
        --------
        >>> Evidence.of_survival(0.75, 0.125)
        Evidence(count=9.0, n=12.0)
        """
        if not (0 < survival < 1 and se > 0):
            raise ValueError("S(t) must be between 0 and 1, and its error above 0")
        n = survival * (1 - survival) / se**2
        return cls(survival * n, n)

    def next_counts(self, n: int) -> FloatArray:
        """Compute how many of the next patients will meet the condition.

        Parameters
        ----------
        n : int
            The next patients.

        Returns
        -------
        ndarray of float, shape (n + 1,)
            Probability of 0, 1 ... n: the beta-binomial distribution, from the prior of
            Jeffreys.

        References
        ----------
        Brown LD, Cai TT, DasGupta A. Interval estimation for a binomial proportion. Stat Sci
        2001;16:101-133. (The prior.)

        Examples
        --------
        >>> Evidence(1, 2).next_counts(1).tolist()
        [0.5, 0.5]
        """
        yes, no = self.count + JEFFREYS, self.n - self.count + JEFFREYS
        k = np.arange(n + 1)
        ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
        return np.asarray(np.exp(ways + betaln(k + yes, n - k + no) - betaln(yes, no)))


def predictive_limits(probabilities: FloatArray) -> tuple[int, int]:
    """Find the limits of a 95% predictive interval of a count.

    Parameters
    ----------
    probabilities : ndarray of float, shape (n + 1,)
        Of 0, 1 ... n.

    Returns
    -------
    lower, upper : int
        Fewer than the lower, and more than the upper, each happen at most 2.5% of the time.

    Examples
    --------
    >>> predictive_limits(np.array([0.02, 0.02, 0.5, 0.46]))
    (1, 3)
    """
    below = np.cumsum(probabilities)  # of 0 to k
    lower = int(np.argmax(below > 0.025 + TIE))
    upper = int(np.argmax(below >= 0.975 - TIE))
    return lower, upper
