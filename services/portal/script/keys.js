// Keyboard: J K rows, Enter open, A the act, / search, N new draft, G then a letter, ? help. Off inside fields.
const PLACES = { v: "/", d: "/den", p: "/di", s: "/so", t: "/tim-kiem" };
let leading = false;
const rows = () => [...document.querySelectorAll(".rows > li")];
const inField = (target) => target.closest("input, textarea, select, dialog[open]");

function step(by) {
  const all = rows();
  if (!all.length) return;
  const at = all.findIndex((row) => row.classList.contains("here"));
  const next = all[Math.min(all.length - 1, Math.max(0, at + by))];
  all.forEach((row) => row.classList.toggle("here", row === next));
  next.querySelector("a.cover")?.focus();
  next.scrollIntoView({ block: "nearest" });
}

function act() {
  const wanted = document.querySelector(".rows > li.here .act") ?? document.querySelector("[data-act]") ?? document.querySelector(".act");
  wanted?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest("form");
    if (form) { event.preventDefault(); form.requestSubmit(form.querySelector("button.primary") ?? undefined); }
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || inField(event.target)) return;
  const key = event.key.toLowerCase();
  if (leading) { leading = false; if (PLACES[key]) location.assign(PLACES[key]); return; }
  const does = {
    g: () => { leading = true; setTimeout(() => { leading = false; }, 1500); },
    j: () => step(1), k: () => step(-1), a: act,
    n: () => document.querySelector("[data-new]") && location.assign("/soan"),
    e: () => document.querySelector("#y-kien")?.scrollIntoView(),
    "/": () => document.querySelector("#tim")?.focus(),
    "?": () => location.assign("/tro-giup"),
  }[key];
  if (does) { event.preventDefault(); does(); }
});
