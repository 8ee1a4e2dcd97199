// Keys of the inbox. All of it works without: the same links and buttons are on the page.
"use strict";

// In a scope of its own, with what workbench.js has: find, key, keysOn, press, dialog.
(() => {
  const links = [...document.querySelectorAll("a[data-message]")];

  function step(by) {
    if (!links.length) return false;
    const at = links.indexOf(document.activeElement);
    const next = at < 0 ? (by > 0 ? 0 : links.length - 1) : at + by;
    links[Math.min(Math.max(next, 0), links.length - 1)].focus();
    return true;
  }

  function to(control) {
    control?.focus();
    return Boolean(control);
  }

  const KEYS_HERE = {
    j: () => step(1),
    k: () => step(-1),
    e: () => press("answered"),
    u: () => press("read"),
    r: () => to(key("reply")),
    "/": () => to(find("#q")),
  };

  document.addEventListener("keydown", (event) => {
    if (!keysOn() || event.defaultPrevented || event.isComposing || event.repeat) return;
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return;
    const name = Object.keys(KEYS_HERE).find((letter) => isLetter(event, letter));
    if (name && KEYS_HERE[name]()) event.preventDefault();
  });
})();
