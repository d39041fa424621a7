"""A complete replayer in Python: accounts with a balance. Copy it and put your own fold in."""

import json
import sys
from decimal import Decimal


def fold(state, event):
    """The application's own rules: state and event to state."""
    data = event["data"]
    if event["type"] == "AccountOpened":
        return {"owner": data["owner"], "balance": Decimal(0)}
    if event["type"] == "MoneyDeposited":
        return {**state, "balance": state["balance"] + Decimal(str(data["amount"]))}
    if event["type"] == "MoneyWithdrawn":
        return {**state, "balance": state["balance"] - Decimal(str(data["amount"]))}
    return state


def answer(question, state):
    """The answer to one question, and the state after it."""
    if "hello" in question:
        return {"hello": 1, "name": "Accounts", "aggregates": ["account"], "can": ["fold"]}, state
    if "begin" in question:
        return {"state": None}, None
    if "event" in question:
        try:
            state = fold(state, question["event"])
        except Exception as error:  # noqa: BLE001 - the user sees what went wrong
            return {"error": f"{type(error).__name__}: {error}"}, state
        return {"state": state}, state
    return {"ok": True}, state


def main():
    """One answer for each line, at once."""
    state = None
    for line in sys.stdin:
        question = json.loads(line, parse_float=Decimal)
        said, state = answer(question, state)
        print(json.dumps(said, default=str), flush=True)
        if "end" in question:
            break


if __name__ == "__main__":
    main()
