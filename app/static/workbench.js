// Nothing here is needed: every form and link of the workbench works without scripts.
"use strict";

const storage = (() => {
  try {
    localStorage.setItem("workbench-probe", "1");
    localStorage.removeItem("workbench-probe");
    return localStorage;
  } catch {
    return null;
  }
})();
const find = (selector) => document.querySelector(selector);
const editor = find("form[data-edit]");
const box = editor?.querySelector("textarea[name=target]");
const dialog = find("#keys-dialog");
const DRAFT = "workbench-draft:";
let leaving = false;

// --- What was done is said aloud ------------------------------------------------------------------

// A live region speaks when its content changes, not when it is loaded with the page.
const status = find("#status");
const said = status?.textContent.trim();
if (said) {
  const words = [...status.childNodes];
  status.replaceChildren();
  const heading = find("h1")?.textContent.replace(/\s+/g, " ").trim() ?? "";
  setTimeout(() => {
    status.replaceChildren(...words);
    if (box) {
      const here = document.createElement("span");
      here.className = "unseen";
      here.textContent = heading;
      status.append(here);
    }
  }, 100);
}
find("#problems")?.focus();
const once = find("[data-select]");
once?.focus();
once?.select();

// --- Enter in a field of an import stays there ----------------------------------------------------

const at = find("input[type=hidden][name=at]");
at?.form.addEventListener("submit", () => {
  at.value = document.activeElement?.id ?? "";
});

// --- Nothing typed is lost ------------------------------------------------------------------------

const saved = () => box.dataset.saved ?? "";
const changed = () => box && box.value !== saved() && box.value !== "";
const place = DRAFT + location.pathname.replace(/\/propose$/, "");

// What has been stored since is no draft any more, whoever changes it next.
for (const path of status?.dataset.stored?.split(" ") ?? []) storage?.removeItem(DRAFT + path);
if (box && storage) {
  const kept = storage.getItem(place);
  const note = find("[data-draft]");
  if (kept !== null && (kept === saved() || kept === box.value)) {
    storage.removeItem(place);
  } else if (kept !== null && note) {
    note.hidden = false;
    note.querySelector("[data-draft-use]").addEventListener("click", () => {
      box.value = kept;
      note.hidden = true;
      box.focus();
    });
    note.querySelector("[data-draft-drop]").addEventListener("click", () => {
      storage.removeItem(place);
      note.hidden = true;
      box.focus();
    });
  }
  box.addEventListener("input", () => {
    if (changed()) storage.setItem(place, box.value);
    else storage.removeItem(place);
  });
}
find("form[data-sign-out]")?.addEventListener("submit", () => {
  if (!storage) return;
  for (const key of Object.keys(storage)) if (key.startsWith(DRAFT)) storage.removeItem(key);
});
document.addEventListener("submit", (event) => {
  // Sending another form would lose what stands in the box: that is a change to be warned of.
  if (event.target === editor || event.target.method === "dialog") leaving = true;
});
document.addEventListener("click", (event) => {
  if (event.target instanceof Element && event.target.closest("[data-leave]")) leaving = true;
});
window.addEventListener("beforeunload", (event) => {
  if (!leaving && changed()) event.preventDefault();
});

// --- The memory -----------------------------------------------------------------------------------

function insert(text) {
  box.focus();
  box.select();
  // Typed for the translator, it can be undone with the browser's own keys.
  if (document.execCommand("insertText", false, text)) return;
  box.value = text;
  box.dispatchEvent(new Event("input"));
}

for (const button of document.querySelectorAll("[data-insert]")) {
  if (!box) break;
  button.addEventListener("click", (event) => {
    event.preventDefault();
    insert(button.dataset.insert);
  });
}

// --- Keys -----------------------------------------------------------------------------------------

const KEYS = "workbench-keys";
const keysOn = () => storage?.getItem(KEYS) !== "off";
const key = (name) => find(`[data-key="${name}"]`);

function press(name) {
  const control = key(name);
  if (!control || control.disabled) return false;
  control.click();
  return true;
}

function openReasons() {
  const details = find('details[data-key="return"]');
  if (!details) return false;
  details.open = true;
  details.querySelector("input[type=radio]")?.focus();
  return true;
}

function go(relation) {
  const link = find(`a[rel="${relation}"]`);
  if (!link) return false;
  link.click();
  return true;
}

function showKeys() {
  if (!dialog || dialog.open) return false;
  dialog.showModal();
  return true;
}

function toMemory() {
  const button = key("memory");
  if (!button) return false;
  button.scrollIntoView({ block: "center" });
  button.focus();
  return true;
}

// Ctrl+K, then a letter or a number: for what has to work inside of text boxes, too. The scripts of
// single panels add theirs.
const AFTER_K = { m: toMemory };
const chord = find("[data-chord]");
let afterK = false;

// Where keys type other signs than a to z and 0 to 9, their places count.
const isLetter = (event, name) =>
  event.key.toLowerCase() === name ||
  (event.key > "~" && [`Key${name.toUpperCase()}`, `Digit${name}`, `Numpad${name}`].includes(event.code));

function wait(on) {
  if (chord && on !== afterK) chord.textContent = on ? chord.dataset.says : "";
  afterK = on;
}

function palette(event) {
  if (["Control", "Meta", "Shift", "Alt", "AltGraph"].includes(event.key)) return false;
  const found = afterK && Object.keys(AFTER_K).find((name) => isLetter(event, name));
  const ended = afterK && event.key === "Escape";
  const modified = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  wait(modified && isLetter(event, "k") && Boolean(editor) && !dialog?.open);
  return found ? AFTER_K[found]() : afterK || ended;
}

document.addEventListener("pointerdown", () => wait(false));

function withModifier(event) {
  if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key === "Enter") {
    if (event.target !== box) return false;
    return press(event.shiftKey ? "draft" : "save");
  }
  const plainAlt = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  if (plainAlt && event.key === "ArrowDown") return go("next");
  if (plainAlt && event.key === "ArrowUp") return go("prev");
  return false;
}

function letter(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || dialog?.open) return false;
  if (event.key === "?") return showKeys();
  if (event.key === "a" || event.key === "A") return press("approve");
  if (event.key === "r" || event.key === "R") return openReasons();
  if (isLetter(event, "m")) return toMemory();
  return false;
}

document.addEventListener("keydown", (event) => {
  if (!keysOn() || event.defaultPrevented || event.isComposing || event.repeat) return;
  if (palette(event) || withModifier(event) || letter(event)) event.preventDefault();
});

for (const area of document.querySelectorAll("[data-keys-switch]")) {
  if (!storage) break;
  const off = area.querySelector("[data-keys-off]");
  const on = area.querySelector("[data-keys-on]");
  const show = () => {
    off.hidden = !keysOn();
    on.hidden = keysOn();
  };
  off.addEventListener("click", () => {
    storage.setItem(KEYS, "off");
    show();
    on.focus();
  });
  on.addEventListener("click", () => {
    storage.removeItem(KEYS);
    show();
    off.focus();
  });
  area.hidden = false;
  show();
}
