// Splits a text into words as the search and the register's filter compare them.
"use strict";

// Words of a question that do not say what is sought.
const STOP_WORDS = new Set(
  `a about all am an and any are as at be been being by can could did do does for from gave give
  given had happen happens has have having he her his how i if in into is it its many matter me
  much my not of on or our out she should so such than that the their them then there these they
  this those to up was we were what when where which while who whom whose why will with would you
  your`.split(/\s+/),
);

// Words of the whole book, which hardly tell one chapter from another.
const EVERYWHERE = new Set("book crps ketamine number paper patient study".split(" ").map(stemOf));

// Phrases that readers, the paper and this book use for one thing.
const SYNONYMS = [
  ["dose", "dosage", "rate", "mg/h", "mg/hr", "milligram", "how much ketamine", "ketamine"],
  ["side effect", "adverse event", "adverse effect", "harm", "safety", "complication"],
  ["hallucination", "psychotomimetic", "psychomimetic", "central nervous system", "dysphoria"],
  ["liver", "hepatic", "transaminase", "hepatotoxicity"],
  ["remission", "relief", "responder", "response"],
  ["pain free", "painless", "complete relief", "complete"],
  ["relapse", "recurrence", "return of pain"],
  ["how long", "duration", "last", "months"],
  ["Kaplan-Meier", "KM", "survival", "product limit"],
  ["confidence interval", "CI", "confidence limit", "95% limits"],
  ["standard error", "SE", "error of the"],
  ["standard deviation", "SD"],
  ["lost to follow-up", "no follow-up", "not seen again", "dropout"],
  ["CRPS", "complex regional pain syndrome", "RSD", "reflex sympathetic dystrophy", "disorder"],
  ["course", "cycle", "infusion", "treatment"],
  ["wrong", "error in the paper", "mistake", "discrepancy", "divergence", "differ", "disagree"],
  ["sex", "gender", "women", "men", "female", "male"],
  ["left out", "leave one out", "leave out", "jackknife", "single patient"],
  ["meta-analysis", "pooled analysis", "pool"],
  ["download", "csv", "file"],
  ["sensitivity analysis", "does it matter", "choice", "assumption"],
  ["cite", "citation"],
  ["licence", "license", "copyright"],
];

// The stem of an English word, roughly: dose, doses and dosing are one.
function stemOf(word) {
  return word.toLowerCase().replace(/^(.{3,}?)(?:ies|ity|ing|ed|es|(?<!s)s|e|y)$/u, "$1");
}

const WORD = /\p{N}+\.\p{N}+|[\p{L}\p{N}_]+/gu;
const isSynonym = (term) => term.startsWith("=");

const phrases = new Map();
for (const group of SYNONYMS) {
  for (const phrase of group) {
    const stems = phrase.match(WORD).map(stemOf);
    const others = phrases.get(stems[0]) ?? [];
    phrases.set(stems[0], [...others, { stems, term: `=${group[0]}` }]);
  }
}

// Each word that counts, with its place in the text, followed by each phrase of SYNONYMS that
// starts there, as one term that all phrases of a line share.
function wordsOf(text) {
  const words = [...text.matchAll(WORD)].map((match) => ({
    term: stemOf(match[0]),
    start: match.index,
    end: match.index + match[0].length,
    counts: !STOP_WORDS.has(match[0].toLowerCase()),
  }));
  return words.flatMap((word, i) => {
    const found = (phrases.get(word.term) ?? [])
      .filter(({ stems }) => stems.every((stem, k) => words[i + k]?.term === stem))
      .map(({ stems, term }) => ({
        term,
        start: word.start,
        end: words[i + stems.length - 1].end,
      }));
    return word.counts ? [word, ...found] : found;
  });
}

// The terms of a question, each with its weight and with what was asked: the words of a phrase of
// SYNONYMS ask for the phrase. They weigh less than it, as other phrases of its line do as well.
function termsOf(question) {
  const words = wordsOf(question);
  const terms = new Map();
  for (const { term, start, end } of words) {
    const phrase = words.find(
      (one) => isSynonym(one.term) && one.start <= start && end <= one.end,
    );
    let weight = phrase && !isSynonym(term) ? 0.3 : 1;
    if (EVERYWHERE.has(term)) weight = 0.1;
    terms.set(term, { weight, asked: phrase?.term ?? term });
  }
  return terms;
}
