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
// A job's progress is read again until the job is over; then the whole page, with what can be done next.
const job = document.querySelector("[data-job]");
if (job) setInterval(async () => {
  if (document.hidden || document.querySelector("form[data-sent]")) return;
  const answer = await fetch(location.href).catch(() => null);
  if (!answer?.ok) return;
  const next = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(job.id);
  if (next?.hasAttribute("data-job")) job.replaceChildren(...next.childNodes);
  else if (next) location.reload();
}, 2000);
