// A page that the server drew comes alive. The server stays the authority: whatever fails here, the
// page posts as it does without a script.

const script = document.querySelector("script[data-engine]");
const secret = document.querySelector("main [name=draft]");
const source = document.getElementById("model");
const model = source ? JSON.parse(source.textContent) : {};
const form = secret && secret.form;
const WEEK = 6048e5;
let engine, sent, refused, pressed, timer;

const heed = ({ path, box }, on) => {
  const first = box.querySelector("[name]");
  const shown = first ? first.name : path;
  const mark = form.querySelector(`[name=shown][value="${shown}"]`);
  if (mark) mark.remove();
  if (on) form.prepend(engine.make("input", { type: "hidden", name: "shown", value: shown }));
};

// What is remembered until the server has it

const hash = [...(secret ? secret.value : "")].reduce((sum, c) => (sum * 33 + c.charCodeAt(0)) | 0, 0);
const key = `cabildo:${hash}:${location.pathname}`;
let base;

const page = () => {
  const all = {};
  for (const slot of engine.slots.values()) if (!slot.group) all[slot.path] = engine.typed(slot);
  return JSON.stringify(all);
};

const store = (work) => {
  try {
    return work(localStorage);
  } catch (error) {
    // Private windows and full phones: there is nothing to remember with
    return null;
  }
};

const remember = () => {
  const now = page();
  const kept = JSON.stringify({ base, now, sent, time: Date.now() });
  store((all) => (now === base ? all.removeItem(key) : all.setItem(key, kept)));
};

const recall = () => {
  const kept = store((all) => {
    for (const other of Object.keys(all)) {
      if (other === key || !/^cabildo:/.test(other)) continue;
      const old = JSON.parse(all[other]);
      if (!secret || old.sent || Date.now() - old.time > WEEK) all.removeItem(other);
    }
    return JSON.parse(all.getItem(key));
  });
  if (!engine) return;
  base = page();
  if (!kept) return;
  if (kept.base !== base) return store((all) => all.removeItem(key));
  const before = JSON.parse(kept.now);
  for (const path in before) {
    const slot = engine.slots.get(path);
    if (!slot || engine.same(engine.typed(slot), before[path])) continue;
    engine.type(slot, before[path]);
    if (engine.nodes.has(path)) engine.nodes.get(path).fresh = false;
  }
  form.before(engine.make("p", { class: "note", role: "status" }, model.words.kept));
};

// When something happens

const rest = () => {
  engine.announce();
  remember();
};

// Told before it is on its way; what is chosen is the answer until the server has given it a name.
const chosen = (field) => {
  const slot = engine.owners.get(field.closest("[data-q]"));
  const { max, limit } = field.dataset;
  const [file] = field.files;
  const large = file && file.size > max;
  if (large) field.value = "";
  else if (file) engine.controls(slot)[0].value = file.name;
  engine.blame(slot, large ? engine.fill(model.words.file_too_large, { limit }) : "");
};

const onInput = ({ target }) => {
  if (target.type === "file") chosen(target);
  clearTimeout(timer);
  timer = setTimeout(rest, 600);
  engine.answered(target);
};

const lock = (on) => {
  sent = on;
  for (const button of form.querySelectorAll("button")) button.disabled = on;
};

const onSubmit = (event) => {
  const button = event.submitter || pressed;
  if (sent) return event.preventDefault();
  // What a browser fills in may come without an event
  engine.refresh();
  const found = !button || button.name === "next" ? engine.faults(form) : [];
  const now = page();
  // The same answers pressed twice: perhaps the server understands what this page does not.
  if (found.length && now !== refused) {
    refused = now;
    engine.tell(found);
    return event.preventDefault();
  }
  sent = true;
  remember();
  setTimeout(lock, 0, true);
  setTimeout(lock, 9000, false);
};

const start = async () => {
  const found = await import(script.dataset.engine);
  engine = found;
  await engine.begin(form, model, script.dataset, heed);
  recall();
  engine.refresh();
  engine.forget();
  form.addEventListener("input", onInput);
  form.addEventListener("click", ({ target }) => (pressed = target.closest("button") || pressed));
  form.addEventListener("submit", onSubmit);
  addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    lock(false);
    engine.refresh();
  });
};

if (secret) start();
else recall();
