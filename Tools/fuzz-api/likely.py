"""Bodies that mean something: for each path one that could be granted, or refused by a rule rather than by its form."""

import base64
import uuid

import world
from world import BENEFITS, CHECKER, GUEST, HEADER, MAKER, PERIOD, PURSES, card_number, day, personal_id, text64


class Likely:
    """Makes bodies for the world `it` with the choices of `random`."""

    def __init__(self, it, random, issuer):
        self.it, self.random, self.issuer = it, random, issuer

    def one(self, *values):
        return self.random.choice(values)

    def hands(self):
        checker = self.one(*[CHECKER] * 9, MAKER, None)
        return {"maker": MAKER, "checker": checker, "office": "BHXH-19", "reason": "thử"}

    def person(self):
        return {"personalID": personal_id(self.random.randint(8, 60)), "name": "Nguyễn An", "birthDate": "1960"}

    def item(self):
        line = self.random.randint(1, 24)
        return {"line": line, "period": self.one(PERIOD, PERIOD, PERIOD, PERIOD - 1),
                "kind": self.one("regular", "regular", "regular", "arrears")}

    def purse(self):
        unit, funder = self.random.choice(PURSES)
        return {"unit": unit, "funder": funder, "amount": self.one(1_000, 10**6, 10**15), "reference": "UNC 2"}

    def entries(self, person):
        return [{"line": self.one(person, person, person, 1, 99), "period": self.one(PERIOD, PERIOD, PERIOD - 1),
                 "amount": self.one(1_000, 50_000, 50_000, 10**7)}]

    def csv(self):
        """A payment list; about every second one has nothing wrong with its form."""
        programme = self.random.randint(0, 3)
        month = self.one(*[f"{PERIOD // 100}-{PERIOD % 100:02}"] * 12, f"{PERIOD // 100}-01", "2026-13", "1999-01")
        amount = 5_450_000 if programme == 3 else self.one(*[3_000_000] * 9, 0)
        arrears = self.one(*[""] * 6, "1", "2")
        first = self.random.randint(1, 10**5) if self.random.random() < 0.7 else self.random.randint(1, 40)
        count = self.one(1, 2, 3, 1_001) if self.random.random() < 0.03 else self.random.randint(1, 3)
        rows = [
            f"{personal_id(first + place)},Nguyễn Thị Hòa,17/05/1952,"
            + BENEFITS[programme].format(period=month, amount=amount) + f",{arrears}" for place in range(count)]
        return "\r\n".join([HEADER + ",truy_linh"] + rows) + "\r\n"

    def card(self):
        place = self.random.randint(1, 11)
        number, key = card_number(place), self.it.cards[place]
        made = world.certificate(
            number, key.key, "Thử nghiệm", self.issuer.key if self.random.random() < 0.8 else key.key)
        from cryptography.hazmat.primitives import serialization

        body = {
            "cardNumber": number, "personalID": personal_id(self.one(place, place, 1, 11)), "name": "Nguyễn Thị Hòa",
            "birthDate": "1952-05-17", "certificate": text64(made.public_bytes(serialization.Encoding.DER))}
        if self.random.random() < 0.5:
            hands = self.hands()
            body["replaces"] = {
                "card": card_number(self.random.randint(5, 12)), "kind": self.one("lost", "damaged", "renewal"),
                "maker": MAKER, "checker": hands["checker"] or "", "office": "BHXH-19", "reason": "thử"}
        return body

    def people(self, path):
        """Bodies of decisions about a person."""
        hands = {"hands": self.hands()}
        paper = self.one("UQ-1", "UQ-2", "UQ-3", "UQ-4")
        return {
            "death": lambda: {"diedOn": self.one(day(-40), day(-2), day(3)), "document": "GCT-2", **hands},
            "heir": lambda: {"person": self.person(), **hands}, "identity": lambda: {"person": self.person(), **hands},
            "funeral": lambda: {
                "claimant": self.person(), "programme": "BHXH-MT", "list": self.it.lists[0], **hands},
            "funeral-withdrawals": self.hands,
            "representatives": lambda: {
                "paper": paper, "kind": self.one("collector", "guardian", "household-head"),
                "representative": self.person(), "from": day(-20), "until": self.one(day(-1), day(100)), **hands,
                **({"programme": self.one("BHXH-HUU", "BTXH-KT1")} if self.random.random() < 0.7 else {})},
            "representative-ends": lambda: {"paper": paper, **hands},
            "presences": lambda: {
                "place": "BD-79-003", "attested": self.random.random() < 0.8, **hands,
                **({"transactionID": text64(self.random.choice(self.it.transactions))}
                   if self.random.random() < 0.5 else {})},
        }.get(path.rsplit("/", 1)[-1], lambda: None)()

    def lists(self, path):
        return {
            "seal": lambda: {"items": self.one(1, 2, 3), "amount": self.one(10_900_000, 3_000_000), "maker": MAKER},
            "check": lambda: {"actor": self.one(CHECKER, CHECKER, MAKER)},
            "approval": lambda: {"actor": self.one(CHECKER, CHECKER, MAKER)},
        }.get(path.rsplit("/", 1)[-1], lambda: None)()

    def office(self, path):
        """Bodies about cards, terminals and staff."""
        hands = {"maker": MAKER, "checker": self.one(CHECKER, CHECKER, None), "office": "BHXH-19", "reason": "thử"}
        return {
            "/v1/agents": lambda: {
                "agent": self.one("VNPOST", f"DL{self.random.randint(1, 99)}"), "onlineLimit": 10**6},
            "/v1/terminals": lambda: {
                "publicKey": text64(self.random.choice(self.it.terminals).point), "agent": self.one("VNPOST", "X"),
                "point": "BD-79-003", "province": "79", "commune": "26734"},
            "/v1/cards": self.card,
            "/v1/cards/{number}/acts": lambda: {
                "act": self.one("block", "unblock", "lost", "returned", "terminated", "release-reserve"), **hands},
            "/v1/cards/{number}/pin-acts": lambda: {
                "act": self.one("set", "unblocked"), "terminal": "VN79T00001", "maker": MAKER,
                "checker": hands["checker"], "office": "BHXH-19", "time": 1_780_000_000},
            "/v1/cards/{number}/updates": lambda: {
                "id": text64(self.one(uuid.uuid4().bytes, self.it.updates[0])), "serial": self.random.randint(1, 99),
                "kind": "PIN", "script": text64(b"script")},
            "/v1/card-updates/{id}/results": lambda: {
                "terminalKeyHash": text64(self.it.terminals[0].hash), "answers": text64(b"9000")},
            "/v1/challenges": lambda: {
                "transactionID": text64(uuid.uuid4().bytes), "cardNumber": card_number(self.random.randint(1, 9)),
                "terminalKeyHash": text64(self.it.terminals[0].hash),
                **({"collector": self.one("UQ-1", "UQ-2", "UQ-9")} if self.random.random() < 0.3 else {})},
            "/v1/staff/appointments": lambda: {
                "official": self.one("Ngô Văn Mới", "Hồ Thị Mai"), "role": self.one("point", "office", "inspector"),
                "hands": self.hands()},
            "/v1/staff/dismissals": lambda: {
                "official": self.one("Ngô Văn Mới", "Hồ Thị Mai"), "role": self.one("point", "office", "inspector"),
                "hands": self.hands()},
        }.get(path, lambda: None)()

    def money(self, path):
        hands = {"hands": self.hands()}
        person = self.random.randint(1, 13)
        account = {"bank": "970436", "lastFour": "4417", "salt": text64(bytes(16)), "hash": text64(bytes(32))}
        fresh = f"CK{self.random.randint(1, 12)}"
        return {
            "/v1/fundings": lambda: {**self.purse(), **hands},
            "/v1/advances": lambda: {
                key: value for key, value in {**self.purse(), "agent": self.one("VNPOST", "X"), **hands}.items()
                if key != "reference"},
            "/v1/funding-returns": lambda: {**self.purse(), **hands},
            "/v1/third-parties/{party}/payments": lambda: {**self.purse(), **hands},
            "/v1/lines/{line}/acts": lambda: self.one(
                {"act": "suspend", **hands}, {"act": "resume", **hands}, {"act": "end", "lastPeriod": PERIOD, **hands}),
            "/v1/items/corrections": lambda: {"item": self.item(), "amount": self.one(0, 2_000_000, 10**9), **hands},
            "/v1/uncollected/acts": lambda: {
                "act": self.one("lapse", "reclaim", "return"), "items": [self.item()], **hands},
            "/v1/receivables": lambda: {
                "item": self.item(), "amount": self.one(1_000, 10**9), **hands,
                **({"agent": self.one("VNPOST", "X")} if self.random.random() < 0.4 else {})},
            "/v1/receivables/{number}/acts": lambda: self.one(
                {"act": "recover", "amount": self.one(100, 10**9), "reference": "UNC 3", **hands},
                {"act": "write-off", "amount": self.one(100, 10**9), **hands}),
            "/v1/deductions": lambda: {
                "line": self.one(1, 2, 3, 99),
                **self.one({"party": "TOAAN"}, {"receivable": self.one(*self.it.numbers)}),
                **self.one({"amount": 1_000}, {"percent": self.one(10, 90)}), **hands},
            "/v1/deductions/{number}/stop": self.hands,
            "/v1/hand-payouts": lambda: {
                "list": self.one("DS-1", f"DS-{uuid.uuid4().hex[:4]}"), "scan": text64(bytes(32)),
                "agent": self.one("VNPOST", "VIETTEL", "X"), "point": "BD-79-003", "province": "79",
                "commune": "26734", **hands, "visits": [{
                    "row": 1, "transactionID": text64(self.one(uuid.uuid4().bytes, self.it.transactions[0])),
                    "personalID": personal_id(person), "entries": self.entries(person),
                    **({"cardReason": "quên thẻ"} if self.random.random() < 0.7 else {}),
                    **({"collector": self.one("UQ-1", "UQ-2")} if self.random.random() < 0.2 else {})}]},
            "/v1/payouts/{id}/reversal": lambda: hands,
            "/v1/payout-limits": lambda: {
                "limits": {"mostPerVisit": self.one(0, 0, 40_000), "visitsPerCardDay": self.one(0, 0, 2),
                           "mostPerTerminalDay": self.one(0, 0, 300_000)}, **hands},
            "/v1/transfers": lambda: {"batch": "LO-2", "orders": [{
                "row": 1, "reference": fresh, "personalID": personal_id(person), "entries": self.entries(person),
                "account": account, "holder": self.one(*["Nguyễn Thị Hòa"] * 4, "TRAN VAN B"),
                **({"holderReason": "chủ tài khoản là con"} if self.random.random() < 0.2 else {})}], **hands},
            "/v1/transfer-statements": lambda: {"statement": "SK-2", "reports": [{
                "row": 1, "reference": fresh, "amount": self.one(50_000, 50_000, 1_000),
                "confirmed": self.random.random() < 0.7}], **hands},
            "/v1/transfers/{reference}/return": lambda: {
                "amount": self.one(50_000, 50_000, 1_000), "bankReference": "TR 9", **hands},
            "/v1/shifts": lambda: {
                "shift": text64(self.one(uuid.uuid4().bytes, self.it.shifts[0])), "kind": "counter",
                "agent": self.one("VNPOST", "VIETTEL", "X"), "point": f"BD-79-{self.random.randint(1, 9):03}",
                "float": 10**6, **hands,
                **({"terminalKeyHash": text64(self.random.choice(self.it.terminals).hash)}
                   if self.random.random() < 0.3 else {})},
            "/v1/shifts/{id}/top-ups": lambda: {"amount": self.one(1_000, 10**15), **hands},
            "/v1/shifts/{id}/closing": lambda: {"amount": self.one(0, 10**6), **hands},
            "/v1/collectables": lambda: {
                "personalIDs": [personal_id(number) for number in range(person, person + 5)], "list": "DS-1"},
        }.get(path, lambda: None)()

    def body(self, path):
        """A body for the path; `None` where none is known."""
        if path.startswith("/v1/people/"):
            return self.people(path)
        if path.startswith("/v1/payment-lists/{list}/"):
            return self.lists(path)
        return self.office(path) or self.money(path)
