# Follow-up, exact limits and Frank's copula of Correll et al. (2004) by R.
#
#   Rscript tests/r/follow_up.R > tests/r/follow_up.csv
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
  cat(sprintf("%s,%s,%s,%.15g\n", data, quantity, months, value), sep = "")
}

for (row in which(repairs$repair == "R1")) {
  cell <- repairs[row, ]
  stopifnot(cell$column == "relief_months")
  here <- cycles$patient == cell$patient & cycles$cycle == cell$cycle
  cycles$relief_months[here] <- as.numeric(sub(">", "", cell$read_as, fixed = TRUE))
  cycles$event[here] <- as.integer(!grepl(">", cell$read_as, fixed = TRUE))
}

# Quartiles of the losses, with the relapses as censored.
write_quartiles <- function(data, quantity, months, lost) {
  found <- quantile(survfit(Surv(months, lost) ~ 1, conf.type = "log-log"), c(0.25, 0.5, 0.75))
  for (part in c("quantile", "lower", "upper")) {
    write_number(data, paste(quantity, part), names(found[[part]]), found[[part]])
  }
}

for (number in 1:2) {
  data <- c("first", "second")[number]
  course <- cycles[cycles$cycle == number, ]
  lost <- 1 - course$event
  # A loss comes a little after the relapses of its time; taken off again below.
  write_quartiles(data, "follow-up", course$relief_months + 0.001 * lost, lost)
  write_quartiles(data, "losses first", course$relief_months, lost)

  relapses <- sum(course$event == 1 & course$relief_months > 0) # who had no relief is at 0
  test <- poisson.test(relapses, sum(course$relief_months))
  write_number(data, "relapses", "", relapses)
  write_number(data, "person-months", "", sum(course$relief_months))
  write_number(data, c("rate lower", "rate upper"), "", test$conf.int)

  fit <- survfit(Surv(relief_months, event) ~ 1, data = course)
  steps <- summary(fit, times = c(3, 6, 12))
  write_number(data, "6 given 3", "", steps$surv[2] / steps$surv[1])
  write_number(data, "survival", c(3, 6, 12), steps$surv)
  write_number(data, "standard error", c(3, 6, 12), steps$std.err)
  later <- survfit(
    Surv(relief_months, event) ~ 1,
    data = course, subset = relief_months > 3, conf.type = "log-log"
  )
  steps <- summary(later, times = 6)
  write_number(data, c("6 given 3 lower", "6 given 3 upper"), "", c(steps$lower, steps$upper))
}

# Exact limits of shares: those of the first course are over 33, those of the second over 12.
for (n in c(33, 12)) {
  for (count in 0:n) {
    limits <- binom.test(count, n)$conf.int
    write_number(paste("of", n), c("exact lower", "exact upper"), count, limits)
  }
}

# The parameter of Frank's copula that has a given Kendall's tau.
tau_of <- function(theta) {
  area <- integrate(function(x) x / expm1(x), 0, theta, rel.tol = 1e-12)$value
  1 - 4 / theta * (1 - area / theta)
}
for (tau in c(0.1, 0.25, 0.5, 0.9)) {
  theta <- uniroot(function(x) tau_of(x) - tau, c(0.01, 100), tol = 1e-12)$root
  write_number("frank", "theta", tau, theta)
}
