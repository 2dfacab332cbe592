"""Schemathesis hooks: lets requests past the door and the signatures, and has them speak of what is there.

Requests that are meant to be wrong keep their bodies and paths; only their callers are put in. What came back goes to
`answers.jsonl`, one object a line.
"""

import base64
import hashlib
import json
import os
import random
import uuid

import schemathesis
from hypothesis import strategies

from likely import Likely
from world import CHECKER, GUEST, MAKER, PERIOD, PURSES, Key, World, card_number, day, personal_id, text64

FOLDER = os.environ["FUZZ_FOLDER"]
IT = World(FOLDER, os.environ["FUZZ_BASE"])
with open(FOLDER + "/transactions.json", encoding="utf-8") as known:
    STATE = json.load(known)
IT.transactions = [bytes.fromhex(text) for text in STATE["transactions"]]
IT.counters = {int(card): (count, bytes.fromhex(text)) for card, (count, text) in STATE["counters"].items()}
IT.certificates = {bytes.fromhex(key): bytes.fromhex(body) for key, body in STATE["certificates"].items()}
IT.numbers = STATE["numbers"]
TOKENS = IT.tokens()
RANDOM = random.Random(int(os.environ.get("FUZZ_SEED", "1")))
LIKELY = Likely(IT, RANDOM, Key(FOLDER + "/issuer.key"))
KEYS = []
ANSWERS = open(FOLDER + "/answers.jsonl", "a", encoding="utf-8")  # pylint: disable=consider-using-with

PEOPLE = [personal_id(number) for number in (*range(1, 13), 40, 99)]
CARDS = [card_number(number) for number in (*range(1, 9), 9, 50)]
WORDS = {
    "agent": ["VNPOST", "VIETTEL", "NOBODY"], "amount": [1_000, 50_000, 100_000, 2_900_000, 10**13, 10**15],
    "onlineLimit": [0, 10**9], "line": [1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 99], "period": [PERIOD, PERIOD - 1],
    "personalID": PEOPLE, "cardNumber": CARDS, "card": CARDS, "maker": [MAKER] * 19 + [GUEST],
    "checker": [CHECKER] * 8 + [MAKER, None], "actor": [CHECKER] * 4 + [MAKER], "list": IT.lists,
    "office": ["BHXH-19"],
    "official": [GUEST, "Ngô Văn Mới"], "place": ["BD-79-003"], "point": ["BD-79-003", "BD-79-001"],
    "province": ["79", "01"], "commune": ["26734"], "programme": ["BHXH-HUU", "BTXH-KT1", "KHONG"],
    "name": ["Nguyễn An"],
    "birthDate": ["1952-05-17", "1952"], "diedOn": [day(-3), day(-1)], "from": [day(-30), day(-1)],
    "until": [day(-2), day(60), day(300)], "paper": ["UQ-1", "UQ-2", "UQ-3"], "bank": ["970436"], "party": ["TOAAN"],
    "receivable": IT.numbers + [9_999], "percent": [10, 30, 90], "cap": [30, 50], "row": [1, 2], "serial": [1, 2, 3],
    "kind": {"CardUpdateRequest": ["PIN"]}, "time": [1_780_000_000], "lastPeriod": [PERIOD, PERIOD + 1],
    "document": ["GCT-1", "GCT-2"], "float": [0, 1_000_000], "items": [2, 12],
    "transfer": [f"CK{n}" for n in range(1, 8)],
}


def octets_pool():
    return {
        "transactionID": IT.transactions + [uuid.uuid4().bytes], "terminalKeyHash": [key.hash for key in IT.terminals],
        "shift": IT.shifts, "id": IT.updates, "publicKey": [key.point for key in IT.terminals],
    }


def familiar(value, name="", parent=""):
    """The value with known names in the place of random ones, mostly."""
    if isinstance(value, dict):
        made = {key: familiar(member, key, name) for key, member in value.items()}
        if "unit" in made and "funder" in made and RANDOM.random() < 0.9:
            made["unit"], made["funder"] = RANDOM.choice(PURSES)
        if "maker" in made and "checker" not in made and RANDOM.random() < 0.8:
            made["checker"] = CHECKER
        return made
    if isinstance(value, list):
        return [familiar(member, name, parent) for member in value[:3]]
    if name not in ("maker", "actor") and RANDOM.random() < 0.1:
        return value
    if name == "reference" and parent in ("orders", "reports"):
        return RANDOM.choice(WORDS["transfer"])
    pool = octets_pool()
    if name in pool:
        return text64(RANDOM.choice(pool[name]))
    words = WORDS.get(name)
    if isinstance(words, list) and not (name == "items" and isinstance(value, list)):
        return RANDOM.choice(words)
    return value


