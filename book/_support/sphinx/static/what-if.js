// The page "What if": reads the choices, and shows curves, numbers at risk and Table 5.
//
// what-if-results.js computes them. Without these scripts the page shows the paper's results.
// The library for the chart is loaded when it is first needed.
"use strict";

const Z95 = 1.96;
const scriptAddress = document.currentScript.src;
const box = document.getElementById("what-if-page");
const data = JSON.parse(document.getElementById("what-if-data").textContent);

// --- the choices, in the controls and in the address --------------------------------

const form = box.querySelector("form");
const [codingChoices] = form.querySelectorAll("fieldset");
const choices = [...codingChoices.querySelectorAll("select")];
const { without, patient, course, months, outcome } = form.elements;
const controls = [...choices, without, patient, course, months, outcome];

const COURSES = { 1: "First course", 2: "Second course" };
const OUTCOMES = ["censored", "relapse"]; // of event 0 and 1

let state = { without: null, change: null };
let shownPatient = null; // the patient whose outcome the fields show

/** Shows a message at a field, or none. */
function showFault(control, message) {
  document.getElementById(`${control.id}-fault`).textContent = message;
  control.setAttribute("aria-invalid", String(Boolean(message)));
}

/** Number of the patient in a field: null if empty, undefined (and a message) if there is none. */
function patientIn(control) {
  const number = readPatient(data, control.value);
  if (number) control.value = `Patient ${number}`;
  const last = data.cycles.at(-1).patient;
  const message = `“${control.value}” is not a patient. Write a number from 1 to ${last}.`;
  showFault(control, number === undefined ? message : "");
  return number;
}

function hadCourse(number) {
  return data.cycles.some((one) => one.patient === number && one.cycle === Number(course.value));
}

/** A patient's outcome before a change; undefined where the choices leave the course out. */
function outcomeOf(number) {
  const found = outcomes(data, Number(course.value), { ...state, change: null });
  return found.find((one) => one.patient === number);
}

/** Puts a patient's outcome into the fields, to be changed. */
function showOutcome(number) {
  const isAsked = (one) => one.patient === number && one.cycle === Number(course.value);
  const now = outcomeOf(number) ?? data.cycles.find(isAsked);
  if (!now) return;
  months.value = String(now.months);
  outcome.value = OUTCOMES[now.event];
}

/** The changed outcome: null if there is none, undefined (and a message) if it is not valid. */
function readChange() {
  const number = patientIn(patient);
  for (const control of [course, months]) showFault(control, "");
  if (number === null && months.value) {
    showFault(patient, "Write which patient this is, as a number.");
    return undefined;
  }
  if (!number) return number;
  if (!hadCourse(number)) {
    showFault(course, `Patient ${number} had no ${COURSES[course.value].toLowerCase()}.`);
    return undefined;
  }
  const time = readMonths(data, months.value);
  if (time === undefined) {
    const { minimum, maximum } = data.months;
    const rule = `Write a number from ${minimum} to ${maximum}, such as 4 or 4.5.`;
    showFault(months, `“${months.value}” is not a time in months. ${rule}`);
    return undefined;
  }
  const event = OUTCOMES.indexOf(outcome.value);
  const now = outcomeOf(number);
  const same = now && now.months === time && now.event === event;
  return same ? null : { patient: number, course: Number(course.value), months: time, event };
}

/** Reads the controls into the state. A value that is not valid leaves its part as it was. */
function readControls(touched) {
  for (const { name, value } of choices) state[name] = value;
  const left = patientIn(without);
  if (left !== undefined) state.without = left;
  const number = readPatient(data, patient.value);
  if (touched === patient && shownPatient && number === null) months.value = "";
  const another = touched === patient || touched === course;
  const unchanged = !state.change && touched !== months && touched !== outcome;
  if (number && (another || unchanged) && (shownPatient || !months.value)) showOutcome(number);
  if (number !== undefined) shownPatient = number;
  const change = readChange();
  if (change !== undefined) state.change = change;
  document.getElementById("what-if-counted").textContent =
    number && hadCourse(number) ? describeOutcome(number) : "";
}

