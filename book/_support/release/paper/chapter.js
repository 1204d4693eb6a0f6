// Turns one page of the built site into a chapter on paper: what only a screen needs is removed,
// ids are made unique in the whole book, links lead to targets within it, and code is taken out.
// Returns the chapter's name, title, first-level sections, listings and HTML.
({ name, pages, codeStays, firstListing }) => {
  const chapter = document.querySelector("article.bd-article").cloneNode(true);
  const every = (selector) => [...chapter.querySelectorAll(selector)];
  const element = (html) => {
    const template = document.createElement("template");
    template.innerHTML = html;
    return template.content.firstElementChild;
  };
  const uniqueId = (id) => `${name}--${id}`;

  const forScreens =
    ".headerlink, .register-filter, .what-if-form, .copybtn, script, .toctree-wrapper, " +
    "#register details, .book-table:has(td > details:not(.why))";
  for (const node of every(forScreens)) node.remove();

  // The package's source is on the site and in the repository; here it would fill many pages.
  for (const sources of every(".cell_output:has(h3.definition)")) {
    for (const listing of sources.querySelectorAll("div.highlight")) listing.remove();
    sources.prepend(element("<p>On paper without the source, which the site shows.</p>"));
  }

  for (const node of every("*")) {
    for (const { name: key, value } of [...node.attributes]) {
      if (key === "id") node.id = uniqueId(value);
      else if (["aria-labelledby", "aria-describedby", "for"].includes(key))
        node.setAttribute(key, value.split(/\s+/).map(uniqueId).join(" "));
      else if (key === "tabindex") node.removeAttribute(key);
      else if (key.endsWith("href") && node.closest("svg") && value.startsWith("#"))
        node.setAttribute(key, `#${uniqueId(value.slice(1))}`);
      else if (value.includes("url(#"))
        node.setAttribute(key, value.replaceAll("url(#", `url(#${name}--`));
    }
  }

  // A section can begin, still empty, on the page before its head, so links to the section must
  // lead to its head.
  for (const head of every("h2, h3, h4")) {
    const section = head.closest("section");
    for (const target of section.querySelectorAll(":scope > span[id]:empty")) head.prepend(target);
    if (section.previousElementSibling?.matches("span[id]:empty"))
      head.prepend(section.previousElementSibling);
    if (section.id) head.id = section.id;
    section.removeAttribute("id");
  }

  for (const link of every("a[href]").filter((found) => !found.closest("svg"))) {
    if (link.protocol !== "file:") continue;
    const page = pages[link.pathname];
    // Links into the site have no target on paper, and would show this machine's paths.
    if (!page) link.removeAttribute("href");
    else {
      // A filter of the register, as #quantity=table5, has no place on paper.
      const place = link.hash.includes("=") ? "" : link.hash.replace("#", "--");
      link.setAttribute("href", `#${page}${place}`);
      // The list of references is sorted, so a citation needs no page number.
      if (page === "references" && link.hash) link.classList.add("citation-link");
    }
  }

  const listings = [];
  for (const cell of codeStays ? [] : every("div.cell")) {
    const code = cell.querySelector(".highlight");
    if (!code || code.closest(".cell_output")) continue;
    const number = firstListing + listings.length;
    // What a solution shows is printed with its code, away from the question.
    const answer = cell.querySelector("details .cell_output")?.outerHTML ?? "";
    listings.push({ number, html: code.outerHTML + answer });
    (code.closest("details") ?? code.closest(".cell_input")).remove();
    cell.id = `cell-${number}`;
    if (answer)
      cell.append(element(`<p>Solution: <a href="#code-${number}">code ${number}</a></p>`));
    else if (cell.querySelector(".cell_output"))
      cell.prepend(element(`<p class="of-code"><a href="#code-${number}">code ${number}</a></p>`));
  }
  for (const details of every("details.hide")) details.open = true;

  // After a table Chromium ignores how many lines must stay together.
  for (const paragraph of every("p:not(.of-code, .note, :is(h2, h3, h4) + p)")) {
    if (paragraph.textContent.length < 520) paragraph.classList.add("whole");
  }
  // A head stays with what follows it, which must not be a cell that has only code.
  for (const head of every(":is(h2, h3, h4)")) {
    while (head.nextElementSibling?.matches("div.cell:not(:has(.cell_output))"))
      head.before(head.nextElementSibling);
  }

  const title = chapter.querySelector("h1").textContent;
  const sections = every("h2").map((head) => ({ id: head.id, title: head.textContent }));
  return { name, title, sections, listings, html: chapter.innerHTML };
};
