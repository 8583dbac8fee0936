// What a page of questions knows and does by itself, whether the server drew it or the phone holds
// the whole survey: it shows, counts and checks while it is answered.
// What the model holds: encuestas/page_model.py.

const FORMULAS = ["rel", "calc", "def", "filter", "count"];
const ELSEWHERE = /"(\/|\[|\.\.|current|position|indexed-repeat)"/;
const EXACT = { maximumFractionDigits: 3, useGrouping: "always" };
const FIELDS = "[data-q] input:enabled,[data-q] select,[data-q] textarea,button";
const WIDGETS = ".rank,[data-locate],[data-find],[data-thousands]";

// Path -> a question, group or instance, on the page or put away
export const slots = new Map();
// Its element -> it
export const owners = new Map();
// Path -> where its value is shown
export const outputs = new Map();
// Path -> what is worked out of it
export const nodes = new Map();
// Path -> the survey ("") or an instance of a repeat
export const places = new Map();
const lists = { choices: (name) => (model.choices || {})[name] || [], table: () => null };
// "constructor" is a name too
const names = Object.create(null);
const known = new Map();
let form, model, words, items, logic, widgets, heed;
// Of widgets.js: how its fields say an answer
let forms = {};
let news = 0;

export const same = (a, b) => a === b || (typeof a === "object" && JSON.stringify(a) === JSON.stringify(b));
export const around = (path) => path.replace(/\/?[^/]*$/, "");
export const lastOf = (path) => path.split("/").pop();
export const below = (at, name) => (at ? `${at}/${name}` : name);
export const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_, key) => given[key]);
const set = (element, name, value) =>
  value ? element.setAttribute(name, value) : element.removeAttribute(name);
export const make = (tag, attributes, ...inside) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.append(...inside);
  return made;
};
const live = make("p", { class: "hidden", role: "status" });

// What is on the page

/** Finds the questions and groups under an element. */
export const adopt = (root, outer) => {
  for (const found of root.querySelectorAll("[data-q],[data-g]")) {
    const { q, g } = found.dataset;
    const away = found.localName === "template" && found;
    const slot = { path: q || g, group: !q, away, box: away ? away.content.firstElementChild : found };
    const holder = found.parentElement && owners.get(found.parentElement.closest("[data-g]"));
    slot.up = holder || outer;
    slots.set(slot.path, slot);
    owners.set(slot.box, slot);
    if (away) adopt(slot.box, slot);
  }
  for (const found of root.querySelectorAll("[data-value]")) {
    const path = found.dataset.value;
    outputs.set(path, [...(outputs.get(path) || []), found]);
  }
};

export const put = (slot, on) => {
  if (on !== !!slot.away) return;
  if (on) {
    slot.away.replaceWith(slot.box);
    slot.away = null;
    return;
  }
  const focused = slot.box.contains(document.activeElement);
  slot.away = make("template");
  slot.box.replaceWith(slot.away);
  if (!focused) return;
  const all = [...form.querySelectorAll(FIELDS)];
  all.find((one) => one.offsetParent && slot.away.compareDocumentPosition(one) & 4).focus();
};

export const controls = ({ box }) => [...box.querySelectorAll("[name]:not([type=file]):not(button)")];
export const isTick = ({ type }) => /radio|check/.test(type);
export const typed = (slot) =>
  controls(slot)
    .filter((control) => !isTick(control) || control.checked)
    .map((control) => control.value);

export const type = (slot, texts) => {
  let next = 0;
  for (const control of controls(slot)) {
    if (isTick(control)) control.checked = texts.includes(control.value);
    else {
      const text = texts[next++] || "";
      control.value = text;
      // A clock's field takes no zone: then it is a plain one, as the server draws it
      if (text && !control.value && control.localName === "input") control.type = "text";
      if (text && control.type === "text") control.value = text;
    }
  }
};

export const arrange = () => {
  const filled = new Set();
  for (const slot of [...slots.values()].reverse()) {
    const node = nodes.get(slot.path);
    // A repeat stands there without any instance too: its button adds one.
    const stays = !slot.group || filled.has(slot) || slot.box.querySelector(`[name="${slot.path}[]"]`);
    const on = node ? node.on : !!stays;
    if (on) filled.add(slot.up);
    if (!slot.group && on === !!slot.away) {
      if (heed) heed(slot, on);
      news += on ? 1 : -1;
    }
    put(slot, on);
  }
};

// What was typed, as an answer

const bad = (code, given) => ({ code, given });

