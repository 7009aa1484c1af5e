// Viewer: size of the pages. Recipients: a combobox (ARIA 1.2) that finds offices without diacritics.
document.querySelector("[data-zoom]")?.addEventListener("click", (event) => {
  const large = event.currentTarget.closest(".viewer").classList.toggle("large");
  event.currentTarget.setAttribute("aria-pressed", String(large));
});

for (const box of document.querySelectorAll("[data-recipients]")) {
  const input = box.querySelector("input[role=combobox]"), options = box.querySelector("[role=listbox]"), picked = box.querySelector(".picked");
  let timer, at = -1;
  const close = () => { options.hidden = true; input.setAttribute("aria-expanded", "false"); input.removeAttribute("aria-activedescendant"); at = -1; };
  const point = (to) => {
    const all = [...options.children];
    if (!all.length) return;
    at = (to + all.length) % all.length;
    all.forEach((o, i) => o.setAttribute("aria-selected", String(i === at)));
    input.setAttribute("aria-activedescendant", all[at].id);
    all[at].scrollIntoView({ block: "nearest" });
  };
  const pick = (organ) => {
    close(); input.value = "";
    if ([...picked.querySelectorAll("input")].some((f) => JSON.parse(f.value).organ_id === organ.organ_id)) return;
    const row = document.createElement("li"), field = document.createElement("input");
    field.type = "hidden"; field.name = "recipient"; field.value = JSON.stringify(organ);
    row.append(organ.name, field, dropper(organ.name)); picked.append(row);
    input.focus();
  };
  const show = (organs) => {
    options.replaceChildren(...organs.map((organ, index) => {
      const option = document.createElement("li");
      option.id = "organ-" + index; option.setAttribute("role", "option");
      option.textContent = `${organ.name} · ${organ.organ_id} · ${organ.office_id ? "nội bộ" : "qua trục"}`;
      option.addEventListener("mousedown", (event) => { event.preventDefault(); pick(organ); });
      option.organ = organ;
      return option;
    }));
    options.hidden = !organs.length; input.setAttribute("aria-expanded", String(!!organs.length));
    if (organs.length) point(0);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    if (input.value.trim().length < 2) return close();
    timer = setTimeout(async () => {
      const answer = await fetch("/noi-nhan?q=" + encodeURIComponent(input.value));
      if (answer.ok) show(await answer.json());
    }, 180);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); point(at + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); point(at - 1); }
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); if (!options.hidden && at >= 0) pick(options.children[at].organ); }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
}
