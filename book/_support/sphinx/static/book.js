// Corrects the theme's behaviour in small ways. Without this script every page is complete.
"use strict";

// Print in the light scheme, whatever the screen has.
let onScreen;
addEventListener("beforeprint", () => {
  onScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = onScreen;
});

// The theme makes boxes that scroll reachable by the keyboard, but not those that are folded away
// at first. It looks again when the size changes.
addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// The theme moves the focus from a button into the dialog that it opens, but not back.
let opener;
addEventListener(
  "click",
  ({ target }) => {
    if (!target.closest("dialog")) opener = target.closest("button");
  },
  true,
);
addEventListener("close", () => opener?.focus(), true);

// A table wider than the text extends into the margin. With this class on it, set before the
// theme's script runs, the theme folds the page's contents away.
if (matchMedia("(min-width: 1200px)").matches) {
  for (const box of document.querySelectorAll(".book-table")) {
    if (box.scrollWidth > box.clientWidth) box.classList.add("full-width");
  }
}

document.querySelector(".bd-search-container input")?.select();
