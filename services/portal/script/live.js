// Live: says that there is something new, and never swaps what a person is typing in.
const watched = document.querySelector("[data-watch]");
if (watched) setInterval(async () => {
  if (document.hidden) return;
  const answer = await fetch("/viec-so").catch(() => null);
  if (!answer?.ok) return;
  const { mark } = await answer.json();
  const note = document.querySelector("#co-moi");
  if (mark !== watched.dataset.watch && note) note.hidden = false;
}, 15000);

for (const toast of document.querySelectorAll(".toast")) {
  let left;
  const start = () => { left = setTimeout(() => toast.remove(), 8000); };
  toast.addEventListener("pointerenter", () => clearTimeout(left));
  toast.addEventListener("focusin", () => clearTimeout(left));
  toast.addEventListener("pointerleave", start);
  start();
}
document.querySelector("[data-focus]")?.focus();
