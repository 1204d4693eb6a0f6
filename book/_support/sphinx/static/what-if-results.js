// Computes the page "What if": curves, numbers at risk and Table 5 under a reader's choices.
//
// The rules are those of the book's package (robustness/coding_choices.py and stats/survival.py);
// tests/show/test_what_if.py checks that both agree in every state. `data` is the page's own, from
// show/what_if.py; what-if.js shows the results.
"use strict";

const TIE = 1e-9;

// --- what a reader writes -----------------------------------------------------------

/** Number of a patient from "18" or "Patient 18": null if empty, undefined if there is none. */
function readPatient(data, text) {
  if (!text.trim()) return null;
  const number = Number(text.match(/^\s*(?:patient\s*)?([1-9][0-9]?)\s*$/i)?.[1]);
  return data.cycles.some(({ patient }) => patient === number) ? number : undefined;
}

/** Months from a number as Table 1 may print it, undefined otherwise. */
function readMonths(data, text) {
  if (!/^(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/.test(text.trim())) return undefined;
  const months = Number(text);
  return months >= data.months.minimum && months <= data.months.maximum ? months : undefined;
}

// --- outcomes -----------------------------------------------------------------------

/** A cycle with what the repairs of the chosen options read otherwise than Table 1 prints it. */
function underRepairs(data, cycle, state) {
  const applied = data.repairs.filter(({ choice, option }) => state[choice] === option);
  return Object.assign({}, cycle, ...applied.map(({ changes }) => changes[cycle.label]));
}

/**
 * Times and events of a course, as coding_choices.outcomes.
 *
 * state: an option for each choice; without, number of a patient or null; change, null or
 * another outcome: patient, course, months, event.
 */
function outcomes(data, course, state) {
  const found = [];
  for (const printed of data.cycles) {
    const cycle = underRepairs(data, printed, state);
    const otherShoulder =
      state.patient_33 === "shoulders" && cycle.label === "33c" && course === 1;
    if (cycle.cycle !== course && !otherShoulder) continue;
    let { months, event, unseen } = cycle;
    if (state.patient_33 === "shoulders" && cycle.label === "33b") event = 0;
    if (cycle.label === data.with_persisting_pain) {
      if (state.patient_23 === "excluded") continue;
      if (state.patient_23 === "outcome") event = 1;
    }
    if (state.recent === "excluded" && cycle.crps < data.recent) continue;
    if (state.no_relief === "excluded" && cycle.relief === 0) continue;
    if (state.partial_relief === "failure" && cycle.relief < 100) {
      [months, event, unseen] = [0, 1, false];
    }
    if (unseen) {
      if (state.no_follow_up === "excluded") continue;
      if (state.no_follow_up === "relapsed") event = 1;
      if (state.no_follow_up === "lasting") months = data.horizon;
    }
    const { change } = state;
    if (change?.course === course && change.patient === cycle.patient && !otherShoulder) {
      ({ months, event } = change);
    }
    found.push({ patient: cycle.patient, months, event });
  }
  if (course === 2 && state.broken_off === "failure") {
    for (const patient of data.broken_off) found.push({ patient, months: 0, event: 1 });
  }
  return found.filter(({ patient }) => patient !== state.without);
}

// --- Kaplan and Meier ---------------------------------------------------------------

/** The curve's steps: time, number at risk, events, censored, S(t), Greenwood's sum. */
function kaplanMeier(found) {
  const times = [...new Set(found.map(({ months }) => months))].sort((a, b) => a - b);
  let survival = 1;
  let greenwood = 0;
  return times.map((months) => {
    const atRisk = found.filter((one) => one.months >= months).length;
    const now = found.filter((one) => one.months === months);
    const events = now.filter(({ event }) => event).length;
    survival *= (atRisk - events) / atRisk;
    if (atRisk > events) greenwood += events / (atRisk * (atRisk - events));
    return { months, atRisk, events, censored: now.length - events, survival, greenwood };
  });
}

function survivalAt(steps, time, before) {
  const passed = steps.filter(({ months }) => (before ? months < time : months <= time));
  return passed.length ? passed.at(-1).survival : 1;
}

/** Area under the curve to its end, standard error of Kaplan and Meier as Table 5 has it. */
function mean(steps) {
  let variance = 0;
  let area = 0;
  const m = steps.reduce((sum, { events }) => sum + events, 0);
  for (let i = steps.length - 1; i >= 0; i--) {
    const { months, atRisk, events, survival } = steps[i];
    if (i + 1 < steps.length) area += (steps[i + 1].months - months) * survival;
    if (atRisk > events) variance += (area ** 2 * events) / (atRisk * (atRisk - events));
  }
  const se = m > 1 ? Math.sqrt((m / (m - 1)) * variance) : NaN;
  return { value: steps.length ? steps[0].months + area : NaN, se };
}

/** First time with S(t) at or below one half, its standard error as Table 5 has it. */
function median(steps) {
  const falls = steps.filter(({ events }) => events);
  const half = falls.find(({ survival }) => survival <= 0.5 + TIE);
  if (!half) return { value: Infinity, se: NaN };
  const low = falls.find(({ survival }) => survival <= 0.45 + TIE);
  if (!low) return { value: half.months, se: NaN };
  const high = falls.findLast(({ survival }) => survival >= 0.55 - TIE);
  const start = high ?? { months: 0, survival: 1 };
  const density = (start.survival - low.survival) / (low.months - start.months);
  return { value: half.months, se: (half.survival * Math.sqrt(half.greenwood)) / density };
}

/** All that the page shows of a course. */
function results(data, course, state) {
  const found = outcomes(data, course, state);
  const steps = kaplanMeier(found);
  const before = state.reading === "at_least";
  return {
    n: found.length,
    events: found.filter(({ event }) => event).length,
    steps,
    atRisk: data.ticks.map((time) => found.filter(({ months }) => months >= time).length),
    relief: data.times.map((time) => 100 * survivalAt(steps, time, before)),
    mean: mean(steps),
    median: median(steps),
  };
}
