# Both courses and a stratified curve from adtte.csv, the time-to-event file.
# Run it where adtte.csv and patients.csv lie:  Rscript courses.R

library(survival)

adtte <- read.csv("adtte.csv", na.strings = "", encoding = "UTF-8")

# One PARAMCD is one curve, with each patient once. RELAPSE1 is the first course as printed,
# RELAP1R1 the same under repair R1; ANL01FL and ANL02FL mark the two analyses in all courses.
# CNSR is 1 where a time is censored: Surv wants the opposite.
first <- subset(adtte, PARAMCD == "RELAPSE1")
print(survfit(Surv(AVAL, CNSR == 0) ~ 1, data = first))

under_r1 <- subset(adtte, ANL02FL == "Y" & PARAMCD %in% c("RELAP1R1", "RELAPSE2"))
courses <- survfit(Surv(AVAL, CNSR == 0) ~ PARAMCD, data = under_r1, conf.type = "log-log")
print(courses)
summary(courses, times = c(3, 12), extend = TRUE)

# SUBJID is the key patient of patients.csv: any of its columns can stratify.
patients <- read.csv("patients.csv", na.strings = "", encoding = "UTF-8")
joined <- merge(first, patients, by.x = "SUBJID", by.y = "patient")
by_sex <- survfit(Surv(AVAL, CNSR == 0) ~ SEX, data = joined)
by_type <- survfit(Surv(AVAL, CNSR == 0) ~ crps_type, data = joined)
print(by_sex)
print(by_type)

draw <- function(fit, title, names) {
  plot(fit, mark.time = TRUE, lty = 1:2, lwd = 2, xaxt = "n", main = title,
       xlab = "Months since the infusion", ylab = "In remission")
  axis(1, at = c(0, 3, 6, 12, 18, 24, 30, 36))
  legend("topright", names, lty = 1:2, lwd = 2, bty = "n")
}

pdf("courses.pdf", width = 5, height = 4)
draw(courses, "Both courses, under R1", c("first", "second"))
draw(by_sex, "First course by sex, as printed", c("women", "men"))
invisible(dev.off())
