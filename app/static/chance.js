// What looks random: the seed of a response, and the order of choices in it. Loaded by phone.js where
// a survey has something of the kind. The service works out the same: encuestas/shuffle.py.
const PRIME = 2147483647;

const digest = async (text) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));

const shuffled = (items, seed) => {
  const mixed = [];
  let state = seed % PRIME;
  if (state <= 0) state += PRIME - 1;
  items.forEach((item, i) => {
    state = (state * 16807) % PRIME;
    const other = Math.floor(((state - 1) / (PRIME - 1)) * (i + 1));
    mixed[i] = mixed[other];
    mixed[other] = item;
  });
  return mixed;
};

/** Sows a response's chance; gives what puts the choices of a question in order. */
export const chance = async (engine, model, instance) => {
  const seeds = Object.create(null);
  // Where hashing is missing, choices stand as written, and the service works out the rest
  if (crypto.subtle) {
    const seed = [...(await digest(`seed ${instance}`))].map((byte) => byte.toString(16).padStart(2, 0));
    model.seed = seed.join("").slice(0, 16);
    for (const { n, mix } of model.items) {
      if (!mix) continue;
      const [a, b, c, d] = await digest(`${instance}/${n}`);
      seeds[n] = (((a * 256 + b) * 256 + c) * 256 + d) % PRIME;
    }
  }
  const choices = (box, special) =>
    [...box.querySelectorAll(box.matches(".rank") ? "li" : "option,.option")].filter(
      (one) => one.value !== "" && !one.closest(".apart") && !special.includes(one.value),
    );
  return ({ item, slot, path }) => {
    slot.order = slot.order || choices(slot.box, item.sp || []);
    const { order } = slot;
    // Answers are in the order in which choices were written
    item.order = order.map((one) => (one.querySelector("input") || one).value);
    let seed = seeds[item.n];
    if (item.seed !== undefined) {
      const given = engine.figure(item.seed, engine.nodes.get(path));
      if (isFinite(given)) seed = Math.trunc(given);
    }
    if (seed === slot.seed) return;
    slot.seed = seed;
    const last = item.mix > 1 ? [order[order.length - 1]] : [];
    const mixed = [...shuffled(order.slice(0, order.length - last.length), seed), ...last];
    const marks = order.map((one) => {
      const mark = document.createComment("");
      one.replaceWith(mark);
      return mark;
    });
    marks.forEach((mark, i) => mark.replaceWith(mixed[i]));
  };
};
