# Turnbull's estimates under readings of the printed months, by R's survival package.
#
#   Rscript tests/r/interval_censored.R > tests/r/interval_censored.csv
#
# from the project's root. Takes the cycles from data/exports/cycles.csv; every reading is coded
# here once more. survfit stops when no probability moves by more than 5e-5; its curve is also
# followed to the end by the same self-consistent steps, in base R ("em"). Limits are the ends of
# the profile likelihood, from such steps with S(t) held fixed.

suppressPackageStartupMessages(library(survival))

cat("# R ", as.character(getRversion()), "\n", sep = "")
cat("# survival ", as.character(packageVersion("survival")), "\n", sep = "")
cat("data,quantity,months,value\n")
put <- function(data, quantity, months, value) {
  cat(sprintf("%s,%s,%.10g,%.12g\n", data, quantity, months, value), sep = "")
}

cycles <- read.csv("data/exports/cycles.csv", encoding = "UTF-8")

# --- readings: times after which (l) and by which (r) a relapse came ------------------

steps <- c(seq(0, 2, 0.25), 2.5, 3:60) # the times that Table 1 could print
below <- function(t) max(steps[steps < t])
above <- function(t) min(steps[steps > t])
visit <- function(t, visits) max(visits[visits < t])
half_below <- function(t) if (t > 0) (t + below(t)) / 2 else 0

readings <- list(
  exact = function(t) c(t, t),
  late = function(t) c(max(0, t - 1), t),
  widening = function(t) c(visit(t, c(0, 1, 3, 6, 12, 24, 36)), t),
  every = function(t) c(visit(t, seq(0, 36, 3)), t),
  rounded = function(t) c(half_below(t), (t + above(t)) / 2),
  completed = function(t) c(t, above(t))
)

intervals <- function(course, relapsed, reading) {
  rows <- cycles[cycles$cycle == course, ]
  rows$outcome[rows$patient %in% relapsed] <- "relapse"
  ends <- mapply(function(t, outcome) {
    if (outcome == "no_relief") return(c(0, 0))
    if (outcome == "relapse") return(readings[[reading]](t))
    c(if (reading == "rounded") half_below(t) else t, Inf)
  }, rows$relief_months, rows$outcome)
  data.frame(l = ends[1, ], r = ends[2, ])
}

# --- the self-consistent steps --------------------------------------------------------

contains <- function(data, start, end) {
  outer(seq_len(nrow(data)), seq_along(start), function(i, j) {
    exact <- data$l[i] == data$r[i]
    from <- start[j] > data$l[i] | (start[j] == data$l[i] & (exact | end[j] > start[j]))
    from & end[j] <= data$r[i]
  }) * 1
}

# Probabilities in proportion, with a given sum; equal ones if nobody may have any of them.
share <- function(p, total) total * (if (sum(p) > 0) p / sum(p) else rep(1 / length(p), length(p)))

follow <- function(inside, p, after = NULL, s = NULL, tolerance = 1e-13, most = 20000) {
  for (step in seq_len(most)) {
    new <- p * colMeans(inside / drop(inside %*% p))
    if (!is.null(after)) {
      new[after] <- share(new[after], s)
      new[!after] <- share(new[!after], 1 - s)
    }
    if (max(abs(new - p)) < tolerance) break
    p <- new
  }
  new
}

log_likelihood <- function(inside, p) sum(log(inside %*% p))

# The time axis cut at all ends and at a time: single times, and the gaps between them.
cut_at <- function(data, time) {
  ends <- sort(unique(c(0, data$l, data$r[is.finite(data$r)], time)))
  start <- c(ends, ends)
  end <- c(ends, ends[-1], Inf)
  list(inside = contains(data, start, end), start = start, end = end)
}

likeliest <- function(cells) {
  follow(cells$inside, rep(1 / length(cells$start), length(cells$start)), most = 4000)
}

limits <- function(data, time) {
  cells <- cut_at(data, time)
  after <- cells$end > time
  p <- likeliest(cells)
  best <- log_likelihood(cells$inside, p)
  s <- sum(p[after])
  excess <- function(s) {
    from <- ifelse(after, s / sum(after), (1 - s) / sum(!after))
    held <- follow(cells$inside, from, after, s, 1e-10, 1500)
    best - log_likelihood(cells$inside, held) - qchisq(0.95, 1) / 2
  }
  edge <- 1e-9
  found <- c(lower = 0, upper = 1)
  if (s > edge && excess(edge) > 0) {
    found["lower"] <- uniroot(excess, c(edge, s), tol = 1e-9)$root
  }
  if (s < 1 - edge && excess(1 - edge) > 0) {
    found["upper"] <- uniroot(excess, c(s, 1 - edge), tol = 1e-9)$root
  }
  found
}

# Cells in the same intervals share their probability: all of it at the first, or at the last.
ends_of <- function(data, horizon) {
  cells <- cut_at(data, horizon)
  group <- apply(cells$inside, 2, paste, collapse = "")
  p <- tapply(likeliest(cells), group, sum)
  first <- tapply(cells$start, group, min)
  last <- tapply(cells$end, group, max)
  inside <- p > 1e-6
  first_half <- function(at) {
    order <- order(at[inside])
    unname(at[inside][order][which(cumsum(p[inside][order]) > 0.5 - 1e-6)[1]])
  }
  c(
    "rmean low" = sum(p * pmin(first, horizon)), "rmean high" = sum(p * pmin(last, horizon)),
    "median low" = first_half(first), "median high" = first_half(last)
  )
}

# Without an interval among the times, survfit of type interval2 counts one patient too many.
times <- function(data) {
  exact <- data$l == data$r
  if (all(exact | is.infinite(data$r))) return(Surv(data$l, exact))
  Surv(data$l, ifelse(is.finite(data$r), data$r, NA), type = "interval2")
}

# --- every course, coding and reading -------------------------------------------------

codings <- list(
  list(name = "first as tabulated", course = 1, relapsed = NULL, limits = FALSE),
  list(name = "first R1", course = 1, relapsed = 1, limits = TRUE),
  list(name = "second as tabulated", course = 2, relapsed = NULL, limits = TRUE)
)

for (coding in codings) {
  for (reading in names(readings)) {
    data <- intervals(coding$course, coding$relapsed, reading)
    name <- paste(coding$name, reading)
    fit <- survfit(times(data) ~ 1)
    jumps <- fit$n.event > 1e-9
    put(name, "survfit", fit$time[jumps], fit$surv[jumps])
    at <- fit$time[jumps]
    # survfit puts each jump in the middle of its interval; where it has none, it is at the time
    inside <- outer(seq_len(nrow(data)), seq_along(at), function(i, j) {
      exact <- data$l[i] == data$r[i]
      (exact & at[j] == data$l[i]) | (!exact & at[j] > data$l[i] & at[j] <= data$r[i])
    }) * 1
    last <- is.infinite(data$r)
    if (any(last & data$l >= max(at))) inside <- cbind(inside, last * 1)
    p <- follow(inside, rep(1 / ncol(inside), ncol(inside)))
    put(name, "em", at, (1 - cumsum(p))[seq_along(at)])
    found <- ends_of(data, 12)
    put(name, names(found), 12, found)
    for (time in if (coding$limits) c(3, 6, 12, 36)) {
      found <- limits(data, time)
      put(name, names(found), time, found)
    }
  }
}