def part(name, path):
    """A part of a path that there is. The first cards and people live as long as the run: others pay with them."""
    if path.startswith("/v1/cards") and path.endswith("acts"):
        return CARDS[4:]
    if path.endswith(("/death", "/identity")):
        return PEOPLE[5:]
    if path == "/v1/lines/{line}/acts":
        return ["4", "5", "9", "10", "99"]
    return {
        "number": CARDS if path.startswith("/v1/cards") else [str(number) for number in IT.numbers] + ["9999"],
        "person": PEOPLE + CARDS[:2],
        "list": IT.lists, "line": ["1", "2", "3", "9", "10", "99"], "party": ["TOAAN", "NGANHANG"],
        "reference": WORDS["transfer"], "unit": [unit for unit, _ in PURSES], "month": [str(PERIOD), str(PERIOD - 1)],
        "window": [str(PERIOD)], "keyHash": [key.hash.hex() for key in IT.terminals[2:]],
        "id": [found.hex() for found in
               (IT.shifts if "shifts" in path else IT.updates if "card-updates" in path else IT.transactions)],
    }.get(name)


def signed_body(path):
    """A body that a card or a terminal has signed, or has signed wrongly."""
    choice = RANDOM.random()
    terminal = IT.terminals[0] if choice < 0.8 else RANDOM.choice(IT.terminals)
    card = RANDOM.choice([1, 2, 3, 1, 2, 3, 4, 5, 6, 7, 9])
    if path == "/v1/payouts":
        transaction = RANDOM.choice(IT.transactions) if RANDOM.random() < 0.2 else uuid.uuid4().bytes
        asked = IT.send("POST", "/v1/challenges", {
            "transactionID": text64(transaction), "cardNumber": card_number(card),
            "terminalKeyHash": text64(terminal.hash)}, terminal=terminal)
        challenge = base64.b64decode(asked.json()["challenge"]) if asked.status_code == 200 else bytes(16)
        if RANDOM.random() < 0.1:
            challenge = bytes(16)
        mode = 1 if RANDOM.random() < 0.9 else 2
        count, previous = IT.counters.get(card, (0, bytes(32)))
        # Two certificates of one counter block a card for good: the first three cards go on paying.
        count += 1 if card < 4 else RANDOM.choice([0, 1, 1, 1, 1, 2])
        line = card if RANDOM.random() < 0.85 else RANDOM.choice([1, 9, 10, 99])
        order = IT.order(
            transaction, terminal, challenge if mode == 1 else b"",
            [(line, RANDOM.choice([PERIOD] * 6 + [PERIOD - 1]), RANDOM.choice([1_000, 50_000, 5_000_000]), 0)], mode,
            b"UQ-1" if RANDOM.random() < 0.1 else b"")
        body, whole = IT.payout(card, terminal, order, count, previous, method=1 if RANDOM.random() < 0.95 else 2)
        if RANDOM.random() < 0.05:
            whole = whole[:-1] + bytes([whole[-1] ^ 1])
        named = terminal if RANDOM.random() < 0.95 else RANDOM.choice(IT.terminals)
        IT.certificates[transaction] = body
        made = {"certificate": text64(whole), "terminalKeyHash": text64(named.hash), "fromLog": RANDOM.random() < 0.1}
        return made, named, (card, count, body)
    if path == "/v1/payout-records":
        transaction = RANDOM.choice(list(IT.certificates) + [uuid.uuid4().bytes])
        record = IT.record(transaction, RANDOM.choice([1, 1, 2]), terminal, IT.certificates.get(transaction, b""))
        return {"record": text64(record)}, terminal, None
    return {"receipt": text64(IT.receipt(card, RANDOM.choice([1, 2]), b"completion"))}, terminal, None


schemathesis.openapi.media_type("text/csv", strategies.text(max_size=200))


