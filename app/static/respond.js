// The page comes alive: it shows, counts and checks while it is answered. The server stays the
// authority: if anything fails here, the page posts as it does without a script.
// What `model` holds: encuestas/page_model.py.

const script = document.querySelector("script[data-logic]");
const form = document.querySelector("main form");
const source = document.getElementById("model");
const model = source ? JSON.parse(source.textContent) : {};
const words = model.words || {};
const items = model.items || [];
const names = model.names || {};

const FORMULAS = ["rel", "calc", "def", "filter", "count"];
const ELSEWHERE = /"(\/|\[|\.\.|current|position|indexed-repeat)"/;
const DAY = 864e5;

const slots = new Map(); // path -> a question, group or instance, on the page or put away
const boxes = new Map(); // its element -> it
const outputs = new Map(); // path -> where its value is shown
const nodes = new Map(); // path -> what the page computes of it
const instances = new Map(); // path -> the survey ("") or an instance of a repeat
let logic;
let broken = false;
let sent = false;
let refused = "";
let news = 0;
let timer;

const safely = (work) => (event) => {
  if (broken) return;
  try {
    work(event);
  } catch (error) {
    broken = true;
    throw error;
  }
};
const same = (a, b) => a === b || JSON.stringify(a) === JSON.stringify(b);
const around = (path) => path.slice(0, Math.max(path.lastIndexOf("/"), 0));
const below = (at, name) => (at ? `${at}/${name}` : name);
const make = (tag, attributes, ...inside) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...inside);
  return made;
};
const fill = (text, values) => text.replace(/%\((\w+)\)s/g, (_, key) => values[key]);

// What is on the page -------------------------------------------------------------------------

const adopt = (root, outer) => {
  for (const found of root.querySelectorAll("[data-q],[data-g]")) {
    const { q, g } = found.dataset;
    const away = found.localName === "template" ? found : null;
    const box = away ? found.content.firstElementChild : found;
    const slot = { path: q || g, box, away, group: !q, inside: [] };
    const parent = found.parentElement && boxes.get(found.parentElement.closest("[data-g]"));
    const group = parent || outer;
    if (group) group.inside.push(slot);
    slots.set(slot.path, slot);
    boxes.set(box, slot);
    if (away) adopt(box, slot);
  }
  for (const found of root.querySelectorAll("[data-value]")) {
    const path = found.dataset.value;
    outputs.set(path, [...(outputs.get(path) || []), found]);
  }
};

const put = (slot, on) => {
  if (on === !slot.away) return;
  if (on) {
    slot.away.replaceWith(slot.box);
    slot.away = null;
    return;
  }
  const focused = slot.box.contains(document.activeElement);
  slot.away = make("template");
  slot.box.replaceWith(slot.away);
  if (focused) focusNear(slot.away);
};

const focusNear = (place) => {
  const all = [...document.querySelectorAll("[data-q] :enabled, form button")];
  const after = (it) => place.compareDocumentPosition(it) & Node.DOCUMENT_POSITION_FOLLOWING;
  (all.find(after) || all.pop() || document.getElementById("main")).focus();
};

const controls = (slot) => [...slot.box.querySelectorAll("[name]")];
const isTick = (control) => /^(radio|checkbox)$/.test(control.type);
const typed = (slot) =>
  controls(slot)
    .filter((control) => !isTick(control) || control.checked)
    .map((control) => control.value);

const type = (slot, values) => {
  let next = 0;
  for (const control of controls(slot)) {
    if (isTick(control)) control.checked = values.includes(control.value);
    else control.value = values[next++] || "";
  }
};

const shows = (slot, on) => {
  const mark = form.querySelector(`[name=shown][value="${slot.path}"]`);
  if (on && !mark) form.prepend(make("input", { type: "hidden", name: "shown", value: slot.path }));
  if (!on && mark) mark.remove();
};

