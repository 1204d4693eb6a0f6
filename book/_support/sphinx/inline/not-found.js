// Finds the nearest folder above with the book's icon, and makes the links start there.
(async () => {
  if (!location.protocol.startsWith("http")) return;
  for (let folder = new URL("./", location); ; folder = new URL("../", folder)) {
    const found = await fetch(new URL("_static/favicon.svg", folder));
    if (found.ok) {
      for (const link of document.querySelectorAll("[data-page]")) {
        link.href = new URL(link.dataset.page, folder);
      }
    }
    if (found.ok || folder.pathname === "/") return;
  }
})();
