// Opens surveys without signal and sends what waits. It knows three kinds of addresses, /e/, /i/ and
// /static/, and of these only what it kept; everything else goes its way as if it were not here.
// A document and what it needs are kept together, and as long as an answer needs them.
const DOCUMENT = "cabildo ";
const DOORS = "cabildo";
const HURRY = 4000;
const NEEDED = /\/(?:static|e\/[^/"'\s<>]+\/media)\/[^"'\s<>\\]+/g;

const isDocument = ({ pathname }) => /^\/e\/[^/]+\/phone$/.test(pathname);
const isDoor = ({ pathname }) => /^\/(?:e\/[^/]+(?:\/mine)?|i\/[^/]+)$/.test(pathname);
const isPlan = ({ pathname }) => /^\/e\/[^/]+\/plan\/[^/]+$/.test(pathname);
const isPart = ({ pathname }) => /^\/static\/|^\/e\/[^/]+\/media\//.test(pathname);

// A part has its content's hash in its address: what is kept under it is right for good.
const part = async (request) => (await caches.match(request.url)) || fetch(request);

const door = async (request) => {
  const doors = await caches.open(DOORS);
  return (await doors.match(request.url)) || doors.match(request.url, { ignoreSearch: true });
};

// What the network says, where it says something of use before the hurry is over
const fresh = async (request, otherwise) => {
  const old = await otherwise(request);
  if (!old) return fetch(request);
  const asked = fetch(request).then(
    (answer) => (answer.status >= 500 ? old : answer),
    () => old,
  );
  return Promise.race([asked, new Promise((done) => setTimeout(done, HURRY, old))]);
};

// The document of a plan is large: it is kept when somebody opens it, and not before.
const plan = async (request, until) => {
  const kept = await caches.match(request.url);
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.status === 200 && !answer.redirected) {
    const copy = answer.clone();
    until(caches.open("cabildo plans").then((plans) => plans.put(request.url, copy)).catch(() => 0));
  }
  return answer;
};

// Where an older document is all there is, it asks the same people.
const documented = async (request) =>
  (await caches.match(request.url)) || fresh(request, () => caches.match(request.url, { ignoreSearch: true }));

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (isPart(url) && !request.headers.has("Range")) event.respondWith(part(request));
  else if (request.mode !== "navigate") return;
  else if (isPlan(url)) event.respondWith(plan(request, (kept) => event.waitUntil(kept)));
  else if (isDocument(url)) event.respondWith(documented(request));
  else if (isDoor(url)) event.respondWith(fresh(request, door));
});

const get = async (address) => {
  // Without cookies: what is kept is the same for everybody.
  const answer = await fetch(address, { credentials: "omit" });
  if (!answer.ok || answer.redirected) throw new Error(address);
  return answer;
};

// A page that a network puts in between names no part of ours.
const ours = (text) => /\/static\/keep\.js/.test(text);

const fetched = async (address, parts, from = address) => {
  const answer = await get(from);
  const text = await answer.clone().text();
  if (!ours(text)) throw new Error(address);
  for (const found of text.replace(/&amp;/g, "&").match(NEEDED) || []) parts.add(found);
  return [address, answer];
};

const fill = async (name, all) => {
  const cache = await caches.open(name);
  for (const [address, answer] of all) await cache.put(address, answer);
};

// All of it or nothing: a document is written when its parts are, and a door that leads to it then.
// Doors are kept in the language of who answers.
const keep = async ({ docs, doors, lang }) => {
  const spoken = (at) => (lang ? `${at}?lang=${lang}` : at);
  const old = await caches.open(DOORS);
  const isNew = await Promise.all(docs.map(async (doc) => !(await caches.match(doc))));
  const known = !isNew.includes(true);
  const isKept = async (at) => {
    const kept = await old.match(at);
    return known && !!kept && kept.url.endsWith(spoken(at));
  };
  const missing = await Promise.all(doors.map(async (at) => !(await isKept(at))));
  const parts = new Set();
  // A door may be shut: a survey that is begun goes on all the same.
  const ask = (at) => fetched(at, parts, spoken(at)).catch(() => null);
  const pages = (await Promise.all(doors.filter((_, at) => missing[at]).map(ask))).filter(Boolean);
  const forms = await Promise.all(docs.filter((_, at) => isNew[at]).map((at) => fetched(at, parts)));
  const rest = [...parts].map(async (at) => [at, (await caches.match(at)) || (await get(at))]);
  const all = await Promise.all(rest);
  for (const form of forms) {
    const copies = all.map(([address, answer]) => [address, answer.clone()]);
    const name = DOCUMENT + form[0];
    await fill(name, [...copies, form]).catch(async (error) => {
      await caches.delete(name);
      throw error;
    });
  }
  await fill(DOORS, pages);
  await tidy(docs);
};

// Old documents go when no draft needs them and no page shows them.
const tidy = async (docs) => {
  const needed = new Set(docs.map((doc) => DOCUMENT + doc));
  for (const { doc } of (await cabildo.open()).drafts) needed.add(DOCUMENT + doc);
  for (const { url } of await clients.matchAll({ includeUncontrolled: true })) {
    const { pathname, search } = new URL(url);
    needed.add(DOCUMENT + pathname + search);
  }
  const paths = docs.map((doc) => `${DOCUMENT}${doc.split("?")[0]}?`);
  for (const name of await caches.keys()) {
    if (!needed.has(name) && paths.some((path) => name.startsWith(path))) await caches.delete(name);
  }
};

addEventListener("message", (event) => {
  const { data, ports } = event;
  if (!data || !data.docs) return;
  const done = keep(data).then(
    () => true,
    () => false,
  );
  event.waitUntil(done.then((answer) => ports[0] && ports[0].postMessage(answer)));
});

addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("sync", (event) => {
  const all = cabildo.send().then((left) => {
    if (left) throw new Error("some wait");
  });
  event.waitUntil(all);
});