const arrange = () => {
  for (const slot of [...slots.values()].reverse()) {
    const node = nodes.get(slot.path);
    let on = node ? node.on : true;
    if (slot.group && slot.inside.length) on = on && slot.inside.some((inner) => !inner.away);
    if (!slot.group && on === Boolean(slot.away)) {
      shows(slot, on);
      news += on ? 1 : -1;
    }
    put(slot, on);
  }
};

// What was typed, as an answer ----------------------------------------------------------------

const NUMBERS = /^(integer|decimal|range|scale|nps)$/;
const bad = (code, values) => ({ code, values });

const number = (item, raw) => {
  const text = raw.trim().replace("−", "-");
  const joined = text.replace(/(\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))/g, "$1");
  if (/^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(joined)) {
    const thousands = joined.replace(/[.,]/, "");
    return bad("ambiguous_number", { value: text, thousands, decimal: joined.replace(".", ",") });
  }
  const grouped = /^[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*(?:(?!\1)[.,]\d+)?$/.exec(joined);
  let plain = joined;
  if (grouped) plain = joined.split(grouped[1]).join("");
  else if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(joined)) return bad("not_a_number", { value: text });
  if (item.whole && /[.,]/.test(plain)) return bad("not_an_integer", { value: text });
  const value = Number(plain.replace(",", "."));
  if (value < item.low) return bad("low", {});
  return value > item.high ? bad("high", {}) : value;
};

const answer = (item, values) => {
  const given = [...new Set(values.filter((value) => value.trim()))];
  if (!given.length) return undefined;
  const special = given.find((value) => (item.sp || []).includes(value));
  if (special && given.length > 1) return bad("special_not_alone", { value: special });
  if (item.many) return given;
  if (special) return special;
  if (NUMBERS.test(item.t)) return number(item, given[0]);
  return item.t === "text" ? given[0].replace(/\r\n?/g, "\n").normalize().replace(/\n+$/, "") : given[0];
};

const read = (node) => {
  const found = answer(node.item, typed(node.slot));
  node.wrong = found && found.code ? found : null;
  node.answer = node.wrong ? undefined : found;
};

const written = (value) =>
  typeof value === "number" ? String(value).replace(".", words.point || ".") : String(value);

const write = (node) => {
  const values = node.answer === undefined ? [] : [].concat(node.answer).map(written);
  const { slot } = node;
  if (slot && !same(typed(slot), values) && controls(slot).length) type(slot, values);
};

// What follows from it -------------------------------------------------------------------------

const lists = {
  choices: (name) => (model.choices || {})[name] || [],
  table: (name) => (model.tables || {})[name],
};

const value = (tree, node, current, item) =>
  logic.evaluate(tree, {
    here: node.at,
    names,
    now: model.now,
    seed: model.seed,
    owner: node.path,
    language: model.lang,
    lists,
    current,
    item,
  });
const holds = (tree, node, current, item) => logic.truth(value(tree, node, current, item));

const cast = (item, result) => {
  const text = logic.text(result);
  if (text === "") return undefined;
  if (NUMBERS.test(item.t)) {
    const figure = logic.number(result);
    return Number.isFinite(figure) && !(item.whole && figure % 1) ? figure : undefined;
  }
  if (item.many) return text.split(/\s+/).filter(Boolean);
  if (typeof result !== "number") return text;
  return Number.isFinite(result) ? result : Number.isNaN(result) ? undefined : text;
};

const choicesOf = (slot) => {
  for (const away of slot.box.querySelectorAll("template")) away.replaceWith(away.content);
  return [...slot.box.querySelectorAll("option,.option")].map((box) => {
    const control = box.value === undefined ? box.querySelector("input") : box;
    return { box, control, away: null, value: control.value };
  });
};

const offer = (node) => {
  const { item, slot } = node;
  const rows = lists.choices(item.n);
  const open = new Set();
  for (const row of rows) if (holds(item.filter, node, node.answer, row)) open.add(row.name);
  if (!slot) return open.size > 0;
  const known = new Set(rows.map((row) => row.name));
  slot.choices = slot.choices || choicesOf(slot);
  for (const choice of slot.choices) {
    if (known.has(choice.value)) put(choice, open.has(choice.value));
  }
  read(node);
  return open.size > 0;
};

