// What some questions gain with a script: buttons to order by, the phone's own place, a list that
// can be searched. Loaded by respond.js where a page has one of them.

const make = (tag, properties, ...inside) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...inside);
  return made;
};
const fill = (text, given) => text.replace(/%\((\w+)\)s/g, (_, key) => given[key]);
const changed = (control) => control.dispatchEvent(new Event("input", { bubbles: true }));
const speaker = () => {
  const status = make("p", { className: "hint" });
  status.setAttribute("role", "status");
  return status;
};
const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
const buttonOf = (label, more) => {
  const button = make("button", { type: "button", className: "plain", textContent: label });
  if (more) button.setAttribute("aria-label", `${label}: ${more}`);
  return button;
};

const rank = (box, words) => {
  const lists = [...box.querySelectorAll("select")];
  const status = speaker();
  const nameOf = (list) => list.parentElement.querySelector("label").textContent.trim();
  const placeOf = (list) => list.selectedIndex || Infinity;
  const move = (list, step) => {
    const order = [...lists].sort((a, b) => placeOf(a) - placeOf(b) || lists.indexOf(a) - lists.indexOf(b));
    const from = order.indexOf(list);
    const to = Math.min(Math.max(from + step, 0), order.length - 1);
    order.splice(to, 0, order.splice(from, 1)[0]);
    order.forEach((one, place) => (one.selectedIndex = place + 1));
    changed(list);
    status.textContent = fill(words.place, { name: nameOf(list), n: to + 1, total: order.length });
  };
  for (const list of lists) {
    const moves = make("span", { className: "moves" });
    for (const [label, step] of [[words.up, -1], [words.down, 1]]) {
      const button = buttonOf(label, nameOf(list));
      button.addEventListener("click", () => move(list, step));
      moves.append(button);
    }
    list.after(moves);
  }
  box.append(status);
};

const geopoint = (box, words) => {
  if (!navigator.geolocation) return;
  const fields = [...box.querySelectorAll(".parts input")];
  const status = speaker();
  const button = buttonOf(words.locate);
  button.addEventListener("click", () => {
    status.textContent = words.locating;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        const { latitude, longitude, altitude, accuracy } = coords;
        const found = [latitude.toFixed(6), longitude.toFixed(6), (altitude || 0).toFixed(1), accuracy.toFixed(1)];
        fields.forEach((field, i) => (field.value = found[i]));
        changed(fields[0]);
        status.textContent = fill(words.located, { n: Math.ceil(accuracy) });
      },
      ({ code }) => (status.textContent = code === 1 ? words.forbidden : words.nowhere),
      { enableHighAccuracy: true, timeout: 30000 },
    );
  });
  box.querySelector("[data-locate]").replaceWith(button, status);
};

const autocomplete = (box, words) => {
  const list = box.querySelector("select");
  const id = `${list.id}-find`;
  const status = speaker();
  const field = make("input", { id, className: "field", type: "search", autocomplete: "off" });
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    const wanted = plain(field.value.trim());
    let found = 0;
    for (const option of list.options) {
      option.hidden = !!option.value && !option.selected && !plain(option.text).includes(wanted);
      if (option.value && !option.hidden) found++;
    }
    status.textContent = wanted && fill(words.found, { n: found });
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  list.before(make("label", { htmlFor: id, className: "hint", textContent: words.find }), field, status);
};

const thousands = (box) => {
  const field = box.querySelector("input");
  field.addEventListener("blur", () => {
    const found = /^(-?)(\d+)(,\d*)?$/.exec(field.value.trim());
    if (found) field.value = found[1] + found[2].replace(/\B(?=(\d{3})+$)/g, "\u202f") + (found[3] || "");
  });
};

const WIDGETS = {
  ".rank": rank,
  "[data-locate]": geopoint,
  "[data-find]": autocomplete,
  "[data-thousands]": thousands,
};

const bad = (code, given = {}) => ({ code, given });

const day = (text) => {
  const turned = text.replace(/^(\d\d?)([-/.])(\d\d?)\2(\d{4})$/, (_, d, mark, m, y) => `${y}-${m.padStart(2, 0)}-${d.padStart(2, 0)}`);
  const found = /^\d{4}-\d\d-\d\d$/.test(turned) && new Date(`${turned}T00:00Z`);
  return found && !isNaN(found) && found.toISOString().startsWith(turned) && turned;
};

// Degrees with letters or minutes are understood by the service alone
const ODD = /[°º'’′"″”a-z]/i;
const point = (texts) => {
  const parts = texts.map((one) => one.trim().replace("−", "-").replace(",", "."));
  if (!parts[0] || !parts[1]) return bad("point_incomplete");
  for (const [i, part] of parts.entries()) {
    if (!part || (i < 2 && ODD.test(part))) continue;
    if (!/^[+-]?(\d+\.?\d*|\.\d+)( *m)?$/.test(part)) return bad("not_a_point", { value: texts.join(" ").trim() });
    if (i < 2 && Math.abs(parseFloat(part)) > (i ? 180 : 90)) {
      return bad(i ? "not_a_longitude" : "not_a_latitude", { value: texts[i] });
    }
  }
  return parts.map((one) => one || "0").join(" ");
};
const points = (fewest) => (item, text) => {
  const lines = text.split(/[\n\r;]+/).filter((line) => line.trim());
  if (lines.length < fewest) return bad("too_few_points", { points: lines.length, minimum: fewest });
  const odd = lines.find((line) => (line.match(/\d+/g) || []).length < 2);
  return odd ? bad("not_a_point", { value: odd }) : lines.join("; ");
};

// Of the many ways to write them the service knows more
const TIMES = { not_a_time: /^\d\d?[:.h] ?\d\d/i, not_a_date_time: /^\d\S*(T|,? +)\d\d?[:.h] ?\d\d/i };
const clock = (code) => (item, text) => {
  if (!TIMES[code].test(text.trim())) return bad(code);
  return /(^|T)\d\d:\d\d$/.test(text) ? `${text}:00` : text;
};

/** Dresses questions; gives how the fields of some types say an answer. */
export const dress = (boxes, words) => {
  for (const box of boxes) {
    for (const mark in WIDGETS) if (box.matches(mark) || box.querySelector(mark)) WIDGETS[mark](box, words);
  }
  return {
    time: clock("not_a_time"),
    dateTime: clock("not_a_date_time"),
    rank: (item, text, texts) => {
      const pairs = texts.map((one) => [one.slice(0, one.lastIndexOf("=")), +one.slice(one.lastIndexOf("=") + 1)]);
      const order = pairs.filter(([, place]) => place);
      if (!order.length) return undefined;
      const places = order.map(([, place]) => place);
      const twice = places.find((place, i) => places.indexOf(place) < i);
      if (twice) return bad("rank_tie", { position: twice });
      const none = places.map((_, i) => i + 1).find((place) => !places.includes(place));
      if (none) return bad("rank_gap", { position: none });
      const missing = texts.length - order.length;
      if (missing) return bad("rank_incomplete", { missing });
      return order.sort((a, b) => a[1] - b[1]).map(([value]) => value);
    },
    date: (item, text) => day(text.trim()) || bad("not_a_date"),
    geopoint: (item, text, texts) => point(texts),
    geotrace: points(2),
    geoshape: points(3),
  };
};
