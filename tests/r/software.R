# What R's survival package prints by default of the curves of Correll et al. (2004).
#
#   Rscript tests/r/software.R > tests/r/software.csv
#
# from the project's root. Reads data/exports/ and data/repairs.csv, writes one number a
# line under a header that names the versions.

suppressPackageStartupMessages(library(survival))

cycles <- read.csv("data/exports/cycles.csv", encoding = "UTF-8")
repairs <- read.csv("data/repairs.csv", encoding = "UTF-8")

cat("# R ", as.character(getRversion()), "\n", sep = "")
cat("# survival ", as.character(packageVersion("survival")), "\n", sep = "")
cat("data,quantity,months,value\n")

write_number <- function(data, quantity, months, value) {
  cat(sprintf("%s,%s,%s,%.15g\n", data, quantity, months, as.numeric(value)), sep = "")
}

write_fit <- function(data, months, event) {
  fit <- survfit(Surv(months, event) ~ 1)  # conf.type = "log", the default
  printed <- summary(fit, rmean = "individual")$table
  for (name in c("records", "events", "rmean", "se(rmean)", "median", "0.95LCL", "0.95UCL")) {
    write_number(data, name, "", printed[[name]])
  }
  write_number(data, "quantile", c("0.25", "0.5", "0.75"), quantile(fit)$quantile)
  steps <- summary(fit, censored = TRUE)
  for (name in c("n.risk", "surv", "lower", "upper")) {
    write_number(data, name, steps$time, steps[[name]])
  }
  log_log <- survfit(Surv(months, event) ~ 1, conf.type = "log-log")
  for (name in c("0.95LCL", "0.95UCL")) {
    write_number(data, paste("log-log", name), "", summary(log_log)$table[[name]])
  }
}

# Times of 0 as they are, and left out as Stata and Prism do.
write_curve <- function(data, course) {
  write_fit(data, course$relief_months, course$event)
  above <- course[course$relief_months > 0, ]
  write_fit(paste(data, "without zeros"), above$relief_months, above$event)
  known <- course[course$relief_months > 0 | course$event == 1, ]
  write_fit(paste(data, "without lost"), known$relief_months, known$event)
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

# A curve that stands at exactly one half, from the CAMIS project.
times <- c(54, 75, 77, 84, 87, 92, 103, 105, 112, 118)
write_fit("half last censored", times, c(1, 1, 1, 1, 1, 0, 0, 0, 0, 0))
write_fit("half last relapsed", times, c(1, 1, 1, 1, 1, 0, 0, 0, 0, 1))
