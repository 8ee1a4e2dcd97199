// Nothing here is needed: pages work without scripts.

// The server never sees the part behind "#": carry the section along when the language changes.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element && event.target.closest("nav.languages a");
  if (link && location.hash) link.hash = location.hash;
});

// Older browsers focus only form fields on their own.
document.querySelector(".error-summary")?.focus();