const formulaOf = (node) => {
  const { item } = node;
  if (item.trig && !node.fire) return null;
  const bound = item.t === "calculate" || item.ro || node.fire;
  return bound || node.fresh ? item.calc || item.def : null;
};

const compute = (node) => {
  const { item, up } = node;
  let on = !up || (up.on && (up.item.k !== "r" || node.at.position <= up.count));
  if (on && item.rel) on = holds(item.rel, node);
  if (on && item.filter) on = offer(node);
  if (item.k === "r") {
    const count = item.count && on ? Math.round(logic.number(value(item.count, node))) : node.drawn;
    node.count = on ? Math.min(count || 0, node.drawn) : 0;
  }
  const formula = on && formulaOf(node);
  if (formula) {
    node.answer = cast(item, value(formula, node, node.answer));
    node.fire = false;
    write(node);
  }
  const seen = on ? node.answer : undefined;
  const news = node.on !== on || !same(node.seen, seen) || node.was !== node.count;
  Object.assign(node, { on, seen, was: node.count });
  if (seen === undefined) delete node.at.answers[item.n];
  else node.at.answers[item.n] = seen;
  return news;
};

const display = (node) => {
  const shown = outputs.get(node.path);
  if (!shown) return;
  const { seen, slot } = node;
  const labels = {};
  if (slot) {
    for (const option of slot.box.querySelectorAll("option")) labels[option.value] = option.text;
    for (const label of slot.box.querySelectorAll(".option label")) {
      labels[label.control.value] = label.textContent.trim();
    }
  }
  const say = (one) =>
    typeof one === "number" && one % 1
      ? one.toLocaleString(words.locale, { maximumFractionDigits: 3, useGrouping: "always" })
      : labels[one] || String(one);
  const text = seen === undefined ? "" : [].concat(seen).map(say).join(", ");
  for (const place of shown) place.textContent = text || place.dataset.empty || "";
};

const mark = (node) => {
  node.dirty = node.item.dirty = true;
};

const spread = (node) => {
  for (const item of node.item.next) {
    for (const other of item.nodes) {
      if (item.near && item.chain === node.item.chain && other.at !== node.at) continue;
      if (item.trig && item.trig.includes(node.item.n)) other.fire = node.ready;
      mark(other);
    }
  }
};

const settle = () => {
  let moved = false;
  for (const item of items) {
    if (!item.dirty) continue;
    item.dirty = false;
    for (const node of item.nodes) {
      if (!node.dirty) continue;
      node.dirty = false;
      const was = [node.on, node.count];
      if (compute(node)) {
        spread(node);
        display(node);
      }
      node.ready = true;
      if (!same(was, [node.on, node.count])) moved = true;
    }
  }
  if (moved) arrange();
};

const build = () => {
  const root = { answers: {}, repeats: {}, parent: null, repeat: "", position: 1, path: "", chain: "" };
  instances.set("", root);
  for (const path in model.counts) {
    const parent = instances.get(around(path));
    const name = path.slice(path.lastIndexOf("/") + 1);
    const list = (parent.repeats[name] = []);
    for (let position = 1; position <= model.counts[path]; position++) {
      const at = `${path}[${position}]`;
      const chain = below(parent.chain, name);
      list.push({ answers: {}, repeats: {}, parent, repeat: name, position, path: at, chain });
      instances.set(at, list[position - 1]);
    }
  }
  const byName = {};
  for (const item of items) {
    byName[item.n] = Object.assign(item, { nodes: [], next: new Set() });
    item.chain = (names[item.n] || []).join("/");
    item.near = !ELSEWHERE.test(JSON.stringify(FORMULAS.map((key) => item[key])));
    for (const at of instances.values()) {
      if (at.chain === item.chain) addNode(item, at, byName);
    }
  }
  for (const path in model.values) {
    const node = nodes.get(path);
    if (node) node.answer = model.values[path];
    else instances.get(around(path)).answers[path.slice(path.lastIndexOf("/") + 1)] = model.values[path];
  }
  for (const path of model.fresh || []) nodes.get(path).fresh = true;
  items.forEach((item) => link(item, byName));
};

