// The page "What if", showing: choices to curves, numbers at risk and Table 5.
//
// what-if-results.js computes. Without these scripts the page shows the paper's own path.
// The chart's library is loaded when it is first needed.
"use strict";

const Z95 = 1.96;
const here = document.currentScript.src;
const box = document.getElementById("what-if-page");
const data = JSON.parse(document.getElementById("what-if-data").textContent);

// --- the state, in the controls and in the address ----------------------------------

const form = box.querySelector("form");
const [codingChoices] = form.querySelectorAll("fieldset");
const choices = [...codingChoices.querySelectorAll("select")];
const { without, patient, course, months, outcome } = form.elements;
const controls = [...choices, without, patient, course, months, outcome];

const COURSES = { 1: "First course", 2: "Second course" };
const OUTCOMES = ["censored", "relapse"]; // of event 0 and 1

let state = { without: null, change: null };
let named = null; // the patient whose outcome stands in the fields

/** A message at a field, or none. */
function complain(control, message) {
  document.getElementById(`${control.id}-fault`).textContent = message;
  control.setAttribute("aria-invalid", String(Boolean(message)));
}

/** The patient of a field: null for nobody, undefined (and a message) for no such patient. */
function patientIn(control) {
  const number = readPatient(data, control.value);
  if (number) control.value = `Patient ${number}`;
  const last = data.cycles.at(-1).patient;
  const message = `“${control.value}” is not a patient. Write a number from 1 to ${last}.`;
  complain(control, number === undefined ? message : "");
  return number;
}

function hadCourse(number) {
  return data.cycles.some((one) => one.patient === number && one.cycle === Number(course.value));
}

/** How a patient's course counts without the change of it; undefined where it does not. */
function counted(number) {
  const found = outcomes(data, Number(course.value), { ...state, change: null });
  return found.find((one) => one.patient === number);
}

/** Shows a patient's outcome as it counts, to be changed. */
function fill(number) {
  const own = (one) => one.patient === number && one.cycle === Number(course.value);
  const now = counted(number) ?? data.cycles.find(own);
  if (!now) return;
  months.value = String(now.months);
  outcome.value = OUTCOMES[now.event];
}

/** The changed outcome: null for none, undefined (and a message) where it cannot be. */
function readChange() {
  const number = patientIn(patient);
  for (const control of [course, months]) complain(control, "");
  if (number === null && months.value) {
    complain(patient, "Write which patient this is, as a number.");
    return undefined;
  }
  if (!number) return number;
  if (!hadCourse(number)) {
    complain(course, `Patient ${number} had no ${COURSES[course.value].toLowerCase()}.`);
    return undefined;
  }
  const time = readMonths(data, months.value);
  if (time === undefined) {
    const { minimum, maximum } = data.months;
    const rule = `Write a number from ${minimum} to ${maximum}, such as 4 or 4.5.`;
    complain(months, `“${months.value}” is not a time in months. ${rule}`);
    return undefined;
  }
  const event = OUTCOMES.indexOf(outcome.value);
  const now = counted(number);
  const same = now && now.months === time && now.event === event;
  return same ? null : { patient: number, course: Number(course.value), months: time, event };
}

/** Takes over what the controls say. What cannot be read leaves its part of the state. */
function read(touched) {
  for (const { name, value } of choices) state[name] = value;
  const left = patientIn(without);
  if (left !== undefined) state.without = left;
  const number = readPatient(data, patient.value);
  if (touched === patient && named && number === null) months.value = "";
  const another = touched === patient || touched === course;
  const unchanged = !state.change && touched !== months && touched !== outcome;
  if (number && (another || unchanged) && (named || !months.value)) fill(number);
  if (number !== undefined) named = number;
  const change = readChange();
  if (change !== undefined) state.change = change;
  document.getElementById("what-if-counted").textContent =
    number && hadCourse(number) ? otherwise(number) : "";
}

function otherwise(number) {
  const now = counted(number);
  const whose = `the ${COURSES[course.value].toLowerCase()} of Patient ${number}`;
  if (!now) return `The choices leave out ${whose}.`;
  return `Without a change: ${OUTCOMES[now.event]} at ${now.months} months.`;
}

