# Kaplan-Meier estimates of Correll et al. (2004) by R's survival package.
#
#   Rscript tests/r/survival.R > tests/r/survival.csv
#
# from the project's root. Reads data/exports/ and data/repairs.csv, writes one number a
# line under a header that names the versions. Quartiles are type 6, as SPSS computes them.

suppressPackageStartupMessages(library(survival))

cycles <- read.csv("data/exports/cycles.csv", encoding = "UTF-8")
patients <- read.csv("data/exports/patients.csv", encoding = "UTF-8")
repairs <- read.csv("data/repairs.csv", encoding = "UTF-8")

cat("# R ", as.character(getRversion()), "\n", sep = "")
cat("# survival ", as.character(packageVersion("survival")), "\n", sep = "")
cat("data,quantity,months,value\n")

write_number <- function(data, quantity, months, value) {
  cat(sprintf("%s,%s,%s,%.15g\n", data, quantity, months, value), sep = "")
}

write_curve <- function(data, course) {
  fit <- survfit(Surv(relief_months, event) ~ 1, data = course, conf.type = "log-log")
  # summary() turns the standard error of log S into Greenwood's standard error of S.
  steps <- summary(fit, censored = TRUE)
  for (name in c("n.risk", "n.event", "n.censor", "surv", "std.err", "lower", "upper")) {
    write_number(data, name, steps$time, steps[[name]])
  }
  # Integrated up to the curve's own last time.
  totals <- summary(fit, rmean = "individual")$table
  for (name in c("records", "events", "rmean", "se(rmean)", "median", "0.95LCL", "0.95UCL")) {
    write_number(data, name, "", totals[[name]])
  }
  for (horizon in c(6, 12, 24)) {
    totals <- summary(fit, rmean = horizon)$table
    write_number(data, "rmean at", horizon, totals[["rmean"]])
    write_number(data, "se(rmean) at", horizon, totals[["se(rmean)"]])
  }
  for (transform in c("log", "plain")) {
    fit <- survfit(Surv(relief_months, event) ~ 1, data = course, conf.type = transform)
    steps <- summary(fit, censored = TRUE)
    write_number(data, paste("lower", transform), steps$time, steps$lower)
    write_number(data, paste("upper", transform), steps$time, steps$upper)
  }
}

repaired <- cycles
for (row in which(repairs$repair == "R1")) {
  cell <- repairs[row, ]
  stopifnot(cell$column == "relief_months")
  here <- repaired$patient == cell$patient & repaired$cycle == cell$cycle
  repaired$relief_months[here] <- as.numeric(sub(">", "", cell$read_as, fixed = TRUE))
  repaired$event[here] <- as.integer(!grepl(">", cell$read_as, fixed = TRUE))
}

write_curve("first as printed", cycles[cycles$cycle == 1, ])
write_curve("first under R1", repaired[repaired$cycle == 1, ])
write_curve("second", cycles[cycles$cycle == 2, ])

write_quartiles <- function(column, values) {
  found <- quantile(values, c(0.25, 0.75), type = 6, names = FALSE)
  write_number(column, "quartile.1", "", found[1])
  write_number(column, "quartile.3", "", found[2])
  write_number(column, "sd", "", sd(values))
}

write_quartiles("age_years", patients$age_years)
write_quartiles("crps_months", patients$crps_months)
write_quartiles("rate_max_mg_per_h", cycles$rate_max_mg_per_h)
write_quartiles("infusion_days", cycles$infusion_days)
write_quartiles("relief_percent", cycles$relief_percent)

# The pairs: each patient a stratum, the partial likelihood at given log hazard ratios.
pairs <- cycles[cycles$patient %in% cycles$patient[cycles$cycle == 2] & cycles$cycle < 3, ]
pairs$second <- as.numeric(pairs$cycle == 2)
for (b in c(-4, -1, 0, 1)) {
  fit <- coxph(
    Surv(relief_months, event) ~ second + strata(patient),
    data = pairs, init = b, control = coxph.control(iter.max = 0)
  )
  write_number("pairs", "log-likelihood", b, fit$loglik[2])
}

# Wilson's interval is that of the score test without continuity correction.
for (count in c(0, 2, 25, 33)) {
  limits <- suppressWarnings(prop.test(count, 33, correct = FALSE))$conf.int
  write_number("of 33", "wilson lower", count, limits[1])
  write_number("of 33", "wilson upper", count, limits[2])
}

# Linearized standard error of the share of cycles with complete relief, patients as clusters.
hits <- tapply(cycles$relief_percent == 100, cycles$patient, sum)
sizes <- tapply(cycles$cycle, cycles$patient, length)
residuals <- lm(hits ~ 0 + sizes, weights = 1 / sizes)$residuals
write_number("cycles", "share", "", sum(hits) / sum(sizes))
write_number("cycles", "se", "", sqrt(length(sizes)) * sd(residuals) / sum(sizes))