function describeOutcome(number) {
  const now = outcomeOf(number);
  const whose = `the ${COURSES[course.value].toLowerCase()} of Patient ${number}`;
  if (!now) return `The choices leave out ${whose}.`;
  return `Without a change: ${OUTCOMES[now.event]} at ${now.months} months.`;
}

function readAddress() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  form.reset();
  for (const control of controls) {
    const value = wanted.get(control.name);
    const known = control.options ? [...control.options].some((one) => one.value === value) : true;
    if (value !== null && known) control.value = value;
  }
  state = { without: null, change: null };
  shownPatient = null;
  readControls(wanted.has("months") ? months : patient);
}

function writeAddress() {
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

/** The texts of a course in the tables, by name. */
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
const paperTexts = new Map([...places].map(([name, place]) => [name, place.textContent]));

const mark = document.createElement("span");
mark.className = "moved";
mark.innerHTML = '<span aria-hidden="true">●</span><span class="sr-only">(moved)</span>';

function showTables(now) {
  for (const number of [1, 2]) {
    for (const [name, text] of texts(number, now[number])) {
      const place = places.get(name);
      place.textContent = text;
      place.nextElementSibling?.remove();
      const moved = text !== paperTexts.get(name) && !name.startsWith("risk");
      if (moved) place.after(mark.cloneNode(true));
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

/** Which of the numbers that the paper prints for a course have moved, in one line. */
function describeMoved(number) {
  const printed = (name) => places.get(name).closest("td").previousElementSibling.textContent;
  const moved = Object.entries(SHORT)
    .map(([name, words]) => [words, `${name}-${number}`])
    .filter(([, name]) => printed(name) !== "–")
    .filter(([, name]) => places.get(name).textContent !== paperTexts.get(name))
    .map(([words, name]) => `${words} ${places.get(name).textContent}`);
  return `${COURSES[number]}: ${moved.join(", ") || "nothing moved"}.`;
}

// --- the chart ------------------------------------------------------------------------

function loaded(file) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = new URL(file, scriptAddress);
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

/** The corners of a curve's steps, from 100% at 0 months to its last time. */
function corners(steps) {
  return [{ months: 0, percent: 100 }].concat(
    steps.map(({ months, survival }) => ({ months, percent: 100 * survival })),
  );
}

function marksOf(number, { steps }) {
  const stroke = COLOURS[number];
  const line = { x: "months", y: "percent", curve: "step-after", stroke };
  return [
    Plot.line(corners(paperResults[number].steps), {
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
      { x: "months", y: ({ survival }) => 100 * survival, symbol: "plus", r: 5, stroke },
    ),
  ];
}

const figure = box.querySelector(".what-if-chart figure");
const paperResults = resultsOf(
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
  // The chart has one text for screen readers; its parts have none.
  for (const part of chart.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  chart.setAttribute("aria-label", chartText(now));
  old.replaceWith(chart);
  figure.querySelector("figcaption").innerHTML =
    '<span class="first">First course solid</span>, <span class="second">second dashed</span>; ' +
    "dotted: the paper's path.";
}

function chartText(now) {
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
  moved.textContent = departures ? ` ${describeMoved(1)} ${describeMoved(2)}` : "";
  return draw(now);
}

// A link at the top of the page that leads past the text, to the first control.
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
  readControls(target);
  writeAddress();
  show();
  // A reader who has left the field is not scrolled back to it.
  if (document.activeElement !== target) return;
  for (const one of [figure, target]) one.scrollIntoView({ block: "nearest" });
});
form.addEventListener("submit", (event) => event.preventDefault());
form.querySelector("button").addEventListener("click", (event) => {
  event.preventDefault();
  history.replaceState(null, "", location.pathname);
  readAddress();
  show();
});
// Drawn again at another width, so that the lettering keeps its size.
window.addEventListener("resize", () => {
  if (drawnWidth && drawnWidth !== figure.clientWidth) show();
});
// The address of another part of the page, such as a heading, has no choices.
const hasChoices = () => !location.hash || location.hash.includes("=");
window.addEventListener("hashchange", () => {
  if (!hasChoices()) return;
  readAddress();
  show();
});
readAddress();
if (location.hash.includes("=")) show();
