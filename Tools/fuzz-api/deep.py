"""Sends acts that could be granted, one after the other, for some seconds: schemathesis says little about what is done
in which order, and most rules are about that. Every answer is held against the document, as schemathesis does."""

import json
import os
import sys
import time
import uuid
from urllib.parse import quote

import jsonschema
import requests

import hooks
from hooks import IT, LIKELY, RANDOM, TOKENS


def validators(document):
    """By path and status, what an answer has to be."""
    made = {}
    components = {"components": document["components"]}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            for status, response in operation["responses"].items():
                name = response.get("$ref", "").split("/")[-1]
                content = document["components"]["responses"].get(name, response)["content"]
                (kind, media), = content.items()
                check = jsonschema.Draft202012Validator({**media["schema"], **components})
                made[f"{method.upper()} {path}", int(status)] = kind, check
    return made


def request(path):
    """Path, query, body, terminal and what a card has signed, for one act."""
    place = path
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        place = place.replace("{" + name + "}", str(RANDOM.choice(hooks.part(name, path) or [uuid.uuid4().hex])))
    query, body, data, terminal, signed = "", None, None, None, None
    if path in ("/v1/payouts", "/v1/payout-records", "/v1/receipts"):
        body, terminal, signed = hooks.signed_body(path)
    elif path in ("/v1/payment-lists", "/v1/payment-lists/{list}/rows", "/v1/payment-lists/{list}/duplicates"):
        data = LIKELY.csv().encode()
        query = f"?sample-data=true&maker={quote(hooks.MAKER)}&first={RANDOM.choice([1, 3, 5])}"
    else:
        body = LIKELY.body(path)
        hash64 = (body or {}).get("terminalKeyHash")
        terminal = next((key for key in IT.terminals if hooks.text64(key.hash) == hash64), IT.terminals[0])
    return place, query, body, data, terminal, signed


def main(document, seconds):
    with open(document, encoding="utf-8") as file:
        document = json.load(file)
    checks, faults = validators(document), 0
    acts = [path for path, item in document["paths"].items() if "post" in item and "backups" not in path]
    acts += ["/v1/payouts"] * 6 + ["/v1/challenges", "/v1/payout-records"] * 2
    sessions = {}
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        path = RANDOM.choice(acts)
        place, query, body, data, terminal, signed = request(path)
        named = (body or {}).get("actor")
        key = f"L-{uuid.uuid4().hex[:8]}" if path == "/v1/payment-lists" else str(uuid.uuid4())
        headers = {
            "Authorization": TOKENS["checker" if named == hooks.CHECKER else "maker"],
            "Ansinh-Checker": TOKENS["checker"], "Idempotency-Key": key}
        session = sessions.setdefault(terminal.path if terminal else "", requests.Session())
        session.cert = (terminal.certify(), terminal.path) if terminal else None
        answer = session.post(
            IT.base + place + query, json=body, data=data, headers=headers, verify=IT.trust, timeout=30)
        route = f"POST {path}"
        code = answer.json().get("code", "") if answer.status_code >= 400 else ""
        kind, check = checks.get((route, answer.status_code), ("", None))
        problem = None if check is None else next(check.iter_errors(answer.json()), None)
        if check is None or answer.headers["Content-Type"] != kind or problem:
            faults += 1
            print(f"fault: {route} {answer.status_code} {answer.text[:300]} {problem and problem.message}")
        if signed:
            hooks.learn(signed, answer.status_code, code)
        json.dump({"route": route, "status": answer.status_code, "code": code}, hooks.ANSWERS)
        hooks.ANSWERS.write("\n")
    hooks.ANSWERS.flush()
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