def caller(case, kwargs, terminal):
    """Whose request it is: mostly two officials and a terminal that is registered."""
    choice = RANDOM.random()
    headers = {"Authorization": TOKENS["maker"], "Ansinh-Checker": TOKENS["checker"]}
    if isinstance(case.body, dict) and case.body.get("actor") == CHECKER:
        headers = {"Authorization": TOKENS["checker"]}
    if choice < 0.02:
        headers = {}
    elif choice < 0.04:
        headers = {"Authorization": TOKENS["guest"]}
    elif choice < 0.06:
        headers = {"Authorization": TOKENS["maker"]}
    elif choice < 0.07:
        headers = {"Authorization": "Bearer ansinh-token-" + "0" * 64}
    case.headers.pop("Authorization", None)
    case.headers.pop("Ansinh-Checker", None)
    for name, value in headers.items():
        case.headers[name] = value.encode().decode("latin-1")
    security = case.operation.definition.raw.get("security", [])
    if any("terminal" in way for way in security):
        named = terminal or IT.terminals[0]
        if RANDOM.random() < 0.05:
            named = RANDOM.choice(IT.terminals)
        if RANDOM.random() < 0.97:
            kwargs["cert"] = (named.certify(), named.path)


@schemathesis.hook
def before_call(context, case, kwargs):
    terminal, signed = None, None
    negative = case.meta is not None and case.meta.generation.mode.is_negative
    if not negative:
        for name in case.path_parameters or {}:
            pool = part(name, case.path)
            if pool and RANDOM.random() < 0.85:
                case.path_parameters[name] = RANDOM.choice(pool)
        if case.query and "dryRun" in case.query and RANDOM.random() < 0.9:
            # Mostly in earnest: what is only asked leaves nothing that the next could meet.
            del case.query["dryRun"]
        if case.query:
            for name, words in (("unit", [unit for unit, _ in PURSES]), ("maker", [MAKER]), ("first", [1, 3]),
                                ("sample-data", ["true"]), ("terminal", [key.hash.hex() for key in IT.terminals])):
                if name in case.query and RANDOM.random() < 0.85:
                    case.query[name] = RANDOM.choice(words)
        if case.path in ("/v1/payouts", "/v1/payout-records", "/v1/receipts") and RANDOM.random() < 0.85:
            case.body, terminal, signed = signed_body(case.path)
        elif case.media_type == "text/csv":
            case.body = LIKELY.csv()
            case.query = {**(case.query or {}), "sample-data": "true", "maker": MAKER}
        elif isinstance(case.body, dict):
            likely = LIKELY.body(case.path) if RANDOM.random() < 0.8 else None
            case.body = likely or familiar(case.body)
            hash64 = case.body.get("terminalKeyHash")
            terminal = next((key for key in IT.terminals if text64(key.hash) == hash64), None)
        if isinstance(case.body, dict) and RANDOM.random() < 0.003:
            case.body = {**case.body, "long": "x" * (1 << 20)}
        if "Idempotency-Key" in case.headers and case.method == "POST":
            key = RANDOM.choice(KEYS) if KEYS and RANDOM.random() < 0.05 else str(uuid.uuid4())
            if case.path == "/v1/payment-lists":
                key = "L-" + key[:8]
            KEYS.append(key)
            del KEYS[:-20]
            case.headers["Idempotency-Key"] = key
    caller(case, kwargs, terminal)
    case.headers.pop("X-Schemathesis-TestCaseId", None)
    SIGNED[case.id] = signed


SIGNED = {}
# Refusals of a certificate that leave its counter undecided: found before the ledger, or not for ever.
UNDECIDED = {
    "too-many-requests", "not-authenticated", "not-permitted", "body-too-large", "idempotency-key-missing",
    "malformed-request", "not-the-terminal", "unknown-card", "signature-invalid", "certificate-of-other-terminal",
    "payout-kind-not-open", "request-in-flight", "idempotency-key-reused", "log-too-early", "offline-not-open",
    "card-fork", "unavailable"}


def learn(signed, status, code):
    """Has a card go on after what became of its certificate: a refusal is as final as a payout."""
    card, count, body = signed
    if status == 201 or code not in UNDECIDED | {"counter-decided"}:
        IT.counters[card] = (count, hashlib.sha256(body).digest())
    elif code == "counter-decided":
        # By a certificate that is not known here: a gap after it is none of its successors, and no fork.
        IT.counters[card] = (count + 1, bytes(32))


@schemathesis.hook
def after_call(context, case, response):
    signed = SIGNED.pop(case.id, None)
    code = ""
    if response.status_code >= 400:
        try:
            code = json.loads(response.content).get("code", "?")
        except (ValueError, AttributeError):
            code = "?"
    if signed:
        learn(signed, response.status_code, code)
    json.dump({"route": f"{case.method} {case.path}", "status": response.status_code, "code": code}, ANSWERS)
    ANSWERS.write("\n")
    ANSWERS.flush()
