// Upload fields: a file goes in pieces with its progress; after a break it goes on by itself, or with “Tiếp tục”.
const LARGEST = 50 * 2 ** 20, PIECE = 2 ** 20, WAITS = [1000, 3000, 8000];
const AWAY = "Mất kết nối khi tải", ENDED = "Phiên làm việc đã hết. Hãy lưu nội dung ra chỗ khác, tải lại trang, đăng nhập rồi chọn lại tệp: phần đã tải vẫn còn.";

for (const box of document.querySelectorAll("[data-upload]")) {
  const input = box.querySelector("input[type=file]");
  input.addEventListener("change", () => {
    for (const file of input.files) new Upload(file, box).start();
    input.value = "";
  });
}

addEventListener("submit", (event) => {
  const going = event.target.querySelector("[data-going]");
  if (!going) return;
  event.preventDefault(); event.stopPropagation();
  going.querySelector("[role=status]").textContent = "Đợi tải xong tệp này, hoặc bỏ tệp, rồi bấm lại.";
  going.scrollIntoView({ block: "center" });
}, true);

class Broken extends Error {}
class Refused extends Error {}

class Upload {
  constructor(file, box) {
    Object.assign(this, { file, box, id: "", offset: 0, request: null, given_up: false });
    this.place = `qlvb-tai:${file.size}-${file.lastModified}`; // where this browser remembers it: no name, no content
    this.row = document.createElement("li"); this.label = document.createElement("span"); this.said = document.createElement("span"); this.bar = document.createElement("progress");
    this.label.textContent = file.name; this.said.className = "meta"; this.said.setAttribute("role", "status");
    this.bar.max = file.size || 1; this.bar.value = 0; this.bar.setAttribute("aria-label", "Đang tải " + file.name);
    box.querySelector("ul").append(this.row);
  }

  async start() {
    if (this.file.size > LARGEST) return this.refuse(`“${this.file.name}” nặng ${Math.ceil(this.file.size / 2 ** 20)} MB, vượt giới hạn 50 MB. Hãy nén bản quét hoặc tách thành nhiều tệp.`);
    this.row.dataset.going = ""; this.row.classList.remove("late");
    this.row.replaceChildren(this.label, this.bar, this.said, this.button("✕", "Bỏ " + this.file.name, () => this.give_up()));
    for (let tried = 0; ; tried++) {
      const before = this.offset;
      try {
        return this.done(await this.carry());
      } catch (error) {
        if (this.given_up) return;
        if (error instanceof Refused) return this.refuse(error.message);
        if (!(error instanceof Broken)) throw error;
        if (this.offset > before) tried = 0;
        if (tried >= WAITS.length) return this.pause(error.message);
        this.said.textContent = `${AWAY}, đang thử lại lần ${tried + 1}…`;
        await new Promise((wake) => { setTimeout(wake, WAITS[tried]); addEventListener("online", wake, { once: true }); });
      }
    }
  }

  async carry() {
    await this.find();
    while (this.offset < this.file.size) {
      this.tell(this.offset);
      const piece = this.file.slice(this.offset, this.offset + PIECE);
      const answer = await this.ask("PATCH", "/" + this.id, { "Upload-Offset": this.offset, "Content-Type": "application/offset+octet-stream" }, piece);
      if (answer.status === 409) await this.find(); // a piece arrived of which the answer was lost
      else this.offset = Number(this.right(answer).getResponseHeader("Upload-Offset"));
    }
    this.tell(this.file.size);
    this.said.textContent = "Đang kiểm tra tệp…";
    return JSON.parse(this.right(await this.ask("POST", `/${this.id}/xong`)).responseText);
  }

  async find() { // where to go on: what arrived before the break, also before this page was opened
    this.id ||= localStorage.getItem(this.place) ?? "";
    if (this.id) {
      const answer = await this.ask("HEAD", "/" + this.id);
      if (answer.status === 200) { this.offset = Number(answer.getResponseHeader("Upload-Offset")); return; }
    }
    this.offset = 0;
    const begun = this.right(await this.ask("POST", "", { "X-File-Name": encodeURIComponent(this.file.name), "Upload-Length": this.file.size }));
    this.id = JSON.parse(begun.responseText).id;
    localStorage.setItem(this.place, this.id);
  }

  ask(method, path, headers = {}, body = null) {
    return new Promise((answered, broken) => {
      const request = this.request = new XMLHttpRequest();
      request.open(method, "/tai-len" + path);
      for (const [name, value] of Object.entries({ "X-CSRF": document.body.dataset.csrf, ...headers })) request.setRequestHeader(name, value);
      if (body) request.upload.onprogress = (event) => this.tell(this.offset + event.loaded);
      request.onload = () => ([502, 503, 504].includes(request.status) ? broken(new Broken(detail(request))) : answered(request));
      request.onerror = request.onabort = request.ontimeout = () => broken(new Broken(AWAY + "."));
      request.timeout = 120_000;
      request.send(body);
    });
  }

  right(answer) {
    if (new URL(answer.responseURL).pathname === "/dang-nhap") throw new Refused(ENDED);
    if (answer.status >= 300) throw new Refused(detail(answer) || `Chưa tải được “${this.file.name}”. Hãy thử lại.`);
    return answer;
  }

  tell(bytes) {
    this.bar.value = bytes;
    this.said.textContent = `${Math.floor((100 * Math.min(bytes, this.file.size)) / (this.file.size || 1))}%`;
  }

  pause(why) {
    delete this.row.dataset.going;
    this.said.textContent = `${why || AWAY + "."} Đã tải ${Math.floor((100 * this.offset) / this.file.size)}%, phần này được giữ lại.`;
    this.row.querySelector("button").before(this.button("Tiếp tục", "Tiếp tục tải " + this.file.name, () => this.start()));
    addEventListener("online", () => { if (this.row.isConnected && !("going" in this.row.dataset) && this.bar.isConnected) this.start(); }, { once: true });
  }

  done(found) {
    localStorage.removeItem(this.place);
    delete this.row.dataset.going;
    const field = document.createElement("input");
    field.type = "hidden"; field.name = this.box.dataset.upload; field.value = JSON.stringify({ ...found, role: this.box.dataset.role });
    this.row.replaceChildren(this.label, field, this.button("✕", "Bỏ " + this.file.name, () => this.row.remove()));
    this.box.dispatchEvent(new Event("input", { bubbles: true })); // the form has something to save
  }

  refuse(why) {
    localStorage.removeItem(this.place);
    delete this.row.dataset.going;
    this.row.className = "late"; this.row.setAttribute("role", "alert");
    this.label.textContent = why;
    this.row.replaceChildren(this.label, this.button("✕", "Bỏ " + this.file.name, () => this.row.remove()));
  }

  give_up() {
    this.given_up = true;
    this.request?.abort();
    localStorage.removeItem(this.place);
    if (this.id) this.ask("DELETE", "/" + this.id).catch(() => {});
    this.row.remove();
  }

  button(words, label, act) {
    const made = document.createElement("button");
    made.type = "button"; made.textContent = words; made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  }
}

function detail(answer) {
  try { return JSON.parse(answer.responseText).detail ?? ""; } catch { return ""; }
}
