# Exact limits of Correll et al. (2004) by R's bpcp package, of the procedure's authors.
#
#   Rscript tests/r/bpcp.R > tests/r/bpcp.csv
#
# from the project's root. Reads data/exports/ and data/repairs.csv, writes one number a line
# under a header that names the versions. bpcp's default takes the product of beta variables
# as a beta variable with the same mean and variance (method of moments): exact, mid-p. Its
# other way draws the variables: exact drawn. A row holds from its month until the next one.

suppressPackageStartupMessages(library(bpcp))

cycles <- read.csv("data/exports/cycles.csv", encoding = "UTF-8")
repairs <- read.csv("data/repairs.csv", encoding = "UTF-8")

cat("# R ", as.character(getRversion()), "\n", sep = "")
cat("# bpcp ", as.character(packageVersion("bpcp")), "\n", sep = "")
cat("data,quantity,months,value\n")

write_number <- function(data, quantity, months, value) {
  cat(sprintf("%s,%s,%s,%.15g\n", data, quantity, months, value), sep = "")
}

write_limits <- function(data, months, event) {
  for (midp in c(FALSE, TRUE)) {
    # A finer tolerance than the default, of 1e-4, for the mid-p limits.
    fit <- bpcp(months, event, midp = midp, control = bpcpControl(midpMMTol = 1e-12))
    method <- if (midp) "mid-p" else "exact"
    last <- !duplicated(fit$L, fromLast = TRUE) # from 0 on, twice if there are times of 0
    write_number(data, paste("lower", method), fit$L[last], fit$lower[last])
    write_number(data, paste("upper", method), fit$L[last], fit$upper[last])
    found <- median(fit)
    write_number(data, paste("median lower", method), "", found[, "lower"])
    write_number(data, paste("median upper", method), "", found[, "upper"])
  }
  fit <- bpcp(months, event, nmc = 2e5) # from a fixed seed
  last <- !duplicated(fit$L, fromLast = TRUE)
  write_number(data, "lower exact drawn", fit$L[last], fit$lower[last])
  write_number(data, "upper exact drawn", fit$L[last], fit$upper[last])
}

repaired <- cycles
for (row in which(repairs$repair == "R1")) {
  cell <- repairs[row, ]
  stopifnot(cell$column == "relief_months")
  here <- repaired$patient == cell$patient & repaired$cycle == cell$cycle
  repaired$relief_months[here] <- as.numeric(sub(">", "", cell$read_as, fixed = TRUE))
  repaired$event[here] <- as.integer(!grepl(">", cell$read_as, fixed = TRUE))
}

write_course <- function(data, course) write_limits(data, course$relief_months, course$event)

write_course("first as printed", cycles[cycles$cycle == 1, ])
write_course("first under R1", repaired[repaired$cycle == 1, ])
write_course("second", cycles[cycles$cycle == 2, ])

# Weeks of remission in acute leukemia, 6-mercaptopurine (Freireich et al. 1963).
data(leuk)
write_limits("leukemia", leuk$time, leuk$status)
