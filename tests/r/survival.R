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
  for (name in c("records", "events", "rmean", "se(rmean)", "median")) {
    write_number(data, name, "", totals[[name]])
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
