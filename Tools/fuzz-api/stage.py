"""Makes the state that is fuzzed: people, lists, cards, payouts, transfers, shifts, each in several of its states."""

import json
import os
import sys
import time

import world
from world import CHECKER, GUEST, MAKER, PERIOD, PURSES, ROLES, World, card_number, day, personal_id, text64


def prepare(folder, state):
    """Before the service runs: its certificate, its settings, the issuer of cards."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import serialization

    os.makedirs(state + "/centre", 0o700, exist_ok=True)
    os.makedirs(state + "/office", 0o700, exist_ok=True)
    key = world.Key(folder + "/tls.key")
    key.certify("127.0.0.1", hosts=[x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    issuer = world.Key(folder + "/issuer.key")
    with open(state + "/office/issuer.der", "wb") as file:
        made = world.certificate("Thử nghiệm", issuer.key, "Thử nghiệm", issuer.key)
        file.write(made.public_bytes(serialization.Encoding.DER))
    with open(state + "/centre/serve.yaml", "w", encoding="utf-8") as file:
        file.write(
            f"listen: 127.0.0.1:0\ntls-certificate: {folder}/tls.pem\ntls-key: {folder}/tls.key\n"
            f"tokens: {folder}/tokens.jsonl\nlog-level: error\nfailures-per-minute: 600\n")


def people(it):
    for role in ROLES:
        for official in (MAKER, CHECKER):
            it.post("/v1/staff/appointments", {"official": official, "role": role, "hands": it.hands()})
    # The service reads the roles once a second.
    time.sleep(1.5)
    for agent in ("VNPOST", "VIETTEL"):
        it.post("/v1/agents", {"agent": agent, "onlineLimit": 20_000_000 if agent == "VIETTEL" else 10**12})
    for number, terminal in enumerate(it.terminals[:3]):
        it.post("/v1/terminals", {
            "publicKey": text64(terminal.point), "agent": "VNPOST", "point": "BD-79-003", "province": "79",
            "commune": "26734"})
        if number == 2:
            it.post(f"/v1/terminals/{terminal.hash.hex()}/revocation")
    for unit, funder in PURSES:
        it.post("/v1/fundings", {
            "unit": unit, "funder": funder, "amount": 10**9, "reference": "UNC 1", "hands": it.hands()})


def lists(it):
    """One list in each state it can be in."""
    credited, approved, checked, sealed, opened, given_up, _, second = it.lists
    for number, name in enumerate((credited, approved, checked, sealed, second)):
        path = f"/v1/payment-lists?sample-data=true&maker={MAKER}"
        benefit = {credited: 0, second: 2}.get(name, 1)
        rows = it.rows(range(1, 13) if benefit != 1 else range(20 + 2 * number, 22 + 2 * number), benefit)
        it.post(path, data=rows, key=name)
    for name in (credited, approved, checked, second):
        it.post(f"/v1/payment-lists/{name}/check", {"actor": CHECKER})
    for name in (credited, approved, second):
        it.post(f"/v1/payment-lists/{name}/approval", {"actor": CHECKER})
    for name in (credited, second):
        it.post(f"/v1/payment-lists/{name}/credits")
    for name, who in ((opened, [30, 31]), (given_up, [32, 33])):
        it.post(f"/v1/payment-lists/{name}/rows?sample-data=true&first=1", data=it.rows(who, 3))
    it.post(f"/v1/payment-lists/{given_up}/abandonment")


def cards(it):
    issuer = world.Key(it.folder + "/issuer.key")
    from cryptography.hazmat.primitives import serialization

    for number in range(1, 9):
        made = world.certificate(card_number(number), it.cards[number].key, "Thử nghiệm", issuer.key)
        it.post("/v1/cards", {
            "cardNumber": card_number(number), "personalID": personal_id(number), "name": "Nguyễn Thị Hòa",
            "birthDate": "1952-05-17",
            "certificate": text64(made.public_bytes(serialization.Encoding.DER))})
    for number, transaction in enumerate(it.transactions[:5], start=1):
        it.pay(number, number, 100_000, transaction)
    terminal = it.terminals[0]
    for place, outcome in ((0, 1), (1, 1), (2, 2)):
        transaction = it.transactions[place]
        record = it.record(transaction, outcome, terminal, it.certificates[transaction])
        it.post("/v1/payout-records", {"record": text64(record)}, terminal=terminal)
    it.post(f"/v1/payouts/{it.transactions[1].hex()}/reversal", {"hands": it.hands()})
    hands = {"maker": MAKER, "checker": CHECKER, "office": "BHXH-19", "reason": "thử"}
    for number, act in ((6, "block"), (7, "lost"), (8, "terminated")):
        it.post(f"/v1/cards/{card_number(number)}/acts", {"act": act, **hands})
    it.post(f"/v1/cards/{card_number(1)}/updates", {
        "id": text64(it.updates[0]), "serial": 1, "kind": "PIN", "script": text64(b"script")})


def money(it):
    hands = {"hands": it.hands()}
    item = lambda line, kind="regular": {"line": line, "period": PERIOD, "kind": kind}
    entry = lambda line: [{"line": line, "period": PERIOD, "amount": 50_000}]
    mark = {"bank": "970436", "lastFour": "4417", "salt": text64(bytes(16)), "hash": text64(bytes(32))}
    it.post("/v1/transfers", {"batch": "LO-1", "orders": [
        {"row": place, "reference": f"CK{place}", "personalID": personal_id(place), "entries": entry(place),
         "account": mark, "holder": "NGUYEN THI HOA"} for place in range(1, 5)], **hands})
    it.post("/v1/transfer-statements", {"statement": "SK-1", "reports": [
        {"row": 1, "reference": "CK1", "amount": 50_000, "confirmed": True},
        {"row": 2, "reference": "CK2", "amount": 50_000, "confirmed": False},
        {"row": 3, "reference": "CK3", "amount": 50_000, "confirmed": True}], **hands})
    it.post("/v1/transfers/CK3/return", {"amount": 50_000, "bankReference": "TR 3", **hands})
    for place, shift in enumerate(it.shifts[:2]):
        it.post("/v1/shifts", {
            "shift": text64(shift), "kind": "counter", "agent": "VNPOST", "point": f"BD-79-00{place}",
            "float": 1_000_000, **hands})
    it.post(f"/v1/shifts/{it.shifts[1].hex()}/closing", {"amount": 1_000_000, **hands})
    it.post("/v1/receivables", {"item": item(1), "amount": 10_000, **hands})
    it.post("/v1/deductions", {"line": 1, "party": "TOAAN", "amount": 1_000, **hands})
    it.post("/v1/deductions", {"line": 2, "party": "TOAAN", "percent": 10, **hands})
    for number in (1, 2):
        page = f"/v1/people/{personal_id(number)}/"
        it.numbers += [found["number"] for found in it.send("GET", page + "receivables").json()["receivables"]]
        it.numbers += [found["number"] for found in it.send("GET", page + "deductions").json()["deductions"]]
    it.post(f"/v1/deductions/{it.numbers[-1]}/stop", it.hands())
    it.post("/v1/lines/9/acts", {"act": "suspend", **hands})
    it.post("/v1/lines/10/acts", {"act": "end", "lastPeriod": PERIOD, **hands})
    it.post(f"/v1/people/{personal_id(11)}/death", {"diedOn": day(-1), "document": "GCT-1", **hands})
    it.post(f"/v1/people/{personal_id(12)}/representatives", {
        "paper": "UQ-1", "kind": "guardian", "representative": {
            "personalID": personal_id(40), "name": "Nguyễn Văn An", "birthDate": "1970"}, "from": day(-9),
        "until": day(90), **hands})


if __name__ == "__main__":
    step, folder, place = sys.argv[1:]
    if step == "prepare":
        prepare(folder, place)
    else:
        it = World(folder, place)
        for part in (people, lists, cards, money):
            part(it)
        with open(folder + "/transactions.json", "w", encoding="utf-8") as file:
            json.dump({
                "numbers": it.numbers, "transactions": [transaction.hex() for transaction in it.transactions],
                "counters": {str(card): (counter, hash_.hex()) for card, (counter, hash_) in it.counters.items()},
                "certificates": {key.hex(): body.hex() for key, body in it.certificates.items()}}, file)