function restore() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  form.reset();
  for (const control of controls) {
    const value = wanted.get(control.name);
    const known = control.options ? [...control.options].some((one) => one.value === value) : true;
    if (value !== null && known) control.value = value;
  }
  state = { without: null, change: null };
  named = null;
  read(wanted.has("months") ? months : patient);
}

function remember() {
  const wanted = new URLSearchParams();
  for (const control of choices) {
    if (control.selectedIndex > 0) wanted.set(control.name, control.value);
  }
  if (state.without) wanted.set("without", state.without);
  if (state.change) {
    const { event, ...rest } = state.change;
    for (const [name, value] of Object.entries(rest)) wanted.set(name, value);
    wanted.set("outcome", OUTCOMES[event]);
  }
  history.replaceState(null, "", wanted.size ? `#${wanted}` : location.pathname);
}

// --- numbers --------------------------------------------------------------------------

const fixed = (value, places) =>
  value === Infinity ? "not reached" : Number.isNaN(value) ? "–" : value.toFixed(places);

function errorAndLimits({ value, se }) {
  if (Number.isNaN(se) || value === Infinity) return "–";
  const limits = [value - Z95 * se, value + Z95 * se].map((limit) => fixed(limit, 2));
  return `${fixed(se, 2)}; ${limits.join(" to ").replaceAll("-", "−")}`;
}

/** The texts that the tables show of a course, by name. */
function texts(number, { n, events, atRisk, relief, mean, median }) {
  const entries = [
    ["n", String(n)],
    ["events", String(events)],
    ["median", n ? fixed(median.value, 2) : "–"],
    ["mean", n ? fixed(mean.value, 2) : "–"],
    ["median-se", errorAndLimits(median)],
    ["mean-se", errorAndLimits(mean)],
    ...data.times.map((time, i) => [`relief-${time}`, n ? `${fixed(relief[i], 1)}%` : "–"]),
    ...data.ticks.map((time, i) => [`risk-${time}`, String(atRisk[i])]),
  ];
  return entries.map(([name, text]) => [`${name}-${number}`, text]);
}

const places = new Map(
  [...box.querySelectorAll("[data-now]")].map((place) => [place.dataset.now, place]),
);
const papers = new Map([...places].map(([name, place]) => [name, place.textContent]));

const mark = document.createElement("span");
mark.className = "moved";
mark.innerHTML = '<span aria-hidden="true">●</span><span class="sr-only">(moved)</span>';

function showTables(now) {
  for (const number of [1, 2]) {
    for (const [name, text] of texts(number, now[number])) {
      const place = places.get(name);
      place.textContent = text;
      place.nextElementSibling?.remove();
      if (text !== papers.get(name) && !name.startsWith("risk")) place.after(mark.cloneNode(true));
    }
  }
}

const SHORT = {
  n: "patients",
  events: "events",
  median: "median",
  mean: "mean",
  ...Object.fromEntries(data.times.map((time) => [`relief-${time}`, `${time} months`])),
};

/** What has moved of the numbers that the paper prints of a course, in one line. */
function inShort(number) {
  const printed = (name) => places.get(name).closest("td").previousElementSibling.textContent;
  const moved = Object.entries(SHORT)
    .map(([name, words]) => [words, `${name}-${number}`])
    .filter(([, name]) => printed(name) !== "–")
    .filter(([, name]) => places.get(name).textContent !== papers.get(name))
    .map(([words, name]) => `${words} ${places.get(name).textContent}`);
  return `${COURSES[number]}: ${moved.join(", ") || "nothing moved"}.`;
}

// --- the chart ------------------------------------------------------------------------

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

const COLOURS = { 1: "var(--figure-line)", 2: "var(--figure-second)" };

/** The curve as corner points of its steps, from 100% at 0 to its last time. */
function corners(steps) {
  return [{ months: 0, percent: 100 }].concat(
    steps.map(({ months, survival }) => ({ months, percent: 100 * survival })),
  );
}

function marksOf(number, { steps }) {
  const line = { x: "months", y: "percent", curve: "step-after", stroke: COLOURS[number] };
  return [
    Plot.line(corners(paper[number].steps), {
      ...line,
      strokeOpacity: 0.6,
      strokeDasharray: "1.5 3",
    }),
    Plot.line(corners(steps), {
      ...line,
      strokeWidth: 2.2,
      strokeDasharray: number === 2 ? "7 3" : null,
    }),
    Plot.dot(
      steps.filter(({ censored }) => censored),
      {
        x: "months",
        y: ({ survival }) => 100 * survival,
        symbol: "plus",
        r: 5,
        stroke: COLOURS[number],
      },
    ),
  ];
}

