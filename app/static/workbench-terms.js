// The terms of a segment: their definitions on focus, their translations into the box.
"use strict";

const termPanel = find("#terms");
const inserts = box && termPanel ? [...termPanel.querySelectorAll("[data-insert]")] : [];

function insertTerm(button) {
  box.focus();
  // Only this way of typing for somebody can be undone with Ctrl+Z; it also tells the box's listeners.
  if (document.execCommand("insertText", false, button.dataset.insert)) return;
  box.setRangeText(button.dataset.insert, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

for (const button of inserts) {
  button.hidden = false;
  button.addEventListener("click", () => insertTerm(button));
}

// The line has its place on the page from the start: it covers nothing, and nothing jumps.
const says = find("[data-term-says]");
const marked = document.querySelectorAll("a.term[aria-describedby]");
if (says && marked.length) says.hidden = false;
for (const link of marked) {
  const definition = document.getElementById(link.getAttribute("aria-describedby"));
  const show = () => {
    says.textContent = definition.textContent;
  };
  link.addEventListener("focus", show);
  link.addEventListener("mouseenter", show);
}

// --- Ctrl+K, then a letter or a number -------------------------------------------------------------

const chord = find("[data-chord]");
let waits = false;

function wait(on) {
  waits = on;
  if (chord) chord.textContent = on ? chord.dataset.says : "";
}

// On a keyboard of another script the place of the key counts, on a Latin one its letter.
function isLetter(event, name) {
  const typed = event.key.toLowerCase();
  return typed === name || (!/^[a-z]$/.test(typed) && event.code === `Key${name.toUpperCase()}`);
}

function second(event) {
  const number = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  if (number) {
    if (inserts[number - 1]) insertTerm(inserts[number - 1]);
    return true;
  }
  if (!isLetter(event, "g")) return false;
  (inserts[0] ?? termPanel.querySelector("a")).focus();
  return true;
}

document.addEventListener(
  "keydown",
  (event) => {
    if (!termPanel || !keysOn() || event.isComposing || event.repeat || dialog?.open) return;
    if (["Control", "Meta", "Shift", "Alt", "AltGraph"].includes(event.key)) return;
    if (waits) {
      wait(false);
      if (event.key === "Escape" || second(event)) event.preventDefault();
      return;
    }
    const only = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (only && isLetter(event, "k")) {
      wait(true);
      event.preventDefault();
    }
  },
  { capture: true },
);
document.addEventListener("pointerdown", () => wait(false));
