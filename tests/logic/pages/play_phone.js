// Answers a whole survey on a phone's document as a person would, and tells what stands on it.
import { answer, begin, chance, one, seen, wrong } from "/play.js";

const form = document.querySelector("main form");
const engine = await import(document.querySelector("script[data-engine]").dataset.engine);
const page = () => form.querySelector("section:not([hidden])");
const press = (name, root = form) => {
  const found = [...root.querySelectorAll(`button[name=${name}]`)].filter(
    (button) => !button.closest("[hidden]") && !button.matches(".hidden"),
  );
  if (found.length) one(found).click();
  return found.length ? name : null;
};

const draft = async () => {
  dispatchEvent(new Event("pagehide"));
  await new Promise((done) => setTimeout(done, 10));
  // The first one is written once the document has the draft to itself
  const found = await cabildo.draft(sessionStorage.getItem("cabildo prueba"));
  return found || draft();
};

const snapshot = async (done) => {
  const here = page();
  const { instance, raw, started_at } = await draft();
  const sections = [...form.querySelectorAll("section")];
  return {
    done,
    page: here && here.dataset.page,
    at: document.getElementById("at").textContent,
    faults: wrong(),
    ...seen(),
    where: Object.fromEntries(
      sections.flatMap((section) =>
        [...section.querySelectorAll("[data-q]:not(template)")].map((box) => [box.dataset.q, section.dataset.page]),
      ),
    ),
    answers: Object.fromEntries([...engine.nodes.values()].filter(({ item }) => !item.k && item.next.size).map(({ path, seen }) => [path, seen === undefined ? null : seen])),
    draft: { instance, raw, started_at },
  };
};

const act = (pools) => {
  if (!page()) return chance(0.3) ? (document.querySelector("#review [href='#last']").click(), "last") : "review";
  if (chance(0.2)) return press("next");
  // The first page's leads away
  const first = / 1 (de|of) /.test(document.getElementById("at").textContent);
  if (!first && chance(0.05)) return press("back");
  if (chance(0.12)) return press("add", page());
  if (chance(0.08)) return press("remove", page());
  if (chance(0.3) && page().querySelector("[name=restore]")) return press("restore", page());
  answer(pools, page());
  return "answer";
};

export const play = async (seed, steps, pools) => {
  begin(seed);
  const all = [await snapshot("begin")];
  for (let step = 0; step < steps; step++) all.push(await snapshot(act(pools)));
  return all;
};
