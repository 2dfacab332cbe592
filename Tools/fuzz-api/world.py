"""A centre with something of everything in it, and what a client needs to get past its door and its signatures:
tokens, terminals' certificates, cards that sign. Written after the layouts of `card-application` §12, apart from the
program."""

import base64
import datetime
import hashlib
import json
import os
import random
import uuid

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.x509.oid import NameOID

MAKER, CHECKER, GUEST = "Trần Thị Quản", "Lê Văn Soát", "Phạm Thị Khách"
ROLES = ["administrator", "programme-owner", "commune", "office", "point", "inspector"]
HEADER = "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi"
BENEFITS = [
    "BHXH-HUU,{period},{amount},QHTTT,BHXH-19,19,BD-19-001",
    "BHTN-TCTN,{period},{amount},QBHTN,BHXH-01,01,BD-01-001",
    "BTXH-KT1,{period},{amount},NSDP,XA-40-16681,40,XA-40-001",
    "NCC-TB61,{period},{amount},NSTW,SNV-44,44,BD-44-001",
]
PURSES = [("BHXH-19", "QHTTT@VN"), ("BHXH-01", "QBHTN@VN"), ("XA-40-16681", "NSDP@40"), ("SNV-44", "NSTW@VN")]
TODAY = datetime.date.today()
PERIOD = TODAY.year * 100 + TODAY.month


def text64(octets):
    return base64.b64encode(octets).decode()


def personal_id(number):
    """Sample data: a province that there isn't."""
    return f"003152{number:06}"


def card_number(sequence):
    body = f"9900{sequence:011}"
    total = sum(
        sum(divmod(int(digit) * (2 if place % 2 == 0 else 1), 10)) for place, digit in enumerate(body))
    return body + str(-total % 10)


def day(shift=0):
    found = TODAY + datetime.timedelta(days=shift)
    return found.year * 10000 + found.month * 100 + found.day


def tlv(tag, value):
    length = len(value)
    size = bytes([length]) if length < 128 else bytes([0x81, length]) if length < 256 else b"\x82" + length.to_bytes(2)
    return tag.to_bytes((tag.bit_length() + 7) // 8) + size + value


def bcd(number, width):
    return bytes.fromhex(f"{int(number):0{2 * width}}")


def signed(body, key):
    r, s = utils.decode_dss_signature(key.sign(body, ec.ECDSA(hashes.SHA256())))
    return body + tlv(0x5F37, r.to_bytes(32) + s.to_bytes(32))


def point(key):
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


def certificate(subject, key, issuer, issuer_key, hosts=()):
    now = datetime.datetime.now(datetime.timezone.utc)
    named = lambda name: x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder().subject_name(named(subject)).issuer_name(named(issuer))
        .public_key(key.public_key()).serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=subject == issuer, path_length=None), critical=True))
    if hosts:
        builder = builder.add_extension(x509.SubjectAlternativeName(hosts), critical=False)
    return builder.sign(issuer_key, hashes.SHA256())


