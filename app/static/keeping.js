// What threatens a draft, and what the person can do about it: another tab, copies that diverged, a
// phone that is full. And the worker, which has the survey open without signal.
const place = document.getElementById("keeping");
const words = JSON.parse(place.dataset.words);
const PAUSE = 4000;

const make = (tag, text, attributes = {}) => {
  const made = document.createElement(tag);
  for (const name in attributes) made.setAttribute(name, attributes[name]);
  made.textContent = text;
  return made;
};

const button = (text, act) => {
  const made = make("button", text, { type: "button", class: "plain" });
  made.addEventListener("click", act);
  return made;
};

const note = (texts, buttons = []) => {
  const text = texts.join(" ");
  if (place.textContent && place.firstChild.textContent === text && !buttons.length) return;
  place.textContent = "";
  place.className = text && "note flow";
  if (!text) return;
  const row = make("p", "", { class: "buttons" });
  row.append(...buttons);
  place.append(make("p", text), ...(buttons.length ? [row] : []));
};

const flag = (instance, value) => {
  try {
    const key = `take ${instance}`;
    const before = sessionStorage.getItem(key);
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
    return !!before;
  } catch (error) {
    return false;
  }
};

// The page is drawn again from what the phone keeps, and has the draft to itself then.
const takeOver = (instance) => {
  flag(instance, "1");
  location.reload();
};

const stop = (form) => {
  for (const one of form.querySelectorAll("input,select,textarea,button")) one.disabled = true;
};

const elsewhere = (form, instance) => {
  stop(form);
  note([words.other_tab], [button(words.take_over, () => takeOver(instance))]);
};

const described = ({ raw, updated }) => {
  const when = new Date(updated).toLocaleString(words.locale, { dateStyle: "medium", timeStyle: "medium" });
  const count = Object.values(raw).filter((values) => values.some(Boolean)).length;
  return words.copy.replace("%(when)s", when).replace("%(count)s", count);
};

const diverged = async (form, instance) => {
  const row = await cabildo.draft(instance);
  const choose = async (stamp) => {
    await cabildo.choose(instance, stamp);
    takeOver(instance);
  };
  const copies = [row, ...row.others].map((copy) => button(described(copy), () => choose(copy.stamp)));
  stop(form);
  note([words.diverged], copies);
};

// Has the worker keep the documents and the doors that lead to them; true when they are kept.
export const install = async (wanted) => {
  document.head.append(make("link", "", { rel: "manifest", href: place.dataset.manifest }));
  if (!navigator.serviceWorker) return false;
  try {
    await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    const { active } = await navigator.serviceWorker.ready;
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise((done) => (port1.onmessage = ({ data }) => done(data)));
    active.postMessage(wanted, [port2]);
    return await answer;
  } catch (error) {
    return false;
  }
};

// The service's copy, whose code opens the draft on another phone

const tellCode = (code) => {
  const line = document.getElementById("kept");
  if (!code || !line || document.getElementById("code")) return;
  const said = make("p", `${words.code} `, { class: "aside", id: "code" });
  said.append(make("b", code, { class: "code", translate: "no" }));
  line.after(said);
};

const copied = async (draft, form) => {
  const { instance, slug, version, correction, language, page, raw, secret = "", synced = 0 } = draft;
  const counter = Math.max(1, draft.counter);
  const { token } = draft;
  const mine = { instance, secret, token, base: synced, counter, version, correction, language, page, raw };
  const answer = await cabildo.copy(slug, mine);
  const told = await answer.json();
  if (answer.status === 410 && told.receipt) note([words.sent_elsewhere.replace("%(receipt)s", told.receipt)]);
  if (answer.status === 409 && told.raw) {
    draft.synced = told.counter;
    const { others } = await cabildo.merge(instance, told);
    if (others.length) await diverged(form, instance);
  }
  if (!answer.ok || !told.secret) return false;
  const known = { secret: told.secret, code: told.code, synced: told.counter };
  Object.assign(draft, known);
  await cabildo.mark(instance, known).catch(() => 0);
  tellCode(told.code);
  return true;
};

// Gives what has the service's copy follow the draft: soon, or at once. A personal link leads to it
// by itself, and it follows once a page; where it would tie anonymous answers to the link there is
// none. What interviewers keep is sealed.
const follow = (draft, form, anonymous) => {
  let timer, changed, at = draft.page, last = Promise.resolve(false);
  const run = () => {
    clearTimeout(timer);
    timer = changed = 0;
    if (!cabildo.copy || (draft.token && anonymous) || !Object.keys(draft.raw).length) return Promise.resolve(false);
    last = last.then(() => copied(draft, form)).catch(() => false);
    return last;
  };
  const soon = () => {
    changed = 1;
    if (draft.token && draft.page === at) return;
    at = draft.page;
    timer = timer || setTimeout(run, PAUSE);
  };
  document.addEventListener("visibilitychange", () => document.hidden && changed && run());
  return { run, soon };
};

// Watches over a draft while its page is open.
export const attend = async ({ draft, form, docs, door, anonymous }) => {
  const { instance, slug } = draft;
  const lost = () => elsewhere(form, instance);
  const held = await cabildo.claim(instance, lost, flag(instance));
  const ready = install({ docs, doors: [door, `/e/${slug}/mine`], lang: draft.language });
  const kept = held && (await cabildo.draft(instance).catch(() => null));
  if (!held) lost();
  else if (kept && kept.others.length) await diverged(form, instance);

  const copy = follow(draft, form, anonymous);
  cabildo.elsewhere = copy.run;
  tellCode(draft.code);

  // To be told of what each save came to
  const told = ({ where, full, others }) => {
    const why = full ? words.full : words.refused;
    if (where === "phone") copy.soon();
    if (others && others.length) return diverged(form, instance);
    if (where === "nowhere") return note([why, words.careful]);
    return note(where === "server" ? [why, words.on_server] : []);
  };

  return { held, told, ready };
};
