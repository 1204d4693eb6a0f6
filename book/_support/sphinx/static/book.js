// Small repairs of the theme's behaviour. Without this script every page is whole.
"use strict";

// Paper is light, whatever the screen is.
let onScreen;
addEventListener("beforeprint", () => {
  onScreen = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = onScreen;
});

// The theme lets the keyboard into boxes that scroll, but never looks again at what was
// folded away; it does at a change of size.
addEventListener("toggle", () => dispatchEvent(new Event("resize")), true);

// It also takes the focus from a button that opens a dialog, and does not give it back.
let opener;
addEventListener(
  "click",
  ({ target }) => {
    if (!target.closest("dialog")) opener = target.closest("button");
  },
  true,
);
addEventListener("close", () => opener?.focus(), true);

// A table wider than the text runs on beside it. For this class the theme folds the page's
// contents away, if it is there before the theme's script looks.
if (matchMedia("(min-width: 1200px)").matches) {
  for (const box of document.querySelectorAll(".book-table")) {
    if (box.scrollWidth > box.clientWidth) box.classList.add("full-width");
  }
}

document.querySelector(".bd-search-container input")?.select();
