// The whole book, once its chapters are joined: what the site says on two pages is said on
// one, and every link within the book is followed by an empty place for a page number.
() => {
  const register = "reproduction-report--register";

  // An entry of the ledger is explained in its chapter; the ledger leads there.
  for (const entry of document.querySelectorAll("[id^='reproduction-report--D'].divergence")) {
    const code = entry.id.split("--")[1];
    const explained = document.querySelector(`.divergence[id$="--${code}"]`);
    if (explained === entry) continue;
    // A table of many columns takes the margin as well.
  for (const table of document.querySelectorAll("table")) {
    const columns = Math.max(...[...table.rows].map((row) => row.cells.length));
    if (columns > 7 || table.closest(".claims")) table.parentElement.classList.add("wide");
  }

  for (const link of document.querySelectorAll(`a[href="#${entry.id}"]`))
      link.setAttribute("href", `#${explained.id}`);
    const line = document.createElement("p");
    line.className = "of-ledger";
    line.innerHTML = `<a href="#${explained.id}">${entry.querySelector(".title").innerHTML}</a>`;
    entry.replaceWith(line);
  }

  // A chapter's claims are rows of the register.
  const rows = [...document.querySelectorAll(`[id="${register}"] tbody tr`)];
  const words = (row) => [...row.cells].slice(0, 2).map((cell) => cell.textContent).join();
  const placeOf = new Map();
  for (const row of rows) {
    // A row has no place of its own in a PDF, its cells have.
    row.cells[0].id = row.id;
    row.removeAttribute("id");
    placeOf.set(words(row), row.cells[0].id);
  }
  for (const table of document.querySelectorAll(".book-table.claims:not(.dictionary)")) {
    if (table.id === register) continue;
    const line = document.createElement("p");
    const first = placeOf.get(words(table.querySelector("tbody tr")));
    line.innerHTML = `${table.querySelector("caption").innerHTML} They are listed in the
      <a href="#${first ?? register}">register</a>.`;
    table.replaceWith(line);
  }

  for (const link of document.querySelectorAll("article a[href^='#']:not(.citation-link)")) {
    if (link.closest("svg, .book-contents, .of-listing")) continue;
    const place = document.createElement("span");
    place.className = "page-of";
    place.dataset.of = link.getAttribute("href").slice(1);
    link.after(place);
  }
};