const figure = box.querySelector(".what-if-chart figure");
const paper = resultsOf(
  Object.fromEntries(choices.map(({ name, options }) => [name, options[0].value])),
);

function resultsOf(chosen) {
  return { 1: results(data, 1, chosen), 2: results(data, 2, chosen) };
}

let drawnWidth;

async function draw(now) {
  await plotting();
  const old = figure.querySelector("svg");
  const width = (drawnWidth = figure.clientWidth);
  const { height } = old.getBoundingClientRect();
  const end = Math.max(data.horizon, ...[1, 2].map((one) => now[one].steps.at(-1)?.months ?? 0));
  const later = [48, 60, 72, 84].filter((time) => time <= end);
  const chart = Plot.plot({
    width,
    height,
    marginLeft: 48,
    marginBottom: 42,
    style: { background: "none", color: "var(--figure-ink)", fontSize: "13px" },
    x: { domain: [0, end], ticks: [...data.ticks, ...later], label: "Months since the infusion" },
    y: { domain: [0, 100], ticks: 5, grid: true, label: "In remission (%)" },
    marks: [
      Plot.ruleY([0], { stroke: "var(--figure-muted)" }),
      ...[1, 2].flatMap((number) => marksOf(number, now[number])),
    ],
  });
  chart.setAttribute("role", "img");
  // Its parts are no words of their own.
  for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  chart.setAttribute("aria-label", spoken(now));
  old.replaceWith(chart);
  figure.querySelector("figcaption").innerHTML =
    '<span class="first">First course solid</span>, <span class="second">second dashed</span>; ' +
    "dotted: the paper's path.";
}

function spoken(now) {
  const courses = [1, 2].map((number) => {
    const { n, events, relief, median } = now[number];
    const said = data.times.map((time, i) => `${fixed(relief[i], 0)}% at ${time} months`);
    return (
      `${COURSES[number].toLowerCase()}, ${n} counted, ${events} events: ${said.join(", ")}, ` +
      `median ${fixed(median.value, 1)}`
    );
  });
  return `Kaplan-Meier curves. ${courses.join("; ")}.`;
}

// --- together -------------------------------------------------------------------------

function show() {
  const now = resultsOf(state);
  showTables(now);
  const chosen = choices.filter(({ selectedIndex }) => selectedIndex > 0).length;
  const departures = chosen + Boolean(state.without) + Boolean(state.change);
  const [summary, moved] = box.querySelectorAll("output span");
  summary.textContent = departures
    ? `${departures} departure${departures > 1 ? "s" : ""} from the paper.`
    : "The paper's own path.";
  moved.textContent = departures ? ` ${inShort(1)} ${inShort(2)}` : "";
  return draw(now);
}

// A first link of the page that leads past the text, to the first control.
function skipToTheChoices() {
  const link = document.createElement("a");
  link.href = "#what-if-page";
  link.textContent = "Skip to the choices";
  link.addEventListener("click", (event) => {
    event.preventDefault();
    choices[0].focus();
  });
  document.getElementById("pst-skip-link").append(" ", link);
}

box.querySelector(".what-if-missing").hidden = true;
form.hidden = false;
skipToTheChoices();
form.addEventListener("change", ({ target }) => {
  read(target);
  remember();
  show();
  // Whoever has left the field is elsewhere on the page.
  if (document.activeElement !== target) return;
  for (const one of [figure, target]) one.scrollIntoView({ block: "nearest" });
});
form.addEventListener("submit", (event) => event.preventDefault());
form.querySelector("button").addEventListener("click", (event) => {
  event.preventDefault();
  history.replaceState(null, "", location.pathname);
  restore();
  show();
});
// Drawn anew at another width, so that the lettering keeps its size.
window.addEventListener("resize", () => {
  if (drawnWidth && drawnWidth !== figure.clientWidth) show();
});
// Another part of this page, such as its head, is no state.
const isState = () => !location.hash || location.hash.includes("=");
window.addEventListener("hashchange", () => {
  if (!isState()) return;
  restore();
  show();
});
restore();
if (location.hash.includes("=")) show();
