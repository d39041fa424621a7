// A complete replayer in Node.js: accounts with a balance. Copy it and put your own fold in.
import { createInterface } from "node:readline";

const fold = (state, { type, data }) => {
  switch (type) {
    case "AccountOpened": return { owner: data.owner, balance: 0 };
    case "MoneyDeposited": return { ...state, balance: state.balance + data.amount };
    case "MoneyWithdrawn": return { ...state, balance: state.balance - data.amount };
    default: return state;
  }
};

let state = null;
const answer = (question) => {
  if ("hello" in question) {
    return { hello: 1, name: "Accounts", aggregates: ["account"], can: ["fold", "resume"] };
  }
  if ("begin" in question) return { state: (state = question.state ?? null) };
  if ("event" in question) {
    try {
      return { state: (state = fold(state, question.event)) };
    } catch (error) {
      return { error: String(error) };
    }
  }
  return { ok: true };
};

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  process.stdout.write(JSON.stringify(answer(question)) + "\n");
  if ("end" in question) break;
}
