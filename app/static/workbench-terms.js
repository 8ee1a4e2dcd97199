// The terms of a segment: their definitions on focus, their translations into the box.
"use strict";

// In a scope of its own, with what workbench.js has: find, box, AFTER_K.
(() => {
  const panel = find("#terms");
  if (!panel) return;
  const inserts = box ? [...panel.querySelectorAll("[data-insert-term]")] : [];

  function insertAtCursor(text) {
    box.focus();
    // Only this way of typing for somebody can be undone with Ctrl+Z; listeners hear of it as well.
    if (document.execCommand("insertText", false, text)) return;
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }

  for (const button of inserts) {
    button.hidden = false;
    button.addEventListener("click", () => insertAtCursor(button.dataset.insertTerm));
  }

  // The line has its place on the page from the start: it covers nothing, and nothing jumps.
  const says = find("[data-term-says]");
  const links = document.querySelectorAll("a.term[aria-describedby]");
  says.hidden = !links.length;
  for (const link of links) {
    const definition = document.getElementById(link.getAttribute("aria-describedby"));
    const show = () => {
      says.textContent = definition.textContent;
    };
    link.addEventListener("focus", show);
    link.addEventListener("mouseenter", show);
  }

  // Ctrl+K, then G or the number of a translation.
  AFTER_K.g = () => {
    (inserts[0] ?? panel.querySelector("a")).focus();
    return true;
  };
  inserts.slice(0, 9).forEach((button, at) => {
    AFTER_K[at + 1] = () => {
      button.click();
      return true;
    };
  });
})();
