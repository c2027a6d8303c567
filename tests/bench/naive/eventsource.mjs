// What a web client does: EventSource and JSON.parse, in Node. The package "eventsource" is used
// where it is installed; else a minimal reader on node:http stands in for it, and says so.
// node eventsource.mjs URL EVENTS [FOLDER WITH node_modules]
import http from "node:http";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [url, events, folder] = process.argv.slice(2);
const people = new Map();
const names = ["participant_update", "stage", "message_received"];
let heard = 0;
let reader = "eventsource";
let began = process.cpuUsage();

function take(name, data) {
  const fields = JSON.parse(data);
  if (name === "participant_update") people.set(fields.uuid, fields);
  heard += 1;
}

function end() {
  const used = process.cpuUsage(began);
  const seconds = (used.user + used.system) / 1e6;
  console.log(JSON.stringify({ reader, seconds: (seconds / heard) * 100000, heard }));
  process.exit(heard >= Number(events) ? 0 : 1);
}

function minimal() {
  http.get(url, (answer) => {
    let rest = "";
    answer.setEncoding("utf8");
    answer.on("data", (text) => {
      const whole = (rest + text).split("\n\n");
      rest = whole.pop();
      for (const event of whole) {
        let name = "message", data = "";
        for (const line of event.split("\n")) {
          if (line.startsWith("event: ")) name = line.slice(7);
          else if (line.startsWith("data: ")) data += line.slice(6);
        }
        take(name, data);
      }
    });
    answer.on("end", end);
  });
}

let found;
try {
  found = await import(pathToFileURL(createRequire(`${folder}/none.js`).resolve("eventsource")));
} catch {
  found = undefined;
}
if (found) {
  const EventSource = found.EventSource ?? found.default;
  const source = new EventSource(url);
  for (const name of names) source.addEventListener(name, (event) => take(name, event.data));
  source.addEventListener("error", end);
} else {
  reader = "a minimal reader";
  minimal();
}
