// The page "What if": coding choices to curves, numbers at risk and Table 5.
//
// The coding of the outcomes and the estimators are those of the book's package
// (multiverse.py and survival.py); tests/test_what_if.py holds both equal in every state.
// Without this script the page shows the paper's own path. The chart's library is loaded
// when it is first needed.
"use strict";

const TIE = 1e-9;
const Z95 = 1.96;
const box = document.getElementById("what-if");
const data = JSON.parse(document.getElementById("what-if-data").textContent);
const here = document.currentScript.src;

// --- outcomes ---------------------------------------------------------------------

/** Times and events of a course under named options, as multiverse.outcomes. */
function outcomes(course, state) {
  const found = [];
  for (const cycle of data.cycles) {
    const otherShoulder =
      state.patient_33 === "shoulders" && cycle.label === "33c" && course === 1;
    if (cycle.cycle !== course && !otherShoulder) continue;
    let { months, event, unseen } = cycle;
    if (cycle.patient === 1) event = state.patient_1 === "relapse" ? 1 : 0;
    if (state.patient_33 === "shoulders" && cycle.label === "33b") event = 0;
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
    found.push({ patient: cycle.patient, months, event });
  }
  if (course === 2 && state.broken_off === "failure") {
    for (const patient of data.broken_off) found.push({ patient, months: 0, event: 1 });
  }
  return found.filter(({ patient }) => String(patient) !== state.without);
}

// --- Kaplan and Meier -------------------------------------------------------------

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

function heightAt(steps, time, before) {
  const passed = steps.filter(({ months }) => (before ? months < time : months <= time));
  return passed.length ? passed.at(-1).survival : 1;
}

/** Area under the curve to its end, standard error of Kaplan and Meier as SPSS has it. */
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

/** First time with S(t) at or below one half, its standard error as SPSS and BMDP print it. */
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

/** Everything the page shows of a course. */
function results(course, state) {
  const found = outcomes(course, state);
  const steps = kaplanMeier(found);
  const before = state.reading === "at_least";
  return {
    n: found.length,
    events: found.filter(({ event }) => event).length,
    steps,
    atRisk: data.ticks.map((time) => found.filter(({ months }) => months >= time).length),
    heights: data.heights[course].map((time) => 100 * heightAt(steps, time, before)),
    mean: mean(steps),
    median: median(steps),
  };
}

// --- the state, in the controls and in the address --------------------------------

const form = box.querySelector("form");
const controls = [...form.querySelectorAll("select")];

function state() {
  return Object.fromEntries(controls.map(({ name, value }) => [name, value]));
}

function restore() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  for (const control of controls) {
    const value = wanted.get(control.name);
    const known = [...control.options].some((option) => option.value === value);
    control.value = known ? value : control.options[0].value;
  }
}

function remember() {
  const wanted = new URLSearchParams();
  for (const control of controls) {
    if (control.selectedIndex > 0) wanted.set(control.name, control.value);
  }
  history.replaceState(null, "", wanted.size ? `#${wanted}` : location.pathname);
}

// --- showing ----------------------------------------------------------------------

const decimals = (value, places) =>
  value === Infinity ? "not reached" : Number.isNaN(value) ? "–" : value.toFixed(places);

function estimate({ value, se }) {
  if (Number.isNaN(se) || value === Infinity) return decimals(value, 2);
  const [lower, upper] = [value - Z95 * se, value + Z95 * se];
  const limits = [lower, upper].map((limit) => decimals(limit, 2).replace("-", "−"));
  return `${decimals(value, 2)} (${decimals(se, 2)}); ${limits.join(" to ")}`;
}

function put(name, text) {
  box.querySelector(`[data-now="${name}"]`).textContent = text;
}

function showTables(now) {
  for (const course of [1, 2]) {
    const { n, events, atRisk, heights, mean, median } = now[course];
    put(`patients-${course}`, `${n}; ${n - events} censored, ${events} events`);
    put(`mean-${course}`, n ? estimate(mean) : "–");
    put(`median-${course}`, n ? estimate(median) : "–");
    data.heights[course].forEach((time, i) => {
      put(`height-${course}-${time}`, n ? `${decimals(heights[i], 1)}%` : "–");
    });
    data.ticks.forEach((time, i) => put(`risk-${course}-${time}`, String(atRisk[i])));
  }
}

