// Forms: one sending each, dialogs, what was typed is kept in this tab until it is saved.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.opens);
    dialog.showModal();
    dialog.addEventListener("close", () => opener.focus(), { once: true });
    (dialog.querySelector("[autofocus]") ?? dialog.querySelector("[data-closes]"))?.focus();
  }
  const closer = event.target.closest("[data-closes]");
  if (closer) (closer.closest("dialog")?.close() ?? closer.closest(".toast")?.remove());
  event.target.closest("[data-drops]")?.closest("li")?.remove();
});

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button || event.target.method === "get") return;
  if (event.target.dataset.sent) { event.preventDefault(); return; }
  event.target.dataset.sent = "1";
  unsaved = false;
  setTimeout(() => { button.disabled = true; if (button.dataset.busy) button.lastChild.textContent = button.dataset.busy; }, 0);
});
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; }));

let unsaved = false;
for (const form of document.querySelectorAll("form[data-keeps]")) {
  const place = "qlvb:" + form.dataset.keeps;
  const fields = () => [...form.elements].filter((f) => f.name && f.matches("input[type=text], textarea") && f.value !== undefined);
  const kept = JSON.parse(sessionStorage.getItem(place) ?? "{}");
  for (const field of fields()) if (kept[field.name] && !field.value) field.value = kept[field.name];
  form.addEventListener("input", () => {
    unsaved = true;
    sessionStorage.setItem(place, JSON.stringify(Object.fromEntries(fields().map((f) => [f.name, f.value]))));
  });
}
addEventListener("beforeunload", (event) => { if (unsaved) event.preventDefault(); });
if (document.querySelector("[data-saved]") || location.pathname === "/dang-nhap") for (const key of Object.keys(sessionStorage)) if (key.startsWith("qlvb:")) sessionStorage.removeItem(key);

function dropper(what) {
  const button = document.createElement("button");
  button.type = "button"; button.dataset.drops = ""; button.textContent = "✕"; button.setAttribute("aria-label", "Bỏ " + what);
  return button;
}
