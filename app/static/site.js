// Nothing here is needed: pages work without scripts.

// The server never sees the part behind "#": carry the section along when the language changes.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("nav.languages a");
  if (link && location.hash) link.hash = location.hash;
});

// What was typed goes along to the form in another language. Its stamp is not of that language, so
// the server shows the form and takes no message.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("nav.languages a");
  const form = document.querySelector("form.message");
  const elsewhere = event.button || event.ctrlKey || event.metaKey || event.shiftKey;
  if (!link || !form || elsewhere || link.hasAttribute("aria-current")) return;
  const { name, email, message } = form.elements;
  if (![name, email, message].some((field) => field.value.trim())) return;
  event.preventDefault();
  const button = document.createElement("button");
  button.formAction = link.href;
  button.hidden = true;
  form.append(button);
  form.requestSubmit(button);
  button.remove();
});

// A link to a heading is copied as well as followed: that is what it is for.
document.addEventListener("click", async (event) => {
  const link = event.target instanceof Element && event.target.closest("a.permalink");
  const said = document.querySelector(".copied");
  if (!link || !said) return;
  said.textContent = "";
  try {
    await navigator.clipboard.writeText(link.href);
    said.textContent = said.dataset.words;
  } catch {
    // Not allowed here: the address bar has it now.
  }
});

// Find a language while its name is typed. The server does the same for a form that is sent, by the
// same rules: workflows/languages/finding.py.
const fold = (text) =>
  text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[\u0919\u091e\u0923\u0928\u092e]\u094d/g, "\u0902")
    .replaceAll("ß", "ss")
    .replaceAll("ς", "σ")
    .split(/[^\p{L}\p{N}\p{M}]+/u)
    .filter(Boolean)
    .slice(0, 4);

// Typing errors: letters added, left out, exchanged, or swapped with the next.
const distance = (a, b) => {
  let [older, row] = [[], [...Array(b.length + 1).keys()]];
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] !== b[j - 1]));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        next[j] = Math.min(next[j], older[j - 2] + 1);
    }
    [older, row] = [row, next];
  }
  return row[b.length];
};

const NOWHERE = 9;
const rank = (asked, [code, ...names], tolerant) => {
  if (tolerant) {
    const allowed = (asked.length >= 4) + (asked.length >= 7);
    const ends = names.flatMap((name) => [
      name,
      name.slice(0, asked.length),
      name.slice(0, asked.length + 1),
    ]);
    const least = Math.min(...ends.map((end) => distance(asked, end)));
    return allowed && least <= allowed ? least : NOWHERE;
  }
  if (asked === code || code.split("-").includes(asked)) return 0;
  if (names.includes(asked)) return 1;
  if (names.some((name) => name.startsWith(asked))) return 2;
  const speaks = asked.length >= 3 || /[^\x00-\x7f]/.test(asked);
  return speaks && names.some((name) => name.includes(asked)) ? 3 : NOWHERE;
};

const find = (query, rows) => {
  const asked = fold(query);
  if (!asked.length) return query.trim() ? [] : rows;
  for (const tolerant of [false, true]) {
    const ranked = rows
      .map((row) => [Math.max(...asked.map((word) => rank(word, row.words, tolerant))), row])
      .filter(([worst]) => worst < NOWHERE);
    if (ranked.length) return ranked.sort(([a], [b]) => a - b).map(([, row]) => row);
  }
  return [];
};

for (const form of document.querySelectorAll("form.find")) {
  const box = form.parentElement;
  const status = box.querySelector("[role=status]");
  const rows = [...box.querySelectorAll("[data-names]")].map((item) => ({
    item,
    link: item.querySelector("a"),
    words: item.dataset.names.split(" "),
  }));
  let found = rows;
  form.q.addEventListener("input", () => {
    found = find(form.q.value, rows);
    for (const row of rows) row.item.hidden = !found.includes(row);
    status.textContent = form.q.value.trim()
      ? status.dataset.words.replace("{}", found.length)
      : "";
  });
  form.addEventListener("submit", (event) => {
    if (form.q.value.trim() && found.length && found.length < rows.length) {
      event.preventDefault();
      found[0].link.click();
    } else if (location.hash) {
      form.section.value = location.hash.slice(1);
      form.section.disabled = false;
    }
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const stops = [form.q, ...rows.filter((row) => !row.item.hidden).map((row) => row.link)];
    const at = stops.indexOf(document.activeElement);
    if (!step || at < 0) return;
    event.preventDefault();
    stops[(at + step + stops.length) % stops.length].focus();
  });
}

// Older browsers focus only form fields on their own.
document.querySelector(".error-summary")?.focus();
