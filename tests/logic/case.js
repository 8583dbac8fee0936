// One case of a test: a tree and a context as the vectors write it -> its value.
import { evaluate, register } from "./logic.js";
import { functions } from "./logic-more.js";

register(functions);

const isRepeat = (value) =>
  Array.isArray(value) && value.length && value.every((one) => one && typeof one === "object");

/** Nested canonical answers as instances; every repeat of `names` is there, if only empty. */
const instances = (answers, names, way = [], parent = null, position = 1) => {
  const repeat = way[way.length - 1] || "";
  const made = { answers: Object.create(null), repeats: Object.create(null), parent, repeat, position };
  for (const around of Object.values(names))
    if (around.length > way.length && way.every((one, i) => one === around[i]))
      made.repeats[around[way.length]] = [];
  for (const [name, value] of Object.entries(answers))
    if (isRepeat(value))
      made.repeats[name] = value.map((one, i) => instances(one, names, [...way, name], made, i + 1));
    else made.answers[name] = value;
  return made;
};

const shape = (answers, way = [], names = Object.create(null)) => {
  for (const [name, value] of Object.entries(answers)) {
    names[name] = way;
    if (isRepeat(value)) value.forEach((one) => shape(one, [...way, name], names));
  }
  return names;
};

const find = (root, at) =>
  at.split("/").filter(Boolean).reduce((instance, part) => {
    const [, name, position] = /^(.*)\[(\d+)\]$/.exec(part);
    return instance.repeats[name][position - 1];
  }, root);

const wordsOf = (label, language) =>
  typeof label === "string" ? label : label[language] || Object.values(label)[0] || "";

const listsOf = ({ choices = {}, files = {}, language = "es" }) => ({
  choices: (question) =>
    (Object.hasOwn(choices, question) ? choices[question] : []).map(([value, label]) => ({
      value,
      label: wordsOf(label, language),
    })),
  table: (name) => {
    if (!Object.hasOwn(files, name)) return undefined;
    const [columns, ...rows] = files[name];
    return { columns, rows };
  },
});

const contextOf = ({ answers = {}, at = "", names = shape(answers), ...more }) => ({
  here: find(instances(answers, names), at),
  names,
  lists: listsOf(more),
  ...more,
});

export const answer = ([tree, given]) => {
  try {
    return evaluate(tree, contextOf(given));
  } catch (error) {
    return { error: String(error.stack || error) };
  }
};