class Key:
    """A P-256 key whose private part lies in a file."""

    def __init__(self, path):
        self.path = path
        if os.path.exists(path):
            with open(path, "rb") as file:
                self.key = serialization.load_pem_private_key(file.read(), None)
        else:
            self.key = ec.generate_private_key(ec.SECP256R1())
            with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
                file.write(self.key.private_bytes(
                    serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        self.point = point(self.key)
        self.hash = hashlib.sha256(self.point).digest()

    def certify(self, subject="terminal", **hosts):
        path = self.path.replace(".key", ".pem")
        if not os.path.exists(path):
            made = certificate(subject, self.key, subject, self.key, **hosts)
            with open(path, "wb") as file:
                file.write(made.public_bytes(serialization.Encoding.PEM))
        return path


class World:
    """Everything that requests can speak of. `folder` holds keys and tokens; `base` is the service."""

    def __init__(self, folder, base=None):
        self.folder, self.base = folder, base
        self.random = random.Random(1)
        self.trust = folder + "/tls.pem"
        self.terminals = [Key(f"{folder}/terminal-{number}.key") for number in range(4)]
        self.cards = [Key(f"{folder}/card-{number}.key") for number in range(12)]
        self.counters = {}
        self.transactions = [uuid.uuid4().bytes for _ in range(6)]
        self.shifts = [hashlib.sha256(bytes([number])).digest()[:16] for number in range(4)]
        self.updates = [hashlib.sha256(b"u" + bytes([number])).digest()[:16] for number in range(4)]
        names = ("GHI-CO", "DUYET", "KIEM", "CHOT", "MO", "BO", "KHAC", "GHI-CO-2")
        self.lists = [f"{name}-{PERIOD}" for name in names]
        self.certificates = {}
        # Of overpayments and deduction orders.
        self.numbers = []

    def tokens(self):
        def read(name):
            with open(f"{self.folder}/{name}.token", encoding="utf-8") as file:
                return "Bearer " + file.read().strip()

        return {name: read(name) for name in ("maker", "checker", "guest")}

    def hands(self):
        return {"maker": MAKER, "checker": CHECKER, "office": "BHXH-19", "reason": "thử"}

    # What cards and terminals sign.

    def order(self, transaction, terminal, challenge, entries, mode=1, collector=b""):
        rows = b"".join(
            line.to_bytes(4) + bcd(period, 3) + amount.to_bytes(8) + reserve.to_bytes(8)
            for line, period, amount, reserve in entries)
        now = int(datetime.datetime.now().timestamp())
        return b"".join([
            tlv(0x80, transaction), tlv(0x81, rows), tlv(0x84, now.to_bytes(8)), tlv(0x85, bcd(79, 1) + bcd(26734, 3)),
            tlv(0x86, bytes([mode])), tlv(0x87, collector), tlv(0x88, challenge), tlv(0x89, b"")])

    def payout(self, card, terminal, order, counter, previous, method=1):
        key = self.cards[card]
        body = tlv(0xE1, b"".join([
            tlv(0x80, b"ANSINH-PAYOUT-1"), tlv(0x81, b"\x01"), tlv(0x82, bcd(card_number(card), 8)),
            tlv(0x83, key.hash[:8]), tlv(0x84, b"\x01\x01\x01\x01"), tlv(0x85, bytes(4)),
            tlv(0x86, counter.to_bytes(4)), tlv(0xA7, order), tlv(0x88, b"VNDV7900001"), tlv(0x89, b"VN79T00001"),
            tlv(0x8A, terminal.hash), tlv(0x8B, bytes(5) + b"\x00\x00\x01"), tlv(0x8C, bcd(day(), 4)),
            tlv(0x8D, bytes([method]) + b"\x00\x02\x00\x01\x02"), tlv(0x8E, b""), tlv(0x8F, b""),
            tlv(0x90, b"\x00\x00"),
            tlv(0x91, bytes(32)), tlv(0x92, previous)]))
        return body, signed(body, key.key)

    def record(self, transaction, outcome, terminal, body):
        made = tlv(0xE4, b"".join([
            tlv(0x80, b"ANSINH-RECORD-1"), tlv(0x81, b"\x01"), tlv(0x82, transaction), tlv(0x83, bytes([outcome])),
            tlv(0x84, int(datetime.datetime.now().timestamp()).to_bytes(8)),
            tlv(0x85, hashlib.sha256(body).digest() if body else b""), tlv(0x86, terminal.hash)]))
        return signed(made, terminal.key)

    def receipt(self, card, serial, completion):
        key = self.cards[card]
        made = tlv(0xE3, b"".join([
            tlv(0x80, b"ANSINH-RECEIPT-1"), tlv(0x81, b"\x01"), tlv(0x82, bcd(card_number(card), 8)),
            tlv(0x83, key.hash[:8]), tlv(0x84, serial.to_bytes(4)), tlv(0x85, hashlib.sha256(completion).digest()),
            tlv(0x86, bytes(4)), tlv(0x87, bytes(32)), tlv(0x88, b""), tlv(0x89, b"\x00\x01"), tlv(0x8A, b"\x01")]))
        return signed(made, key.key)

    # Requests.

    def send(self, method, path, body=None, terminal=None, key=None, data=None):
        token = self.tokens()
        headers = {"Authorization": token["maker"], "Ansinh-Checker": token["checker"]}
        if isinstance(body, dict) and body.get("actor") == CHECKER:
            headers = {"Authorization": token["checker"]}
        if method == "POST":
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        proof = (terminal.certify(), terminal.path) if terminal else None
        return requests.request(
            method, self.base + path, headers=headers, json=body if data is None else None, data=data,
            verify=self.trust, cert=proof, timeout=30)

    def post(self, path, body=None, **more):
        answer = self.send("POST", path, body, **more)
        if answer.status_code >= 300:
            raise SystemExit(f"fuzz-api: {path}: {answer.status_code} {answer.text}")
        return answer.json()

    def rows(self, people, benefit=0, period=None, amount=3_000_000):
        month = period or f"{PERIOD // 100}-{PERIOD % 100:02}"
        # The merit allowance of a degree is one amount by law; the others are what their lists say.
        amount = 5_450_000 if benefit == 3 and amount == 3_000_000 else amount
        lines = [HEADER] + [
            f"{personal_id(person)},Nguyễn Thị Hòa,17/05/1952,"
            + BENEFITS[benefit].format(period=month, amount=amount) for person in people]
        return ("\r\n".join(lines) + "\r\n").encode()

    def pay(self, card, line, amount, transaction=None):
        """One payout with a card, as a terminal makes it."""
        transaction = transaction or uuid.uuid4().bytes
        terminal = self.terminals[0]
        asked = self.send("POST", "/v1/challenges", {
            "transactionID": text64(transaction), "cardNumber": card_number(card),
            "terminalKeyHash": text64(terminal.hash)}, terminal=terminal)
        if asked.status_code != 200:
            return None
        counter, previous = self.counters.get(card, (0, bytes(32)))
        order = self.order(
            transaction, terminal, base64.b64decode(asked.json()["challenge"]), [(line, PERIOD, amount, 0)])
        body, whole = self.payout(card, terminal, order, counter + 1, previous)
        answer = self.send("POST", "/v1/payouts", {
            "certificate": text64(whole), "terminalKeyHash": text64(terminal.hash), "fromLog": False},
            terminal=terminal)
        if answer.status_code == 201:
            self.counters[card] = (counter + 1, hashlib.sha256(body).digest())
            self.certificates[transaction] = body
        return transaction if answer.status_code == 201 else None
