// Placement: boxes on the pages and millimetres in the fields say the same; moved by mouse, finger or keys.
for (const root of document.querySelectorAll("[data-placement]")) {
  const share = root.querySelector("[data-share]"), boxes = {};
  const number = (text) => Number.parseFloat(String(text).replace(",", ".")) || 0;
  const field = (name, side) => root.querySelector(`[name="${name}-${side}"]`);
  const sheetOf = (page) => root.querySelector(`.sheet[data-page="${page}"]`) ?? root.querySelector(".sheet");
  const values = (name) => Object.fromEntries(["page", "left", "top", "width", "height"].map((side) => [side, number(field(name, side).value)]));

  const show = (name) => {
    const at = values(name), sheet = sheetOf(at.page), box = boxes[name];
    if (box.parentElement !== sheet) { const had = document.activeElement === box; sheet.append(box); if (had) box.focus(); }
    for (const [side, length] of [["left", "width"], ["top", "height"], ["width", "width"], ["height", "height"]])
      box.style[side] = `${(100 * at[side]) / number(sheet.dataset[length])}%`;
    check();
  };
  const put = (name, changes) => {
    const at = { ...values(name), ...changes }, sheet = sheetOf(at.page), of = { left: "width", top: "height" };
    at.width = Math.max(4, at.width); at.height = Math.max(4, at.height);
    for (const side of ["left", "top"]) at[side] = Math.min(Math.max(0, at[side]), number(sheet.dataset[of[side]]) - at[of[side]]);
    for (const side of ["left", "top", "width", "height"]) field(name, side).value = Math.round(at[side] * 10) / 10;
    field(name, "page").value = sheet.dataset.page;
    show(name);
  };
  const check = () => {
    const seal = values("seal"), signature = values("signature");
    const covered = Math.round((100 * (seal.left + seal.width - signature.left)) / signature.width);
    const level = Math.abs(seal.top + seal.height / 2 - signature.top - signature.height / 2) <= 5;
    const good = seal.page === signature.page && level && covered >= 28 && covered <= 38;
    const where = seal.page !== signature.page ? "Con dấu và chữ ký phải cùng một trang." : level ? "" : "Con dấu phải cùng hàng với chữ ký.";
    share.textContent = where || `Con dấu trùm ${Math.max(0, covered)} % chữ ký${good ? ": đúng (28–38 %)." : "; phải trùm 28–38 % về bên trái."}`;
    share.classList.toggle("late", !good);
  };
  const drag = (event, name) => {
    if (event.button) return;
    const box = boxes[name], sheet = box.parentElement, from = values(name), sizes = event.target !== box && name !== "seal";
    const perPixel = number(sheet.dataset.width) / sheet.getBoundingClientRect().width;
    const move = (to) => {
      const x = (to.clientX - event.clientX) * perPixel, y = (to.clientY - event.clientY) * perPixel;
      put(name, sizes ? { width: from.width + x, height: from.height + y } : { left: from.left + x, top: from.top + y });
    };
    box.setPointerCapture(event.pointerId);
    box.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) box.addEventListener(end, () => box.removeEventListener("pointermove", move), { once: true });
  };
  const press = (event, name) => {
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key], at = values(name);
    if (event.key === "PageUp" || event.key === "PageDown") put(name, { page: Math.max(1, at.page + (event.key === "PageUp" ? -1 : 1)) });
    else if (!way) return;
    else {
      const [x, y] = way.map((one) => one * (event.shiftKey ? 5 : 1));
      put(name, event.ctrlKey && name !== "seal" ? { width: at.width + x, height: at.height + y } : { left: at.left + x, top: at.top + y });
    }
    event.preventDefault();
  };
  for (const set of root.querySelectorAll("[data-box]")) {
    const name = set.dataset.box, box = document.createElement("button"), corner = document.createElement("i");
    box.type = "button"; box.className = `mark-box ${name}`; box.setAttribute("aria-label", `Ô ${set.querySelector("legend").textContent.toLowerCase()}`);
    if (["signature", "seal"].includes(name)) box.append(set.querySelector("legend").textContent);
    if (name === "signature") box.append(corner); // the lines are too small for a handle: their sizes are typed, or Ctrl and arrows
    boxes[name] = box;
    box.addEventListener("pointerdown", (event) => drag(event, name));
    box.addEventListener("mousedown", (event) => { event.preventDefault(); box.focus(); }); // no selection, no dragging of its text
    box.addEventListener("dragstart", (event) => event.preventDefault());
    box.addEventListener("keydown", (event) => press(event, name));
    set.addEventListener("input", () => show(name));
  }
  for (const name of Object.keys(boxes)) show(name);
}
