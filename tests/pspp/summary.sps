* Summary statistics of Table 2 by GNU PSPP, from the exported patients and cycles.
* Run it from the top folder: pspp -O format=csv tests/pspp/summary.sps > tests/pspp/summary.csv.

GET DATA /TYPE=TXT /FILE='data/exports/patients.csv' /DELIMITERS=',' /QUALIFIER='"'
  /FIRSTCASE=2
  /VARIABLES=patient F3.0 age_years F3.0 sex A1 crps_months F6.2 lower A5 region A60
    crps_type A2 n_cycles F1.0 facts A255.
DESCRIPTIVES /VARIABLES=age_years crps_months /STATISTICS=MEAN STDDEV MINIMUM MAXIMUM.
EXAMINE /VARIABLES=age_years crps_months /STATISTICS=NONE /PERCENTILES(25, 50, 75)=HAVERAGE.
FREQUENCIES /VARIABLES=age_years crps_months /FORMAT=NOTABLE /PERCENTILES=25 50 75.

GET DATA /TYPE=TXT /FILE='data/exports/cycles.csv' /DELIMITERS=',' /QUALIFIER='"'
  /FIRSTCASE=2
  /VARIABLES=label A3 patient F3.0 cycle F1.0 rate_low F6.2 rate_max_mg_per_h F6.2
    infusion_days F6.2 relief_percent F5.1 relief_months F6.2 event F1.0 outcome A20
    printed A10 facts A255.
DESCRIPTIVES /VARIABLES=rate_max_mg_per_h infusion_days relief_percent
  /STATISTICS=MEAN STDDEV MINIMUM MAXIMUM.
EXAMINE /VARIABLES=rate_max_mg_per_h infusion_days relief_percent
  /STATISTICS=NONE /PERCENTILES(25, 50, 75)=HAVERAGE.
