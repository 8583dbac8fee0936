"""wrk, with scripts that are written for each run: what to send, and what must come back."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

THREADS = 2
# Every thread has a Lua state of its own; `fails` counts answers that are not what they should be.
COMMON = """
local threads = {}
fails, said = 0, ""
function setup(thread)
  threads[#threads + 1] = thread
  thread:set("seed", $seed + #threads)
end
function init(args)
  math.randomseed(seed)
  for _ = 1, 10 do math.random() end
end
local function uuid()
  local function hex(n) return string.format("%0" .. n .. "x", math.random(0, 16 ^ n - 1)) end
  local tail = "-4" .. hex(3) .. "-8" .. hex(3) .. "-" .. hex(6) .. hex(6)
  return hex(6) .. hex(2) .. "-" .. hex(4) .. tail
end
local function failed(status, body)
  fails = fails + 1
  if said == "" then said = tostring(status) .. " " .. string.sub(body or "", 1, 300) end
end
function done(summary, latency, requests)
  local count, words = 0, ""
  for _, thread in ipairs(threads) do
    count = count + thread:get("fails")
    if words == "" then words = thread:get("said") end
  end
  local errors = summary.errors
  io.stderr:write(string.format(
    "RESULT %d %d %d %d %d %d %d %s\\n", summary.requests, summary.duration, count,
    errors.connect + errors.read + errors.write + errors.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99), words))
end
"""
OPEN = """
wrk.headers["Accept-Encoding"] = "gzip, deflate, br"
function response(status, headers, body)
  if status ~= 200 then failed(status, body) end
end
"""
# ITEM is the text of a submission with %ID% for its instance id.
SEND = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
local before, after = $before, $after
function request()
  local items = {}
  for n = 1, $count do items[n] = before .. uuid() .. after end
  local body = table.concat(items, ",")
  return wrk.format(nil, nil, nil, $count > 1 and "[" .. body .. "]" or body)
end
function response(status, headers, body)
  if status ~= $status then failed(status, body) end
end
"""
# One connection to a thread, so that a thread is one person who goes from page to page.
WALK = """
local steps, at, secret = $steps, 0, ""
function request()
  at = at % #steps + 1
  local step = steps[at]
  if step.fresh then secret = "" end
  local headers = {["Accept-Encoding"] = "gzip, deflate, br"}
  if secret ~= "" then headers["Cookie"] = $cookie .. "=" .. secret end
  if step.body then headers["Content-Type"] = "application/x-www-form-urlencoded" end
  local body = step.body and string.gsub(step.body, "SECRET", secret)
  return wrk.format(step.method, step.path, headers, body)
end
function response(status, headers, body)
  if status ~= steps[at].status then failed(status, steps[at].path .. " " .. body) end
  local cookie = headers["set-cookie"] or headers["Set-Cookie"] or ""
  local found = string.match(cookie, $cookie .. "=([^;]+)")
  if found then secret = found end
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Requests per second, latencies in milliseconds, and what was wrong.

    ``spent``: milliseconds of the processor that a request took of server and database.
    """

    requests: float
    p50: float
    p95: float
    p99: float
    spent: float = 0
    wrong: int = 0
    said: str = ""


def opening() -> str:
    return OPEN


def sending(item: Mapping[str, object], *, status: int, count: int = 1) -> str:
    """Items like that one, each with an instance id of its own, one or a list at a time."""
    text = json.dumps(dict(item) | {"instance_id": "%ID%"}, ensure_ascii=False)
    before, after = (_lua(part) for part in text.split("%ID%"))
    return Template(SEND).substitute(before=before, after=after, count=count, status=status)


def walking(steps: Sequence[Mapping[str, object]], cookie: str) -> str:
    """``steps``: method, path, status, body (with SECRET where the draft's secret goes), fresh."""
    tables = ",\n".join(
        "{" + ", ".join(f"{name} = {_lua(value)}" for name, value in step.items()) + "}"
        for step in steps
    )
    return Template(WALK).substitute(steps=f"{{{tables}}}", cookie=_lua(cookie))


def _lua(value: object) -> str:
    """A text, number or truth as Lua writes it; JSON's escapes are Lua's but for \\u and \\/."""
    if isinstance(value, str):
        quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{quoted}"'
    return json.dumps(value)


def run(
    script: str, url: str, *, connections: int, seconds: float, seed: int, folder: Path, alone: bool
) -> Rate:
    """Let wrk run for some seconds. ``alone``: each connection has a thread of its own."""
    path = folder / "script.lua"
    path.write_text(Template(COMMON).substitute(seed=seed) + script)
    threads = connections if alone else min(THREADS, connections)
    command = ["wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds:g}s", "--timeout", "30s"]
    done = subprocess.run(
        [*command, "-s", str(path), url], capture_output=True, text=True, check=True
    )
    line = next((ln for ln in done.stderr.splitlines() if ln.startswith("RESULT ")), None)
    if line is None:
        raise RuntimeError(f"wrk printed no result:\n{done.stdout}{done.stderr}")
    _, count, micros, fails, errors, *latencies, said = line.split(" ", 8)
    p50, p95, p99 = (int(each) / 1000 for each in latencies)
    return Rate(
        requests=int(count) / (int(micros) / 1e6),
        p50=p50,
        p95=p95,
        p99=p99,
        wrong=int(fails) + int(errors),
        said=said,
    )
