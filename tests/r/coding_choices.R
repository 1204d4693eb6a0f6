# The headline results under every combination of coding choices, by R's survival package.
#
#   Rscript tests/r/coding_choices.R > tests/r/coding_choices.csv
#
# from the project's root. Takes the combinations from data/exports/multiverse.csv and the
# cycles from data/exports/cycles.csv; every option is coded here once more. One row per
# combination, in that file's order: n, events, value, lower, upper.

suppressPackageStartupMessages(library(survival))

cycles <- read.csv("data/exports/cycles.csv", encoding = "UTF-8")
patients <- read.csv("data/exports/patients.csv", encoding = "UTF-8")
combinations <- read.csv("data/exports/multiverse.csv", colClasses = "character")

recent <- patients$patient[patients$crps_months < 1]
unseen <- cycles$outcome == "no_follow_up"
last_visit <- 36

code <- function(choice, course) {
  months <- cycles$relief_months
  event <- cycles$event
  member <- cycles$cycle == course
  if (choice$patient_1 == "relapse") event[cycles$patient == 1] <- 1
  if (choice$patient_23 == "outcome") event[cycles$label == "23b"] <- 1
  if (choice$patient_23 == "excluded") member[cycles$label == "23b"] <- FALSE
  if (choice$patient_33 == "shoulders") {
    event[cycles$label == "33b"] <- 0
    if (course == 1) member[cycles$label == "33c"] <- TRUE
  }
  if (choice$no_follow_up == "excluded") {
    failed <- cycles$relief_percent < 100 & choice$partial_relief == "failure"
    member[unseen & !failed] <- FALSE
  }
  if (choice$no_follow_up == "relapsed") event[unseen] <- 1
  if (choice$no_follow_up == "lasting") months[unseen] <- last_visit
  if (choice$partial_relief == "failure") {
    months[cycles$relief_percent < 100] <- 0
    event[cycles$relief_percent < 100] <- 1
  }
  if (choice$no_relief == "excluded") member[cycles$relief_percent == 0] <- FALSE
  if (choice$recent == "excluded") member[cycles$patient %in% recent] <- FALSE
  added <- if (choice$broken_off == "failure") 2 else 0
  data.frame(months = c(months[member], rep(0, added)), event = c(event[member], rep(1, added)))
}

estimate <- function(headline, reading, course) {
  fit <- survfit(Surv(months, event) ~ 1, data = course, conf.type = "log-log")
  if (grepl("survival", headline)) {
    time <- as.numeric(sub(".*-", "", headline))
    if (reading == "at_least") time <- time - 1e-6
    found <- summary(fit, times = time, extend = TRUE)
    return(100 * c(found$surv, found$lower, found$upper))
  }
  totals <- summary(fit, rmean = "individual")$table
  if (grepl("median", headline)) return(totals[c("median", "0.95LCL", "0.95UCL")])
  m <- totals[["events"]]
  error <- totals[["se(rmean)"]] * sqrt(m / (m - 1))
  totals[["rmean"]] + c(0, -1.96, 1.96) * error
}

cat("n,events,value,lower,upper\n")
for (row in seq_len(nrow(combinations))) {
  choice <- combinations[row, ]
  number <- if (grepl("second", choice$headline)) 2 else 1
  course <- code(choice, number)
  found <- estimate(choice$headline, choice$reading, course)
  cat(sprintf("%d,%d,%.10g,%.10g,%.10g\n", nrow(course), as.integer(sum(course$event)),
              found[1], found[2], found[3]))
}