const addNode = (item, at, byName) => {
  const path = below(at.path, item.n);
  const slot = slots.get(path);
  const node = { item, at, path, slot, on: slot ? !slot.away : true };
  const outer = byName[item.in];
  if (outer) node.up = nodes.get(below((outer.k === "r" ? at.parent : at).path, item.in));
  if (item.k === "r") node.drawn = (at.repeats[item.n] || []).length;
  nodes.set(path, node);
  item.nodes.push(node);
};

const link = (item, byName) => {
  const depend = (tree) => {
    if (Array.isArray(tree)) tree.forEach(depend);
    else if (Object.prototype.hasOwnProperty.call(byName, tree)) byName[tree].next.add(item);
  };
  for (const key of FORMULAS) if (key !== "calc" || !item.trig) depend(item[key]);
  depend(item.trig);
  depend(item.in);
};

const readAll = () => {
  for (const node of nodes.values()) {
    if (node.slot && controls(node.slot).length && !node.fresh) read(node);
    mark(node);
  }
};

// Before it is sent ----------------------------------------------------------------------------

const faultOf = (node) => {
  const { item, wrong, answer: given } = node;
  const own = item.w || {};
  if (wrong) return fill(own[wrong.code] || words[wrong.code] || "", wrong.values);
  if (given === undefined) {
    return item.req && (item.req === true || holds(item.req, node)) ? own.required || "" : "";
  }
  if (!item.con || (item.sp || []).includes(String(given))) return "";
  return holds(item.con, node, given) ? "" : own.constraint || "";
};

const faults = () => {
  const found = [];
  for (const slot of slots.values()) {
    const node = nodes.get(slot.path);
    if (!node || slot.group || !slot.box.isConnected || !controls(slot).length) continue;
    const text = faultOf(node);
    if (text) found.push({ slot, text });
  }
  return found;
};

const blame = (slot, text) => {
  const { box } = slot;
  const holder = box.querySelector("fieldset,[id]:enabled");
  const first = box.querySelector("[id]:enabled");
  const id = `${first.id}-fault`;
  const old = box.querySelector(".fault");
  if (old) old.remove();
  box.classList.toggle("wrong", Boolean(text));
  const others = (holder.getAttribute("aria-describedby") || "").split(" ").filter((it) => it && it !== id);
  if (text) {
    others.unshift(id);
    const hidden = make("span", { class: "hidden" }, `${words.mend} `);
    const fault = make("p", { class: "fault", id }, hidden, text);
    (box.querySelector(".hint") || box.querySelector(".asked")).after(fault);
  }
  holder.setAttribute("aria-describedby", others.join(" "));
  if (!others.length) holder.removeAttribute("aria-describedby");
  const marked = holder.getAttribute("role") === "radiogroup" ? [holder] : controls(slot);
  for (const one of marked) {
    if (text) one.setAttribute("aria-invalid", "true");
    else one.removeAttribute("aria-invalid");
  }
};

const tell = (found) => {
  const old = document.querySelector(".summary");
  if (old) old.remove();
  const list = make("ul");
  for (const { slot, text } of found) {
    blame(slot, text);
    const first = slot.box.querySelector("[id]:enabled");
    const asked = slot.box.querySelector(".asked").textContent.trim();
    const name = make("span", { class: "hidden" }, ` (${asked})`);
    list.append(make("li", {}, make("a", { href: `#${first.id}` }, text, name)));
  }
  const title = make("h2", { id: "summary-title" }, words.title);
  const summary = make(
    "div",
    { class: "summary flow", role: "alert", tabindex: "-1", "aria-labelledby": "summary-title" },
    title,
    list,
  );
  document.getElementById("main").prepend(summary);
  summary.focus();
};

// What is remembered ---------------------------------------------------------------------------

