// What few expressions use: loaded where they use what portable.py's MORE names.

const DAY = 864e5;
const RADIUS = 6378100;
const MONTHS = {
  es: "ene feb mar abr may jun jul ago sep oct nov dic",
  en: "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
};
const WEEKDAYS = { es: "dom lun mar mié jue vie sáb", en: "Sun Mon Tue Wed Thu Fri Sat" };

/** The functions, made with the tools of logic.js, whose address only the page knows. */
export const functions = (logic) => {
  const { Nodes, cell, chain, child, codes, flat, fromAnswer, moment, number, own } = logic;
  const { rowOf, run, spend, text, tongue, truth, whole } = logic;

  // Tables and repeats. A row is {table, position, columns}, a table {sheet, table} --------------

  const sheetOf = (c, name) => {
    const sheet = text(name).replace(/\.csv$/, "");
    const table = c.lists && c.lists.table(sheet);
    return table && { sheet, table };
  };
  const paths = {
    "indexed-repeat": ([, target, ...pairs], c) => {
      const name = target[1];
      const given = {};
      pairs.forEach((pair, i) => {
        if (i % 2) given[pairs[i - 1][1]] = Math.max(1, whole(run(pair, c)));
      });
      const way = chain(c.here);
      let at = way[0];
      for (const repeat of own(c.names, name) || []) {
        const inside = own(at.repeats, repeat) || [];
        const mine = way.find((one) => one.repeat === repeat && inside.includes(one));
        at = inside[(own(given, repeat) || (mine ? mine.position : 1)) - 1];
        if (!at) return [];
      }
      return child(at, name).slice(0, 1);
    },
  };

  // Chance ---------------------------------------------------------------------------------------

  const hashed = (value) => {
    let found = 0x811c9dc5;
    for (const one of value) found = Math.imul(found ^ one.codePointAt(0), 0x01000193);
    found = Math.imul(found ^ (found >>> 16), 0x85ebca6b);
    found = Math.imul(found ^ (found >>> 13), 0xc2b2ae35);
    return (found ^ (found >>> 16)) >>> 0;
  };
  const chance = (c, place) => {
    let state = hashed(`${c.seed || ""}\n${c.owner || ""}\n${place}`);
    return () => {
      state = (state + 0x6d2b79f5) | 0;
      let found = Math.imul(state ^ (state >>> 15), state | 1);
      found ^= found + Math.imul(found ^ (found >>> 7), found | 61);
      return (found ^ (found >>> 14)) >>> 0;
    };
  };
  const shuffled = (found, seed) => {
    const mixed = [];
    let state = seed % 2147483647;
    if (state <= 0) state += 2147483646;
    found.forEach((item, i) => {
      state = (state * 16807) % 2147483647;
      const other = Math.floor(((state - 1) / 2147483646) * (i + 1));
      mixed[i] = mixed[other];
      mixed[other] = item;
    });
    return mixed;
  };
  const seedOf = (value) => {
    const found = number(value);
    if (found !== found) return text(value) && hashed(text(value));
    return Math.abs(found) < 2 ** 53 ? Math.trunc(found) : 0;
  };

  // Patterns -------------------------------------------------------------------------------------

  const isWord = (point) => point !== undefined && /\w/.test(String.fromCodePoint(point));
  const border = (points, at) => isWord(points[at - 1]) !== isWord(points[at]);
  const borders = {
    "^": (points, at) => !at,
    $: (points, at) => at === points.length,
    b: border,
    B: (points, at) => !border(points, at),
  };
  const takes = ([kind, ...ranges], point) =>
    (kind === "c" || kind === "n") &&
    ranges.some((low, i) => i % 2 === 0 && low <= point && point <= ranges[i + 1]) === (kind === "c");
  /** Whether the whole text takes the automaton (regex.py) to its end. */
  const matches = (program, value) => {
    const points = Array.from(value, (one) => one.codePointAt(0));
    spend(Math.floor((program.length * points.length) / 2));
    const reach = (waiting, at) => {
      const reached = new Set();
      while (waiting.length) {
        const state = waiting.pop();
        if (reached.has(state)) continue;
        reached.add(state);
        const [kind, ...targets] = program[state];
        if (kind === "s" || kind === "j") waiting.push(...targets);
        else if (own(borders, kind) && borders[kind](points, at)) waiting.push(state + 1);
      }
      return [...reached];
    };
    let states = reach([0], 0);
    points.forEach((point, at) => {
      const moved = states.filter((state) => takes(program[state], point));
      states = reach(moved.map((state) => state + 1), at + 1);
    });
    return states.some((state) => program[state][0] === "m");
  };

  // Days and places ------------------------------------------------------------------------------

  const read = (value) => {
    let [day, time] = (typeof value === "string" && moment(value)) || [NaN];
    if (day !== day) {
      const found = typeof value === "boolean" ? NaN : number(value);
      if (!(Math.abs(found) < DAY)) return undefined;
      const all = Math.floor(found * DAY + 0.5);
      day = Math.floor(all / DAY);
      time = all - day * DAY;
    }
    day = day || 0;
    return day < -719162 || day > 2932896 ? undefined : new Date(day * DAY + (time || 0));
  };
  const date = (c, value) => {
    if (typeof value === "string" && !moment(value)) value = number(value);
    const found = read(typeof value === "number" ? Math.trunc(value) : value);
    return found ? found.toISOString().slice(0, 10) : "";
  };
  const format = (c, value, pattern) => {
    const found = read(value);
    if (!found) return "";
    const written = found.toISOString();
    const language = tongue(c).split("-")[0];
    const word = (words, at) => (own(words, language) || words.es).split(" ")[at];
    const letters = {
      "%": "%",
      Y: written.slice(0, 4),
      y: written.slice(2, 4),
      m: written.slice(5, 7),
      n: +written.slice(5, 7),
      b: word(MONTHS, found.getUTCMonth()),
      d: written.slice(8, 10),
      e: +written.slice(8, 10),
      a: word(WEEKDAYS, found.getUTCDay()),
      H: written.slice(11, 13),
      h: +written.slice(11, 13),
      M: written.slice(14, 16),
      S: written.slice(17, 19),
      3: written.slice(20, 23),
    };
    return text(pattern).replace(/%([^]?)/gu, (all, letter) => {
      const shown = own(letters, letter);
      return shown === undefined ? all : shown;
    });
  };
  const radians = (degrees) => (degrees / 180) * Math.PI;
  const points = (values) => {
    const found = [];
    for (const point of flat(values).map((value) => text(value).split(";")).flat()) {
      const parts = codes(point).map(number);
      if (!parts.length) continue;
      if (parts.length < 2 || parts.length > 4 || parts.some((one) => one !== one)) return [];
      if (Math.abs(parts[0]) > 90 || Math.abs(parts[1]) > 180) return [];
      found.push(parts);
    }
    return found;
  };
  const pairs = (found, measure) =>
    found.slice(1).reduce((total, one, i) => total + measure(found[i], one), 0);
  const apart = ([north, east], [south, west]) => {
    const cosine =
      Math.sin(radians(north)) * Math.sin(radians(south)) +
      Math.cos(radians(north)) * Math.cos(radians(south)) * Math.cos(radians(east - west));
    return Math.acos(Math.min(1, Math.max(-1, cosine))) * RADIUS;
  };

  // Functions ------------------------------------------------------------------------------------

  const within = (amount, least, most) =>
    (least < 0 || amount >= least) && (most < 0 || amount <= most);
  const parted = (x, mark) => {
    const [all, sign] = [text(x), text(mark)];
    const at = all.indexOf(sign);
    return at < 0 ? ["", ""] : [all.slice(0, at), all.slice(at + sign.length)];
  };

  // Longer texts are not made: nested separators multiply.
  const glued = (between, parts) => {
    const size = (of) => parts.reduce((sum, part) => sum + of(part), of(between) * (parts.length - 1));
    const long = size((one) => one.length) > 1e6 && size((one) => [...one].length) > 1e6;
    return long ? "" : parts.join(between);
  };

  const ofNodes = {
    area: (c, x) => {
      const found = points([x]);
      if (found.length < 3) return found.length ? 0 : NaN;
      const [[north, east], ...rest] = found;
      const round = 2 * RADIUS * Math.PI;
      const flattened = rest.map(([latitude, longitude]) => [
        ((longitude - east) * round * Math.cos(radians(latitude))) / 360,
        ((latitude - north) * round) / 360,
      ]);
      return Math.abs(pairs(flattened, ([x1, y1], [x2, y2]) => (y1 * x2 - x1 * y2) / 2));
    },
    checklist: (c, least, most, ...marks) =>
      within(flat(marks).filter(truth).length, whole(least), whole(most)),
    concat: (c, ...parts) => glued("", flat(parts).map(text)),
    distance: (c, ...values) => {
      const found = points(values);
      return found.length ? pairs(found, apart) : NaN;
    },
    join: (c, between, ...parts) => glued(text(between), flat(parts).map(text)),
    randomize: (c, place, x, seed) =>
      x instanceof Nodes
        ? new Nodes(shuffled(x.items, seed === undefined ? chance(c, place)() : seedOf(seed)))
        : x,
    "weighted-checklist": (c, least, most, ...given) => {
      const weights = flat(given.filter((_, i) => i % 2));
      const marks = flat(given.filter((_, i) => i % 2 === 0)).slice(0, weights.length);
      const total = marks.reduce((all, mark, i) => (truth(mark) ? all + number(weights[i]) : all), 0);
      return within(total, number(least), number(most));
    },
  };

  const plainly = {
    atan2: (c, y, x) => Math.atan2(number(y), number(x)),
    "boolean-from-string": (c, x) => /^(1|true)$/.test(text(x).toLowerCase()),
    ceiling: (c, x) => Math.ceil(number(x)) + 0,
    coalesce: (c, a, b) => (a === "" || a !== a ? b : a),
    contains: (c, x, part) => text(x).includes(text(part)),
    date,
    "date-time": (c, value) => {
      const said = typeof value === "string" && moment(value);
      if (said && said[0] !== undefined && said[1] !== undefined)
        return value.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "");
      const found = read(value);
      return found ? found.toISOString().slice(0, -1) : "";
    },
    "decimal-date-time": (c, value) => {
      if (typeof value !== "string") return typeof value === "number" ? value : NaN;
      const said = moment(value);
      return said && said[0] === undefined ? NaN : number(value);
    },
    "decimal-time": (c, value) => {
      const found = typeof value === "boolean" ? NaN : number(value);
      return isFinite(found) ? found - Math.floor(found) : NaN;
    },
    "ends-with": (c, x, part) => text(x).endsWith(text(part)),
    exp10: (c, x) => 10 ** number(x),
    floor: (c, x) => Math.floor(number(x)) + 0,
    "format-date": format,
    "format-date-time": format,
    instance: (c, name) => new Nodes([sheetOf(c, name)].filter(Boolean)),
    "jr:choice-name": (c, value, question) => {
      const found = /^\$\{[ \t]*([^ \t{}]+)[ \t]*\}$/.exec(text(question));
      const choices = (c.lists && c.lists.choices(found ? found[1] : text(question))) || [];
      const choice = choices.find((one) => one.value === text(value));
      return choice ? choice.label : "";
    },
    "jr:itext": (c, id) => {
      const found = /^(.+)-(0|[1-9]\d{0,5})$/.exec(text(id));
      const sheet = found && sheetOf(c, found[1]);
      if (!sheet || found[2] >= sheet.table.rows.length) return "";
      return cell(rowOf(sheet, +found[2]), "label", tongue(c)) || "";
    },
    last: ({ focus }) => (focus ? focus.size : 1),
    "normalize-space": (c, x = fromAnswer(c.current)) => codes(x).join(" "),
    now: (c) => c.now,
    pi: () => Math.PI,
    pow: (c, x, y) => number(x) ** number(y),
    pulldata: (c, name, wanted, key, value) => {
      const sheet = sheetOf(c, name);
      const place = sheet ? sheet.table.columns.indexOf(text(key)) : -1;
      const at = place < 0 ? -1 : sheet.table.rows.findIndex((row) => row[place] === text(value));
      return (at >= 0 && cell(rowOf(sheet, at), text(wanted), tongue(c))) || "";
    },
    random: (c, place) => chance(c, place)() / 2 ** 32,
    "selected-at": (c, x, index) => {
      const at = number(index);
      return (at === at && codes(x)[Math.trunc(at)]) || "";
    },
    "starts-with": (c, x, part) => text(x).startsWith(text(part)),
    substr: (c, x, first, last = Infinity) => [...text(x)].slice(whole(first), whole(last)).join(""),
    "substring-after": (c, x, mark) => parted(x, mark)[1],
    "substring-before": (c, x, mark) => parted(x, mark)[0],
    translate: (c, x, wanted, given) => {
      const [to, other] = [[...text(given)], new Map()];
      [...text(wanted)].forEach((one, i) => other.has(one) || other.set(one, to[i] || ""));
      return [...text(x)].map((one) => (other.has(one) ? other.get(one) : one)).join("");
    },
    uuid: (c, place, length) => {
      const next = chance(c, place);
      const many = (count, make) => Array.from({ length: count }, make).join("");
      if (length !== undefined)
        return many(Math.min(Math.max(0, whole(length)), 1000), () =>
          "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"[next() % 36]);
      return many(4, () => next().toString(16).padStart(8, 0))
        .replace(/^(.{8})(....).(...)(.)(...)/, (all, a, b, d, e, f) =>
          `${a}-${b}-4${d}-${"89ab"[parseInt(e, 16) % 4]}${f}-`);
    },
  };
  for (const name of "abs acos asin atan cos exp log log10 sin sqrt tan".split(" "))
    plainly[name] = (c, x) => Math[name](number(x));

  return {
    functions: plainly,
    ofNodes,
    paths,
    special: { regex: (tree, c) => matches(tree[2], text(run(tree[1], c))) },
  };
};
