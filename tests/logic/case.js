// One case of a test: a tree and a context as the vectors write it -> its value.
import { evaluate, instances, register } from "./logic.js";
import { functions } from "./logic-more.js";

register(functions);

const find = (root, at) =>
  at.split("/").filter(Boolean).reduce((instance, part) => {
    const [, name, position] = /^(.*)\[(\d+)\]$/.exec(part);
    return instance.repeats[name][position - 1];
  }, root);

const contextOf = ({ answers = {}, at = "", now = "2026-01-15T12:00:00", ...more }) => {
  const here = find(instances(answers), at);
  return { here, now, seed: "", owner: "", language: "es", ...more };
};

export const answer = ([tree, given]) => {
  try {
    return evaluate(tree, contextOf(given));
  } catch (error) {
    return { error: String(error.stack || error) };
  }
};
