// Shows the note of a code or a term: under the pointer, on focus, or at the first tap of a
// finger, whose second tap follows the link. Without this script each link leads where it says.
// The texts are in notes-texts.js, which _support/sphinx/links.py writes.
"use strict";

{
  const LINKS = "a[aria-describedby^='note-']";
  const box = document.createElement("div");
  box.className = "notes";
  for (const link of document.querySelectorAll("article a[href*='#']")) {
    const anchor = link.hash.slice(1);
    const isCode = link.textContent === anchor; // such as D5, linked by a table
    if (!isCode && !link.matches(".patient, .entry, .repair, .term")) continue;
    const name = link.matches(".repair") ? link.textContent.split(" ").at(-1) : anchor;
    if (!Object.hasOwn(NOTES, name)) continue;
    const id = `note-${name}`;
    link.setAttribute("aria-describedby", id);
    link.removeAttribute("title");
    if (box.querySelector(`#${id}`)) continue;
    const title = document.createElement("b");
    const note = document.createElement("p");
    [note.id, note.popover, note.role] = [id, "manual", "tooltip"];
    title.append(NOTES[name][0]);
    note.append(title, NOTES[name][1]);
    box.append(note);
  }
  document.querySelector("article")?.after(box);

  const PAUSE = 150; // ms in which the pointer may go from the link into the note
  let link, note, leaving;

  const hide = () => {
    clearTimeout(leaving);
    if (note?.matches(":popover-open")) note.hidePopover();
    link = note = undefined;
  };

  const show = (target) => {
    clearTimeout(leaving);
    if (target === link) return;
    hide();
    const found = document.getElementById(target.getAttribute("aria-describedby"));
    if (!found?.showPopover) return;
    [link, note] = [target, found];
    note.showPopover();
    // Below the link and within the page's width; above it where there is no room below.
    const at = [...link.getClientRects()].at(-1);
    const { offsetWidth, offsetHeight } = note;
    const width = document.documentElement.clientWidth;
    const isBelow = at.bottom + offsetHeight + 8 < innerHeight || at.top < offsetHeight + 8;
    const left = Math.max(8, Math.min(at.left, width - offsetWidth - 8));
    note.style.left = `${left + scrollX}px`;
    note.style.top = `${(isBelow ? at.bottom + 4 : at.top - offsetHeight - 4) + scrollY}px`;
  };

  const linkOf = ({ target }) => target.closest?.(LINKS);

  let touched = false; // whether the last press was a finger's
  addEventListener("pointerdown", (event) => {
    touched = event.pointerType === "touch";
    if (!linkOf(event) && !note?.contains(event.target)) hide();
  });
  addEventListener("keydown", ({ key }) => {
    touched = false;
    if (key === "Escape") hide();
  });
  addEventListener("click", (event) => {
    const target = linkOf(event);
    if (!target || !touched || target === link) return;
    event.preventDefault();
    show(target);
  });
  addEventListener("focusin", (event) => {
    if (touched) return; // the click that follows decides
    const target = linkOf(event);
    target ? show(target) : hide();
  });
  addEventListener("pointerover", (event) => {
    if (event.pointerType === "touch") return;
    const target = linkOf(event);
    if (target) show(target);
    else if (note?.contains(event.target)) clearTimeout(leaving);
    else if (note && document.activeElement !== link) {
      clearTimeout(leaving);
      leaving = setTimeout(hide, PAUSE);
    }
  });
}
