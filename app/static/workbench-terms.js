// The terms of a segment: their definitions on focus, their translations into the box.
"use strict";

// In a scope of its own, with what workbench.js has found: box, dialog, keysOn.
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

  // Ctrl+K, then G or a number. workbench.js is asked first: a key that it uses is not ours.
  const chord = find("[data-chord]");
  let waits = false;

  function wait(on) {
    waits = on;
    chord.textContent = on ? chord.dataset.says : "";
  }

  // On a keyboard of another script the place of the key counts, on a Latin one its letter.
  function isLetter(event, name) {
    const typed = event.key.toLowerCase();
    return typed === name || (event.key > "~" && event.code === `Key${name.toUpperCase()}`);
  }

  function second(event) {
    const number = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (number) {
      inserts[number - 1]?.click();
      return true;
    }
    if (!isLetter(event, "g")) return event.key === "Escape";
    (inserts[0] ?? panel.querySelector("a")).focus();
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (!keysOn() || event.isComposing || event.repeat || dialog?.open) return;
    if (["Control", "Meta", "Shift", "Alt", "AltGraph"].includes(event.key)) return;
    const plain = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (plain && isLetter(event, "k")) {
      wait(true);
      event.preventDefault();
    } else if (waits) {
      wait(false);
      if (!event.defaultPrevented && second(event)) event.preventDefault();
    }
  });
  document.addEventListener("pointerdown", () => wait(false));
})();
