"""Both courses and a stratified curve from adtte.csv, with pandas and lifelines alone.

Run it where adtte.csv and patients.csv lie:  python courses.py
"""

import pandas as pd
from lifelines import KaplanMeierFitter

# "N/A" is a printed outcome: pandas must not take it for a missing value.
adtte = pd.read_csv("adtte.csv", keep_default_na=False)
patients = pd.read_csv("patients.csv", keep_default_na=False)


def curve(rows, label):
    """Kaplan-Meier estimate of some rows; CNSR is 1 where a time is censored."""
    fitter = KaplanMeierFitter().fit(rows["AVAL"], 1 - rows["CNSR"], label=label)
    heights = ", ".join(f"S({time}) = {fitter.predict(time):.3f}" for time in (3, 12))
    events = int((1 - rows["CNSR"]).sum())
    print(f"{label}: {len(rows)} patients, {events} events, {heights}")
    return fitter


# One PARAMCD is one curve, with each patient once: RELAPSE1 is the first course as printed,
# RELAP1R1 the same under repair R1. ANL01FL and ANL02FL mark the analyses in all courses.
curves = [
    curve(adtte[adtte["PARAMCD"] == code], label)
    for code, label in {
        "RELAPSE1": "first course, as printed",
        "RELAP1R1": "first course, under R1",
        "RELAPSE2": "second course",
    }.items()
]

# SUBJID is the key patient of patients.csv: any of its columns can stratify.
first = adtte[adtte["PARAMCD"] == "RELAPSE1"].merge(
    patients, left_on="SUBJID", right_on="patient", validate="one_to_one"
)
for column in ("sex", "crps_type"):
    for value, rows in first.groupby(column):
        curve(rows, f"first course, {column} {value}")

# To see them, with matplotlib:
# axes = curves[0].plot_survival_function()
# curves[2].plot_survival_function(ax=axes)
# axes.figure.savefig("courses.png")
