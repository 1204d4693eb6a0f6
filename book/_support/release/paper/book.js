// Run once on the whole book, after its chapters are joined: what the site has on two pages is
// kept on one, and an empty place for a page number follows every link within the book.
() => {
  const register = "reproduction-report--register";

  // A table of many columns also takes the margin.
  for (const table of document.querySelectorAll("table")) {
    const columns = Math.max(...[...table.rows].map((row) => row.cells.length));
    if (columns > 7 || table.closest(".claims")) table.parentElement.classList.add("wide");
  }

  // A divergence is explained in its chapter; the ledger links to it.
  for (const entry of document.querySelectorAll("[id^='reproduction-report--D'].divergence")) {
    const code = entry.id.split("--")[1];
    const explained = document.querySelector(`.divergence[id$="--${code}"]`);
    if (explained === entry) continue;
    for (const link of document.querySelectorAll(`a[href="#${entry.id}"]`))
      link.setAttribute("href", `#${explained.id}`);
    const line = document.createElement("p");
    line.className = "of-ledger";
    line.innerHTML = `<a href="#${explained.id}">${entry.querySelector(".title").innerHTML}</a>`;
    entry.replaceWith(line);
  }

  // A chapter's claims are rows of the register.
  for (const row of document.querySelectorAll(`[id="${register}"] tbody tr`)) {
    // A row has no place of its own in a PDF, its cells have.
    row.cells[0].id = row.id;
    row.removeAttribute("id");
  }
  for (const table of document.querySelectorAll(".book-table.claims:not(.dictionary)")) {
    if (table.id === register) continue;
    const line = document.createElement("p");
    const first = table.querySelector(".how a")?.getAttribute("href") ?? `#${register}`;
    line.innerHTML = `${table.querySelector("caption").innerHTML} They are listed in the
      <a href="${first}">register</a>.`;
    table.replaceWith(line);
  }

  for (const link of document.querySelectorAll("article a[href^='#']:not(.citation-link)")) {
    if (link.closest("svg, .book-contents, .of-listing, .how, a.patient, a.term, .with-verdicts, .quantities td + td")) {
      continue;
    }
    const pageNumber = document.createElement("span");
    pageNumber.className = "page-of";
    pageNumber.dataset.of = link.getAttribute("href").slice(1);
    link.after(pageNumber);
  }
};
