// Filters, searches and sorts the register and the ledger, by the words of search-words.js.
// Without this script the tables are complete.
"use strict";

const tables = [];

// options : text and key of each list of choices, a key being a row's data attribute.
function filterable(id, noun, options) {
  const box = document.getElementById(id);
  const body = box.querySelector("tbody");
  const rows = [...body.rows];

  const form = document.createElement("form");
  form.className = "register-filter";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", `Filter the ${id}`);

  function labelled(text, control) {
    const label = document.createElement("label");
    const pair = document.createElement("div");
    control.id = label.htmlFor = `${id}-${control.name}`;
    label.append(text);
    pair.append(label, control);
    form.append(pair);
    return control;
  }

  function select([text, key]) {
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
  search.name = id === "register" ? "find" : `find-${id}`;
  labelled("Find", search);
  const filters = options.map(select);
  const count = document.createElement("output");
  form.append(count);
  box.before(form);

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
    count.value = `${shown} of ${rows.length} ${noun}`;
  }

  form.addEventListener("input", () => {
    writeAddress();
    filterRows();
  });
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

  tables.push({ form, controls: [search, ...filters], filterRows });
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

// The filters are part of the address, so that a view can be shared.
function writeAddress() {
  const state = new URLSearchParams();
  for (const control of tables.flatMap((table) => table.controls)) {
    if (control.value) state.set(control.name, control.value);
  }
  history.replaceState(null, "", state.size ? `#${state}` : location.pathname);
}

filterable("register", "claims", [
  ["Place", "section"],
  ["Number", "verdict"],
  ["Wording", "wording"],
  ["Computed by", "quantity"],
]);
filterable("ledger", "entries", [
  ["Kind", "kind"],
  ["Consequence", "consequence"],
]);

const state = new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
for (const { controls, filterRows } of tables) {
  for (const control of controls) control.value = state.get(control.name) ?? "";
  filterRows();
}
tables.find(({ controls }) => controls.some((control) => control.value))?.form.scrollIntoView();
