// What a projection script finds around it, as KurrentDB gives it, and the three functions by
// which the worker drives it. Evaluated before the script; the script cannot reach what is kept
// here. Numbers that JavaScript's own cannot hold come as BigInt or as Exact, which keeps its
// digits and computes like a Number (and then says that it was rounded).
(() => {
  "use strict";
  const TAG = "\u0000exact";
  const parse = JSON.parse, stringify = JSON.stringify;
  const notes = new Set();
  const projection = { source: null, handlers: null, transforms: [] };
  let state = null, stateText = "null";

  class Exact extends Number {
    constructor(text) { super(text); Object.defineProperty(this, "text", { value: text }); }
    valueOf() {
      notes.add(`A script computed with ${this.text}, which JavaScript rounds.`);
      return super.valueOf();
    }
    toString() { return this.text; }
    toJSON() { return { [TAG]: this.text }; }
  }
  Object.defineProperty(BigInt.prototype, "toJSON", {
    value() { return { [TAG]: this.toString() }; },
  });
  const revive = (key, value) => {
    if (value === null || typeof value !== "object" || !(TAG in value)) return value;
    const text = value[TAG];
    return /^-?[0-9]+$/.test(text) ? BigInt(text) : new Exact(text);
  };
  const named = (key, value) =>
    typeof value === "number" && !Number.isFinite(value) ? { $number: String(value) } : value;
  const text = (value) => {
    const plain = stringify(value) ?? "null";
    // JSON writes what is no number as null; only then is it worth looking closer.
    return plain.includes("null") ? stringify(value, named) ?? "null" : plain;
  };

  const chain = {
    when(handlers) { projection.handlers = handlers; return chain; },
    foreachStream() { return chain; },
    partitionBy() {
      notes.add("partitionBy is not followed: the state is that of one stream.");
      return chain;
    },
    transformBy(change) { projection.transforms.push(change); return chain; },
    filterBy(keep) { projection.transforms.push((s) => (keep(s) ? s : null)); return chain; },
    outputState() { return chain; },
    outputTo() { return chain; },
  };
  const from = (kind) => (...names) => {
    projection.source = { kind, names: names.flat() };
    return chain;
  };
  const silent = (name) => () => { notes.add(`${name} does nothing here: nothing is written.`); };
  Object.assign(globalThis, {
    Exact,
    fromAll: from("all"), fromCategory: from("category"), fromCategories: from("category"),
    fromStream: from("stream"), fromStreams: from("stream"),
    emit: silent("emit"), linkTo: silent("linkTo"), copyTo: silent("copyTo"),
    log() {}, options() {},
  });
  globalThis.console = { log() {}, warn() {}, error() {} };

  const result = () => {
    let shown = state;
    for (const change of projection.transforms) shown = shown === null ? null : change(shown);
    const now = text(shown);
    const said = notes.size ? `,"notes":${stringify([...notes])}` : "";
    notes.clear();
    if (now === stateText) return `{"same":true${said}}`;
    stateText = now;
    return `{"state":${now}${said}}`;
  };

  const driver = {
    describe() {
      if (projection.handlers === null) return "";
      return stringify({ source: projection.source, handlers: Object.keys(projection.handlers) });
    },
    begin() {
      const { $init: init } = projection.handlers;
      state = init ? init() : {};
      stateText = "";
      return result();
    },
    fold(line, exact) {
      const { event } = exact ? parse(line, revive) : parse(line);
      const { handlers } = projection;
      const handler = Object.hasOwn(handlers, event.type) ? handlers[event.type] : handlers.$any;
      if (!handler) return '{"same":true}';
      const next = handler(state, {
        isJson: true, data: event.data, body: event.data, bodyRaw: text(event.data),
        metadata: event.metadata ?? {}, metadataRaw: text(event.metadata ?? {}),
        sequenceNumber: event.version, eventType: event.type, streamId: event.stream,
        eventId: event.id, created: event.recorded_at, partition: event.stream,
      });
      // A handler that returns nothing has changed the state in place.
      if (next !== undefined) state = next;
      return result();
    },
  };
  return (task, ...given) => driver[task](...given);
})()