const number = (item, raw) => {
  const value = raw.trim().replace("−", "-");
  let text = value.replace(/(\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))/g, "$1");
  if (/^[+-]?[1-9]\d{0,2}[.,]\d{3}$/.test(text)) {
    const thousands = text.replace(/[.,]/, "");
    return bad("ambiguous_number", { value, thousands, decimal: text.replace(/[.,]/, words.point) });
  }
  const grouped = /^[+-]?[1-9]\d{0,2}([.,])\d{3}(\1\d{3})*((?!\1)[.,]\d+)?$/.exec(text);
  if (grouped) text = text.split(grouped[1]).join("");
  else if (!/^[+-]?(\d+([.,]\d*)?|[.,]\d+)$/.test(text)) return bad("not_a_number", { value });
  if (item.whole && /[.,]/.test(text)) return bad("not_an_integer", { value });
  const found = +text.replace(",", ".");
  const steps = (found - item.low) / item.step;
  const rest = steps % 1;
  if (Math.min(rest, 1 - rest) > 1e-9 && found > item.low && found < item.high) {
    const said = (one) => `${+one.toFixed(9)}`.replace(".", words.point);
    const [below, above] = [Math.floor(steps), Math.ceil(steps)].map((at) => said(item.low + at * item.step));
    return bad("not_a_step", { value: said(found), below, above });
  }
  return found < item.low ? bad("low") : found > item.high ? bad("high") : found;
};

const answerOf = (item, texts) => {
  const given = [...new Set(texts.filter((text) => text.trim()))];
  const special = given.find((text) => (item.sp || []).includes(text));
  if (special && given[1]) return bad("special_not_alone", { value: special });
  if (item.order) given.sort((a, b) => item.order.indexOf(a) - item.order.indexOf(b));
  if (!given[0] || (item.many && !forms[item.t])) return given[0] && given;
  const form = !special && (item.num ? number : forms[item.t]);
  if (form) return form(item, given[0], texts);
  return given[0].replace(/\r\n?/g, "\n").normalize().replace(/\n+$/, "");
};

export const read = (node) => {
  const found = answerOf(node.item, typed(node.slot));
  node.wrong = found && found.code && found;
  node.answer = node.wrong ? undefined : found;
};

const write = (node) => {
  const { slot, answer } = node;
  if (!slot || !controls(slot).length) return;
  // Three decimals look like thousands
  const zero = (_, three) => words.point + (three ? `${three}0` : "");
  const local = (one) => (typeof one === "number" ? `${one}`.replace(/\.(\d{3}$)?/, zero) : one);
  const texts = answer === undefined ? [] : [].concat(answer).map(local);
  if (!same(typed(slot).filter(Boolean), texts)) type(slot, texts);
  read(node);
  if (node.wrong) type(slot, []);
  node.wrong = 0;
};

// What follows from it