function loaded(file) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(file, here);
    script.onload = resolve;
    script.onerror = () => reject(new Error(`${file} did not load`));
    document.head.append(script);
  });
}

let library;
function plotting() {
  library ??= loaded("d3.min.js").then(() => loaded("plot.umd.min.js"));
  return library;
}

const NAMES = { 1: "first course", 2: "second course" };
const COLOURS = { 1: "var(--figure-line)", 2: "var(--figure-second)" };

/** The curve as corner points of its steps, from 100% at 0 to its last time. */
function corners(steps) {
  return [{ months: 0, percent: 100 }].concat(
    steps.map(({ months, survival }) => ({ months, percent: 100 * survival })),
  );
}

const place = box.querySelector(".what-if-chart");
const roomFor = () => Math.min(640, place.clientWidth);
let drawnWidth;

async function draw(now) {
  await plotting();
  const marks = [Plot.ruleY([0], { stroke: "var(--figure-muted)" })];
  for (const course of [1, 2]) {
    const line = { x: "months", y: "percent", curve: "step-after" };
    marks.push(
      Plot.line(corners(data.paper[course]), {
        ...line,
        stroke: "var(--figure-muted)",
        strokeDasharray: "2 3",
      }),
      Plot.line(corners(now[course].steps), {
        ...line,
        stroke: COLOURS[course],
        strokeWidth: 2.2,
        strokeDasharray: course === 2 ? "7 3" : null,
      }),
      Plot.dot(
        now[course].steps.filter(({ censored }) => censored),
        {
          x: "months",
          y: ({ survival }) => 100 * survival,
          symbol: "plus",
          r: 5,
          stroke: COLOURS[course],
        },
      ),
    );
    const last = corners(now[course].steps).at(-1);
    const label = { x: "months", y: "percent", text: () => NAMES[course] };
    const look = { dx: -4, dy: -9, textAnchor: "end", fill: COLOURS[course], fontWeight: 600 };
    marks.push(Plot.text([last], { ...label, ...look }));
  }
  const width = (drawnWidth = roomFor());
  const chart = Plot.plot({
    width,
    height: Math.max(260, 0.56 * width),
    marginLeft: 48,
    marginBottom: 42,
    style: { background: "none", color: "var(--figure-ink)", fontSize: "13px" },
    x: { domain: [0, data.horizon], ticks: data.ticks, label: "Months since the infusion" },
    y: { domain: [0, 100], ticks: 5, grid: true, label: "In remission (%)" },
    marks,
  });
  chart.setAttribute("role", "img");
  // Its parts are no words of their own.
  for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  chart.setAttribute("aria-label", spoken(now));
  place.replaceChildren(chart);
}

function spoken(now) {
  const courses = [1, 2].map((course) => {
    const { n, events, heights, median } = now[course];
    const said = data.heights[course].map((t, i) => `${decimals(heights[i], 0)}% at ${t} months`);
    return (
      `${NAMES[course]}, ${n} counted, ${events} events: ${said.join(", ")}, ` +
      `median ${decimals(median.value, 1)}`
    );
  });
  return `Kaplan-Meier curves. ${courses.join("; ")}.`;
}

function changed() {
  const chosen = state();
  const now = { 1: results(1, chosen), 2: results(2, chosen) };
  const departures = controls.filter(({ selectedIndex }) => selectedIndex > 0).length;
  showTables(now);
  form.querySelector("output").value = departures
    ? `${departures} departure${departures > 1 ? "s" : ""} from the paper. ${spoken(now)}`
    : "The paper's own path.";
  form.querySelector("button").disabled = !departures;
  return draw(now);
}

form.hidden = false;
form.addEventListener("input", () => {
  remember();
  changed();
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("reset", () => {
  setTimeout(() => {
    remember();
    changed();
  });
});
// Drawn anew at another width, so that the lettering keeps its size.
window.addEventListener("resize", () => {
  if (drawnWidth && drawnWidth !== roomFor()) changed();
});
window.addEventListener("hashchange", () => {
  restore();
  changed();
});
restore();
if (location.hash) changed();
else form.querySelector("button").disabled = true;

window.whatIf = { results }; // for the tests
