// Questions that a phone asks again and again: instances are made of the one that a document holds,
// added, taken away and brought back. Loaded by phone.js where a survey has some.
const HEADING = "h1,h2,h3,h4,h5,h6";
const MOST = 1000;
const plain = (given) => Object.assign(Object.create(null), given);
const within = (path) => (one) => one === path || one.startsWith(`${path}/`);

/** What was typed, without one instance: the later ones move up, and it goes behind them all. */
const moved = (all, path, position, total) => {
  const next = {};
  for (const key in all) {
    const found = key.startsWith(`${path}[`) && /^(\d+)\](.*)$/.exec(key.slice(path.length + 1));
    const at = found && +found[1];
    const to = !found || at < position || at > total ? at : at === position ? total : at - 1;
    next[found ? `${path}[${to}]${found[2]}` : key] = all[key];
  }
  next[`${path}[]`] = [`${total - 1}`];
  return next;
};

/** What phone.js does with repeats; `raw` tells what was typed, while it is put in place. */
export const repeating = ({ engine, model, form, raw, fillIn, furnish, collect, load, focus, soon }) => {
  const { words } = model;
  const [named, repeats] = [model.names, model.repeats].map(plain);
  const listOf = (path) => engine.places.get(engine.around(path)).lists[engine.lastOf(path)];
  const isFree = (name) => !repeats[name][2];
  const setUp = (at) => {
    at.lists = plain();
    for (const name in repeats) {
      if ((named[name] || []).join("/") === at.chain) at.repeats[name] = at.lists[name] = [];
    }
  };

  const count = (path) => {
    const slot = engine.slots.get(path);
    const list = listOf(path);
    const [least, most] = repeats[engine.lastOf(path)];
    for (const one of slot.box.children) if (one.localName === "input") one.value = list.length;
    list.forEach(({ path: own, position }) => {
      const title = engine.slots.get(own).box.querySelector(HEADING);
      for (const place of title.querySelectorAll("[data-n]")) place.textContent = position;
      for (const place of title.querySelectorAll("[data-total]")) place.textContent = list.length;
      const button = [...engine.slots.get(own).box.querySelectorAll("[name=remove]")].find(({ value }) => value === own);
      if (!button) return;
      button.parentElement.hidden = list.length <= least;
      for (const place of button.querySelectorAll("[data-n]")) place.textContent = position;
    });
    const add = [...slot.box.querySelectorAll("[name=add]")].find(({ value }) => value === path);
    if (add) add.parentElement.hidden = list.length >= (most === null ? MOST : most);
  };

  const grow = (path) => {
    const at = engine.places.get(engine.around(path));
    const name = engine.lastOf(path);
    const list = listOf(path);
    const own = `${path}[${list.length + 1}]`;
    const slot = engine.slots.get(path);
    const mould = [...slot.box.children].find((one) => one.dataset.each);
    const holder = engine.make("div");
    holder.innerHTML = mould.innerHTML.split(`${mould.dataset.each}[1]`).join(own);
    engine.adopt(holder, slot);
    const box = holder.firstElementChild;
    mould.before(box);
    const made = engine.place(own, at, name, list.length + 1);
    list.push(made);
    setUp(made);
    engine.populate(made);
    furnish(made);
    const inside = within(own);
    const all = [...engine.slots.values()].filter((one) => inside(one.path));
    engine.dress(all);
    all.forEach(fillIn);
    sync(made);
    return box;
  };

  const shrink = (path) => {
    const gone = listOf(path).pop().path;
    const inside = within(gone);
    const { box, away } = engine.slots.get(gone);
    (away || box).remove();
    for (const map of [engine.slots, engine.nodes, engine.places, engine.outputs]) {
      for (const key of [...map.keys()]) if (inside(key)) map.delete(key);
    }
    for (const item of model.items || []) item.nodes = item.nodes.filter((node) => !inside(node.path));
  };

  const resize = (path, wanted) => {
    const list = listOf(path);
    while (list.length < wanted) grow(path);
    while (list.length > wanted) shrink(path);
    count(path);
  };

  /** As many instances as were told, in a place and all that is in it. */
  const sync = (at) => {
    for (const name in at.lists) {
      const path = engine.below(at.path, name);
      const told = +(raw()[`${path}[]`] || [0])[0];
      if (isFree(name)) resize(path, Math.min(MOST, Math.max(told, repeats[name][0])));
      at.lists[name].forEach(sync);
    }
  };

  /** As many as an expression counts; what was typed in those that are too many stays. */
  const follow = () => {
    let grown = true;
    while (grown) {
      grown = false;
      for (const node of [...engine.nodes.values()]) {
        if (!node.item.count || !node.on) continue;
        const wanted = Math.min(node.count, MOST);
        const list = listOf(node.path);
        if (list.length >= Math.floor(wanted)) continue;
        resize(node.path, Math.floor(wanted));
        grown = true;
      }
      if (grown) engine.refresh();
    }
  };

  /** Adds how many instances each repeat has to what was typed. */
  const tell = (all) => {
    for (const at of engine.places.values()) {
      for (const name in at.lists) {
        if (isFree(name)) all[`${engine.below(at.path, name)}[]`] = [`${at.lists[name].length}`];
      }
    }
  };

  let spare;
  const settle = () => {
    spare = null;
    for (const old of form.querySelectorAll(".removed")) old.remove();
  };

  const remove = (path) => {
    const repeat = path.replace(/\[\d+\]$/, "");
    const position = +/(\d+)\]$/.exec(path)[1];
    const total = listOf(repeat).length;
    settle();
    const left = moved(collect(), repeat, position, total);
    load(left);
    spare = { left, repeat, total };
    const undo = engine.make("button", { class: "link", type: "button", name: "restore" }, words.undo);
    const note = engine.make("div", { class: "note removed", tabindex: -1 }, `${words.removed} `, undo);
    const { box } = engine.slots.get(repeat);
    [...box.children].find((one) => one.dataset.each).before(note);
    note.focus();
    soon();
  };

  const restore = () => {
    const { left, repeat, total } = spare;
    const all = { ...collect(), [`${repeat}[]`]: [`${total}`] };
    const inside = within(`${repeat}[${total}]`);
    for (const key in left) if (inside(key)) all[key] = left[key];
    settle();
    load(all);
    focus(engine.slots.get(`${repeat}[${total}]`).box.querySelector(HEADING));
    soon();
  };

  const add = (path) => {
    settle();
    const box = grow(path);
    count(path);
    engine.refresh();
    follow();
    focus(box.querySelector(HEADING));
    soon();
  };

  return { setUp, sync, follow, tell, settle, add, remove, restore };
};
