# Figure 1 of Correll et al. (2004) from cycles.csv: curve, numbers at risk, Table 5's mean.
# Run it where cycles.csv lies:  Rscript curve.R

library(survival)

cycles <- read.csv("cycles.csv", encoding = "UTF-8")
first <- subset(cycles, cycle == 1)

# Repair R1: the paper's numbers need Patient 1 as a relapse; Table 1 prints >1.25.
first$event[first$patient == 1] <- 1

fit <- survfit(Surv(relief_months, event) ~ 1, data = first, conf.type = "log-log")
print(fit, rmean = 36, digits = 4)
summary(fit, times = c(0, 3, 6, 12, 24, 36))

# Its standard error as in Table 5 has the factor m / (m - 1), m the number of events.
totals <- summary(fit, rmean = 36)$table
m <- totals[["events"]]
cat(sprintf("mean %.4f (%.4f)\n", totals[["rmean"]], totals[["se(rmean)"]] * sqrt(m / (m - 1))))

# To see it: plot(fit, mark.time = TRUE, xlab = "Months", ylab = "In remission")
