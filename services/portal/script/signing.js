// A draft that its signer has before the eyes is marked as seen; a batch counts what is ticked and shows that it runs.
const seen = document.querySelector("[data-seen]");
if (seen) fetch(seen.dataset.seen, { method: "POST", headers: { "X-CSRF": document.body.dataset.csrf } }).catch(() => null);

for (const form of document.querySelectorAll("form[data-batch]")) {
  const button = form.querySelector("button.primary"), label = form.querySelector("[data-says]");
  form.addEventListener("change", () => {
    const ticked = form.querySelectorAll("input[name=ids]:checked").length;
    label.textContent = label.dataset.says.replace("#", ticked);
    button.disabled = !ticked;
  });
  form.addEventListener("submit", () => form.querySelector("progress").classList.remove("hidden"));
}
