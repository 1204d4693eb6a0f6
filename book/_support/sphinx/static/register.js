// Filters, searches and sorts the register, by the words of search-words.js. Without this script
// the table is complete.
"use strict";

const box = document.getElementById("register");
const body = box.querySelector("tbody");
const rows = [...body.rows];

const form = document.createElement("form");
form.className = "register-filter";
form.setAttribute("role", "search");
form.setAttribute("aria-label", "Filter the register");

function labelled(text, control) {
  const label = document.createElement("label");
  const pair = document.createElement("div");
  control.id = label.htmlFor = `register-${control.name}`;
  label.append(text);
  pair.append(label, control);
  form.append(pair);
  return control;
}

function select(text, key) {
  const control = document.createElement("select");
  control.name = key;
  control.append(new Option("all", ""));
  for (const value of new Set(rows.map((row) => row.dataset[key]))) {
    control.append(new Option(value, value));
  }
  return labelled(text, control);
}

const search = document.createElement("input");
search.type = "search";
search.name = "find";
labelled("Find", search);
const filters = [
  select("Place", "section"),
  select("Number", "verdict"),
  select("Wording", "wording"),
  select("Computed by", "quantity"),
];
const count = document.createElement("output");
form.append(count);
box.before(form);

// The filters are part of the address, so that a view can be shared.
function readAddress() {
  const state = new URLSearchParams(location.hash.slice(1));
  for (const control of [search, ...filters]) control.value = state.get(control.name) ?? "";
}

// The text of a row, without its call and the rows of Table 1 that it is computed from.
function textOf(row) {
  const texts = [row.id];
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (!parentElement.closest("details, .how")) texts.push(data);
  }
  return texts.join(" ");
}

const termsOfRows = new Map(
  rows.map((row) => [row, [...new Set(wordsOf(textOf(row)).map((word) => word.term))]]),
);

// A word also finds longer ones that begin with it, a number does not: 4 does not find 47.
function isIn(row, term) {
  const whole = isSynonym(term) || /\d$/.test(term);
  return termsOfRows.get(row).some((one) => (whole ? one === term : one.startsWith(term)));
}

function filterRows() {
  const terms = [...termsOf(search.value).values()].map((term) => term.asked);
  let shown = 0;
  for (const row of rows) {
    row.hidden =
      !terms.every((term) => isIn(row, term)) ||
      filters.some((filter) => filter.value && row.dataset[filter.name] !== filter.value);
    shown += !row.hidden;
  }
  count.value = `${shown} of ${rows.length} claims`;
}

function writeAddress() {
  const state = new URLSearchParams();
  for (const control of [search, ...filters]) {
    if (control.value) state.set(control.name, control.value);
  }
  history.replaceState(null, "", state.size ? `#${state}` : location.pathname);
  filterRows();
}

form.addEventListener("input", writeAddress);
form.addEventListener("submit", (event) => event.preventDefault());

// A click on a column's head sorts by it, a second one in reverse, a third as before.
function sortBy(head, column) {
  const next = { none: "ascending", ascending: "descending", descending: "none" };
  const direction = next[head.getAttribute("aria-sort") ?? "none"];
  for (const other of box.querySelectorAll("thead th")) other.setAttribute("aria-sort", "none");
  head.setAttribute("aria-sort", direction);
  const key = (row) => row.cells[column].textContent.trim();
  const sign = direction === "descending" ? -1 : 1;
  const sorted = rows.slice();
  if (direction !== "none") {
    sorted.sort((a, b) => sign * key(a).localeCompare(key(b), "en", { numeric: true }));
  }
  body.append(...sorted);
}

for (const [column, head] of [...box.querySelectorAll("thead th")].entries()) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...head.childNodes);
  head.append(button);
  head.setAttribute("aria-sort", "none");
  button.addEventListener("click", () => sortBy(head, column));
}

const hasFilters = location.hash.includes("=");
if (hasFilters) readAddress();
filterRows();
if (hasFilters) form.scrollIntoView();