const secret = form && form.querySelector("[name=draft]");
const hash = (text) => [...text].reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) | 0, 5381);
const key = secret ? `cabildo:${hash(secret.value)}:${location.pathname}` : "";
const page = () => {
  const all = {};
  for (const slot of slots.values()) if (!slot.group) all[slot.path] = typed(slot);
  return all;
};
let base = "";

const store = (work) => {
  try {
    return work(localStorage);
  } catch (error) {
    return null; // private windows and full phones have no storage: nothing to remember with
  }
};

const remember = () => {
  const now = JSON.stringify(page());
  store((kept) =>
    now === base
      ? kept.removeItem(key)
      : kept.setItem(key, JSON.stringify({ base, now, time: Date.now(), sent })),
  );
};

const recall = () => {
  base = JSON.stringify(page());
  const kept = store((all) => {
    for (const other of Object.keys(all)) {
      if (!other.startsWith("cabildo:") || other === key) continue;
      const { sent: done, time } = JSON.parse(all[other]);
      if (done || !form || Date.now() - time > 7 * DAY) all.removeItem(other);
    }
    return JSON.parse(all.getItem(key));
  });
  if (!kept) return;
  if (kept.base !== base) {
    store((all) => all.removeItem(key));
    return;
  }
  const before = JSON.parse(kept.now);
  for (const path in before) {
    const slot = slots.get(path);
    if (!slot || same(typed(slot), before[path])) continue;
    type(slot, before[path]);
    if (nodes.has(path)) nodes.get(path).fresh = false;
  }
  form.before(make("p", { class: "note", role: "status" }, words.kept));
};

// When something happens -----------------------------------------------------------------------

const live = make("p", { class: "hidden", role: "status" });

const announce = () => {
  if (news > 0) live.textContent = fill(news > 1 ? words.more : words.one, { n: news });
  news = 0;
  remember();
};

const onInput = (event) => {
  const box = event.target.closest("[data-q]");
  const slot = boxes.get(box);
  if (!slot) return;
  const node = nodes.get(slot.path);
  if (node) {
    for (const choice of slot.choices || []) {
      if (choice.away) choice.control.checked = choice.control.selected = false;
    }
    node.fresh = false;
    read(node);
    mark(node);
    settle();
    if (box.classList.contains("wrong") && !faultOf(node)) blame(slot, "");
  }
  clearTimeout(timer);
  timer = setTimeout(safely(announce), 600);
};

let pressed = null;

const onSubmit = (event) => {
  const button = event.submitter || pressed;
  if (sent) {
    event.preventDefault();
    return;
  }
  if (items.length && (!button || button.name === "next")) {
    const found = faults();
    const now = JSON.stringify(page());
    // The same answers pressed twice: perhaps the server understands what this page did not.
    if (found.length && now !== refused) {
      refused = now;
      event.preventDefault();
      tell(found);
      return;
    }
  }
  sent = true;
  if (key) remember();
  setTimeout(() => lock(true));
  setTimeout(() => lock(false), 8000);
};

const lock = (on) => {
  for (const button of form.querySelectorAll("button")) button.disabled = on;
  sent = on;
};

const onShow = (event) => {
  if (!event.persisted) return;
  lock(false);
  readAll();
  settle();
};

const start = () => {
  adopt(document.getElementById("main"));
  build();
  recall();
  readAll();
  settle();
  news = 0;
  form.after(live);
  form.addEventListener("input", safely(onInput));
  form.addEventListener("change", safely(onInput));
  form.addEventListener("click", (event) => {
    pressed = event.target.closest("button") || pressed;
  });
  form.addEventListener("reset", () => setTimeout(safely(() => { readAll(); settle(); })));
  form.addEventListener("submit", safely(onSubmit));
  addEventListener("pageshow", safely(onShow));
};

const load = async () => {
  if (model.now) logic = await import(script.dataset.logic);
  if (model.more) logic.register((await import(script.dataset.more)).functions);
  start();
};

if (form) load();
else recall();