const scene = (node, current, item) => ({
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
const value = (tree, ...given) => logic.evaluate(tree, scene(...given));
const holds = (tree, ...given) => logic.holds(tree, scene(...given));

export const figure = (tree, node) => logic.number(value(tree, node));

const cast = (item, result) => {
  const text = logic.text(result);
  const figure = logic.number(result);
  if (item.num) return isFinite(figure) && !(item.whole && figure % 1) ? figure : undefined;
  if (text === "" || result !== result) return undefined;
  if (item.many) return text.match(/\S+/g) || undefined;
  return item.t === "calculate" && typeof result === "number" ? result : text;
};

const choicesOf = ({ box }) => {
  for (const away of box.querySelectorAll("template")) away.replaceWith(away.content);
  const ranked = box.matches(".rank");
  return [...box.querySelectorAll(ranked ? "li" : "option,.option")].map((one) => {
    const control = one.querySelector("input") || one;
    const place = ranked && one.querySelector("[value*='=']").value;
    return { box: one, control: ranked ? { value: place.slice(0, place.lastIndexOf("=")) } : control };
  });
};

const offer = (node) => {
  const { item, slot } = node;
  const open = Object.create(null);
  for (const row of lists.choices(item.n)) open[row.name] = holds(item.filter, node, node.answer, row);
  if (slot) {
    slot.choices = slot.choices || choicesOf(slot);
    for (const choice of slot.choices) {
      const on = open[choice.control.value];
      if (on !== undefined) put(choice, on);
    }
    read(node);
  }
  return Object.values(open).includes(true);
};

// A tree may be 0 or an empty text
const is = (tree) => tree !== undefined;
export const formulaOf = ({ calc, def }) => (is(calc) ? calc : def);

const compute = (node) => {
  const { item, up, at, slot } = node;
  const { on: was, count, seen } = node;
  let on = !node.off && (!up || (up.on && (!(up.count < at.position) || up.item.k !== "r")));
  if (on && is(item.rel)) on = holds(item.rel, node);
  if (on && is(item.filter)) on = offer(node);
  if (on && is(item.count)) node.count = logic.number(value(item.count, node)) || 0;
  if (item.k) {
    node.all = node.all || at.repeats[item.n] || [];
    at.repeats[item.n] = on ? node.all.slice(0, node.count) : [];
  }
  const runs = node.fire || item.ro || (node.fresh && !(item.trig && slot));
  const formula = formulaOf(item);
  if (on && runs && is(formula)) {
    node.answer = cast(item, value(formula, node));
    node.fire = false;
    if (!item.ro) write(node);
  }
  node.on = on;
  node.seen = on ? node.answer : undefined;
  if (node.seen === undefined) delete at.answers[item.n];
  else at.answers[item.n] = node.seen;
  return was !== on || count !== node.count || !same(seen, node.seen);
};

const display = ({ path, seen, slot }) => {
  const shown = outputs.get(path);
  if (!shown) return;
  const say = (one) => {
    if (typeof one === "number") return one % 1 ? one.toLocaleString(words.locale, EXACT) : `${one}`;
    const value = `[value="${CSS.escape(one)}"]`;
    const choice = slot && slot.box.querySelector(`option${value},.option ${value}`);
    return choice ? choice.text || choice.parentElement.textContent.trim() : one;
  };
  const text = seen === undefined ? "" : [].concat(seen).map(say).join(", ");
  for (const place of shown) (place.firstChild || place.appendChild(new Text())).data = text || "…";
};

export const stir = (node) => {
  node.stirred = node.item.stirred = true;
};

const spread = ({ item, at }) => {
  for (const next of item.next) {
    for (const node of next.nodes) {
      if (next.near && next.chain === item.chain && node.at !== at) continue;
      if (next.trig && next.trig.includes(item.n)) node.fire = node.ready;
      stir(node);
    }
  }
};

export const settle = () => {
  let moved;
  for (const item of items) {
    if (!item.stirred) continue;
    item.stirred = false;
    for (const node of item.nodes) {
      if (!node.stirred) continue;
      const { on } = node;
      node.stirred = false;
      if (compute(node)) {
        spread(node);
        display(node);
      }
      node.ready = true;
      moved = moved || on !== node.on || item.k;
    }
  }
  if (moved) arrange();
};

/** Looks at every field again: browsers fill some in without an event. */
export const refresh = () => {
  for (const node of nodes.values()) {
    if (node.slot && controls(node.slot).length && (!node.fresh || node.item.trig)) read(node);
    stir(node);
  }
  settle();
  nodes.forEach(display);
};

/** A new place: the survey, or an instance of a repeat. */
export const place = (path, parent, repeat, position) => {
  const chain = parent ? below(parent.chain, repeat) : "";
  const at = { answers: Object.create(null), repeats: Object.create(null), parent, repeat, position, path, chain };
  places.set(path, at);
  return at;
};

/** What is worked out in a place; that around it is there already. */
export const populate = (at) => {
  for (const item of items) {
    if (item.chain !== at.chain) continue;
    const path = below(at.path, item.n);
    const slot = slots.get(path);
    const node = { item, at, path, slot, on: slot ? !slot.away : true };
    if (item.in) node.up = nodes.get(below(at.parent.path, item.in));
    nodes.set(path, node);
    item.nodes.push(node);
  }
};

/** An answer that stands in no field of the page. */
export const give = (path, answer) => {
  const node = nodes.get(path);
  if (node) node.answer = answer;
  else places.get(around(path)).answers[lastOf(path)] = answer;
};

const connect = () => {
  for (const item of items) {
    const chain = (names[item.n] || []).join("/");
    const near = !ELSEWHERE.test(JSON.stringify(FORMULAS.map((key) => item[key])));
    known.set(item.n, Object.assign(item, { nodes: [], next: new Set(), chain, near }));
  }
  for (const item of items) {
    const wait = (tree) => {
      if (Array.isArray(tree)) return tree.forEach(wait);
      // Of what stands in repeats there can be more or less
      for (const name of [tree, ...(names[tree] || [])]) if (known.has(name)) known.get(name).next.add(item);
    };
    wait(FORMULAS.map((key) => item[key]));
    wait(item.trig);
    wait(item.in);
  }
};

const build = () => {
  const { counts = {}, values = {}, fresh = [], off = [] } = model;
  place("", null, "", 1);
  for (const path in counts) {
    const [parent, name, list] = [places.get(around(path)), lastOf(path), []];
    while (list.length < counts[path]) {
      const position = list.length + 1;
      list.push(place(`${path}[${position}]`, parent, name, position));
    }
    parent.repeats[name] = list;
  }
  for (const at of places.values()) populate(at);
  for (const path in values) give(path, values[path]);
  for (const path of fresh) nodes.get(path).fresh = true;
  for (const path of off) nodes.get(path).off = true;
};

/** Gives widgets to the questions that want them. */
export const dress = (all) => {
  const boxes = all.filter(({ group }) => !group).map(({ box }) => box);
  if (widgets) forms = widgets.dress(boxes.filter((box) => box.matches(WIDGETS) || box.querySelector(WIDGETS)), words);
};

/** Takes the form and its model, with what they need. `told` hears of questions that come and go. */
export const begin = async (given, data, addresses, told) => {
  [form, model, heed] = [given, data, told];
  ({ words = {}, items = [] } = model);
  Object.assign(names, model.names);
  adopt(form);
  const dressed = model.dressed || [...slots.values()].some(({ box }) => box.matches(WIDGETS) || box.querySelector(WIDGETS));
  if (model.now) logic = await import(addresses.logic);
  if (model.more) logic.register((await import(addresses.more)).functions);
  if (dressed) widgets = await import(addresses.widgets);
  dress([...slots.values()]);
  connect();
  build();
  form.after(live);
};

/** Somebody typed or chose there; gives the question. */
export const answered = (target) => {
  const slot = owners.get(target.closest("[data-q]"));
  const node = slot && nodes.get(slot.path);
  if (node) {
    for (const { away, control } of slot.choices || []) {
      if (away) control.checked = control.selected = false;
    }
    node.fresh = false;
    read(node);
    stir(node);
    settle();
    if (slot.box.classList.contains("wrong") && !faultOf(node)) blame(slot, "");
  }
  return slot;
};

/** Tells who hears the page what has appeared. */
export const announce = () => {
  if (news > 0) live.textContent = fill(news > 1 ? words.more : words.one, { n: news });
  news = 0;
};
export const forget = () => (news = 0);

// Before it is sent

const faultOf = (node) => {
  const { item, wrong, answer } = node;
  const own = item.w || {};
  if (wrong) return own[wrong.code] || fill(words[wrong.code] || "", wrong.given);
  if (answer === undefined) {
    return (item.req && (item.req === true || holds(item.req, node)) && own.required) || "";
  }
  const judged = is(item.con) && !(item.sp || []).includes(`${answer}`);
  return judged && !holds(item.con, node, answer) ? own.constraint : "";
};

/** What is wrong under an element. */
export const faults = (root) => {
  const found = [];
  for (const slot of slots.values()) {
    const node = nodes.get(slot.path);
    if (slot.group || !node || !root.contains(slot.box) || !controls(slot).length) continue;
    const text = faultOf(node);
    if (text) found.push({ slot, text });
  }
  return found;
};

const firstOf = ({ box }) => box.querySelector("[id]:enabled");

export const blame = (slot, text) => {
  const { box } = slot;
  const first = firstOf(slot);
  const id = `${first.id}-fault`;
  const hint = box.querySelector(".hint");
  const old = document.getElementById(id);
  if (old) old.remove();
  slot.blamed = text;
  box.classList.toggle("wrong", !!text);
  if (text) {
    const hidden = make("span", { class: "hidden" }, `${words.mend} `);
    (hint || box.querySelector(".asked")).after(make("p", { class: "fault", id }, hidden, text));
  }
  const holder = box.querySelector("fieldset") || first;
  const others = (holder.getAttribute("aria-describedby") || "").replace(id, "").trim();
  set(holder, "aria-describedby", text ? `${id} ${others}`.trim() : others);
  const group = box.querySelector("[role=radiogroup]");
  for (const one of group ? [group] : controls(slot)) set(one, "aria-invalid", text && "true");
};

/** Says it all above the page, and each at its question. */
export const tell = (found, title) => {
  const old = document.querySelector(".summary");
  if (old) old.remove();
  for (const other of slots.values()) if (other.blamed) blame(other, "");
  const id = "summary-title";
  const list = make("ul");
  for (const { slot, text } of found) {
    blame(slot, text);
    const asked = ` (${slot.box.querySelector(".asked").textContent.trim()})`;
    const link = make("a", { href: `#${firstOf(slot).id}` }, text);
    link.append(make("span", { class: "hidden" }, asked));
    list.append(make("li", {}, link));
  }
  const looks = { class: "summary flow", role: "alert", tabindex: -1, "aria-labelledby": id };
  if (!found.length) return;
  const summary = make("div", looks, make("h2", { id }, title || words.title), list);
  form.parentElement.prepend(summary);
  summary.focus();
};

