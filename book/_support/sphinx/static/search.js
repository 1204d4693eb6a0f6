// The search page: searches search-documents.js while the reader types.
"use strict";

const LABELS = {
  section: "Chapter",
  claim: "Claim",
  divergence: "Divergence",
  column: "Column of the data",
  patient: "Patient",
  term: "Term",
};
// Short documents would otherwise come first.
const WEIGHTS = { section: 1, claim: 0.3, divergence: 0.2, column: 0.2, patient: 0.3, term: 0.3 };
const WHOLE_PAGE = 1.2;
// Chapters with results come before those that repeat them.
const RESULTS = /^book\/results-/;
const REPEATS = /^(index|book\/abstract|book\/discussion)\.html/;
const AT_ONCE = 20;
const SNIPPET = 200;

const documents = SEARCH_DOCUMENTS.map(([kind, page, anchor, heading, text], id) => {
  const [name, title, about] = SEARCH_PAGES[page];
  const url = `${name}.html${anchor && `#${anchor}`}`;
  return { id, kind, url, title, about, heading, text };
});

const index = new MiniSearch({
  fields: ["title", "about", "heading", "text"],
  // A page's title and description are about its sections, but not about claims in the register.
  extractField: (one, field) =>
    one.kind !== "section" && (field === "title" || field === "about") ? "" : one[field],
  tokenize: (text) => wordsOf(text).map((word) => word.term),
  processTerm: (term) => term,
});
index.addAll(documents);

function find(question) {
  const terms = termsOf(question);
  const found = index.search(question, {
    tokenize: () => [...terms.keys()],
    boost: { title: 1.5, about: 0.75, heading: 3 },
    // The last word may be unfinished; longer ones may be misspelt.
    prefix: (term, i) => !isSynonym(term) && i === terms.size - 1,
    fuzzy: (term) => !isSynonym(term) && term.length > 5 && 0.2,
    weights: { prefix: 0.4, fuzzy: 0.2 },
    boostTerm: (term) => terms.get(term).weight,
    boostDocument: weightOf,
  });
  // MiniSearch multiplies by the number of terms found; a word and its synonym count as one.
  for (const one of found) {
    const asked = new Set(one.queryTerms.map((term) => terms.get(term).asked));
    one.score *= asked.size / one.queryTerms.length;
  }
  found.sort((a, b) => b.score - a.score);
  return found.filter(({ score }) => score > found[0].score / 20);
}

function weightOf(id) {
  const { kind, url, heading, title } = documents[id];
  const place = RESULTS.test(url) ? 1.5 : REPEATS.test(url) ? 0.6 : 1;
  return WEIGHTS[kind] * place * (heading === title ? WHOLE_PAGE : 1);
}

// The part of a text with most of the terms, as nodes, with the terms marked.
function snippet(text, terms) {
  const hits = wordsOf(text).filter((word) => terms.has(word.term));
  const within = (from) => hits.filter(({ start, end }) => start >= from && end <= from + SNIPPET);
  const variety = (from) => new Set(within(from).map((word) => word.term)).size;
  const best = hits.reduce((a, b) => (variety(b.start) > variety(a) ? b.start : a), 0);
  const lead = Math.max(0, Math.min(best - 40, text.length - SNIPPET));
  const from = lead && text.indexOf(" ", lead) + 1;
  const until = from + SNIPPET < text.length ? text.lastIndexOf(" ", from + SNIPPET) : text.length;
  const shown = hits.filter(({ start, end }) => start >= from && end <= until);
  return [from ? "… " : "", ...marked(text, shown, from, until), until < text.length ? " …" : ""];
}

function marked(text, hits, from = 0, until = text.length) {
  const nodes = [];
  for (const { start, end } of hits) {
    if (end <= from) continue;
    const mark = document.createElement("mark");
    mark.append(text.slice(Math.max(start, from), end));
    nodes.push(text.slice(from, Math.max(start, from)), mark);
    from = end;
  }
  return [...nodes, text.slice(from, until)];
}

function element(name, className, ...children) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...children);
  return made;
}

function resultItem({ id, terms }) {
  const { kind, url, title, heading, text } = documents[id];
  const sought = new Set(terms);
  const name = heading === title ? title : `${title} › ${heading}`;
  const link = document.createElement("a");
  link.href = url;
  link.append(...marked(name, wordsOf(name).filter((word) => sought.has(word.term))));
  return element(
    "li",
    "",
    element("p", "search-place", link, " ", element("span", "search-kind", LABELS[kind])),
    element("p", "search-snippet", ...snippet(text, sought)),
  );
}

const form = document.querySelector(".bd-search-container form");
const field = form.elements.q;
const list = document.getElementById("search-results");
const count = document.getElementById("search-count");
const more = document.getElementById("search-more");
let found = [];

function show() {
  const question = field.value.trim();
  found = question ? find(question) : [];
  list.replaceChildren();
  showMore();
  const number = found.length === 1 ? "1 result" : `${found.length || "No"} results`;
  count.textContent = question && `${number} for “${question}”`;
}

function showMore() {
  const shown = list.children.length;
  list.append(...found.slice(shown, shown + AT_ONCE).map(resultItem));
  more.hidden = list.children.length === found.length;
  return list.children[shown];
}

// The question is part of the address, so that it can be shared and is there after going back.
function writeAddress() {
  const question = field.value.trim();
  history.replaceState(null, "", question ? `?q=${encodeURIComponent(question)}` : location.pathname);
  show();
}

field.addEventListener("input", writeAddress);
form.addEventListener("submit", (event) => event.preventDefault());
more.addEventListener("click", () => showMore().querySelector("a").focus());
field.value = new URLSearchParams(location.search).get("q") ?? "";
show();
