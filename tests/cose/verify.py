"""Reads docs/vectors/*.json with libraries that we did not write, from docs/format.md alone.

Signatures of entries, register operations and wraps are verified by pycose; encodings are compared with what cbor2
makes of the same values; ids, keys, commitments, actors and paddings are computed anew; payloads, drops and wraps are
opened, and sealed again to the same bytes. The negative vectors have to be refused.

    python3 -m venv target/venv-cose
    target/venv-cose/bin/pip install -r tests/cose/requirements.txt
    target/venv-cose/bin/python tests/cose/verify.py
"""

import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Mapping
from pathlib import Path

import cbor2
import zstandard
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from pycose.keys import OKPKey
from pycose.keys.curves import Ed25519
from pycose.messages import CoseMessage, Sign1Message

VECTORS = Path(__file__).resolve().parents[2] / "docs" / "vectors"
L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19


class Refused(Exception):
    """What docs/format.md says must not be accepted."""


def load(name):
    return json.loads((VECTORS / name).read_text(encoding="utf-8"))


def need(condition, why):
    if not condition:
        raise Refused(why)


# §3: deterministic CBOR


def is_plain(value, depth=0):
    """Only what §3 allows: cbor2 reads floats, tags and undefined too."""
    need(depth <= 16, "nested too deep")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            is_plain(key, depth + 1)
            is_plain(inner, depth + 1)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            is_plain(inner, depth + 1)
    else:
        need(value is None or isinstance(value, (bool, int, bytes, str)), f"a {type(value).__name__}")


def decode(data):
    try:
        value = cbor2.loads(data)
        is_plain(value)
        again = cbor2.dumps(value, canonical=True)
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"not CBOR: {error}") from error
    need(again == data, "not deterministic")
    return value


# §4: COSE_Sign1


def sig_structure(purpose, payload):
    return cbor2.dumps(["Signature1", b"\xa1\x01\x27", purpose.encode(), payload], canonical=True)


def identity(purpose, payload):
    return hashlib.sha256(sig_structure(purpose, payload)).digest()


def strict(key, signature):
    """What §4 asks beyond the equation: canonical S, R and key. (Small order: libsodium, in `verify`.)"""
    need(int.from_bytes(signature[32:], "little") < L, "S is not canonical")
    for point in (key, signature[:32]):
        need(int.from_bytes(point, "little") & (2**255 - 1) < P, "a point is not canonical")


def parts(message):
    try:
        read = cbor2.loads(message)
        again = cbor2.dumps(read, canonical=True)
    except Exception as error:
        raise Refused(f"not CBOR: {error}") from error
    need(again == message, "not deterministic")
    need(isinstance(read, cbor2.CBORTag) and read.tag == 18, "not tagged 18")
    need(isinstance(read.value, (list, tuple)) and len(read.value) == 4, "not four items")
    protected, unprotected, payload, signature = read.value
    need(protected == b"\xa1\x01\x27", "protected header is not {1: -8}")
    need(isinstance(unprotected, Mapping) and not unprotected, "unprotected header is not empty")
    need(isinstance(payload, bytes) and isinstance(signature, bytes) and len(signature) == 64, "form")
    return payload, signature


def verify(purpose, message, key):
    payload, signature = parts(message)
    strict(key, signature)
    try:
        cose = CoseMessage.decode(message)
        need(isinstance(cose, Sign1Message), "not a Sign1Message")
        cose.external_aad = purpose.encode()
        cose.key = OKPKey(crv=Ed25519, x=key)
        good = cose.verify_signature()
    except Refused:
        raise
    except Exception as error:
        raise Refused(f"pycose: {error}") from error
    need(good, "pycose: the signature does not fit")
    try:  # libsodium refuses keys and R of small order, as we do
        sodium.crypto_sign_open(signature + sig_structure(purpose, payload), key)
    except CryptoError as error:
        raise Refused("libsodium: the signature does not fit") from error
    return payload


def secret_of(name):
    return hashlib.sha256(b"sothon/vector/" + name.encode()).digest()


def public_of(name):
    key = Ed25519PrivateKey.from_private_bytes(secret_of(name)).public_key()
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


# §5: entries

LENGTHS = {1: 16, 2: 32, 3: 16, 5: 32, 8: 8, 10: 32}
NUMBERS = (0, 4, 7, 9, 11, 12)
# kind: suite, encoding, has an epoch
SEALING = {0: (1, 1, True), 1: (1, 1, True), 2: (0, 0, True), 3: (0, 0, False), 4: (0, 0, False),
           5: (2, 1, True), 6: (2, 1, False), 7: (0, 0, False), 8: (0, 0, False), 9: (3, 2, False)}


def uint(value):
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def header_of(message):
    need(len(message) <= 4096, "too long")
    payload, _ = parts(message)
    statement = decode(payload)
    need(isinstance(statement, list) and len(statement) == 3, "the statement")
    header_bytes, digest, length = statement
    need(isinstance(header_bytes, bytes) and isinstance(digest, bytes) and len(digest) == 32, "the statement")
    need(uint(length) and length <= 1 << 20, "the payload's length")
    header = decode(header_bytes)
    need(isinstance(header, dict) and len(header) <= 32, "the header")
    for label in header:
        need(isinstance(label, int) and not isinstance(label, bool) and -24 <= label <= 23, "a label")
    for label in (0, 1, 2, 3, 4, 7, 8, 9, 11, 12):
        need(label in header, f"label {label} is missing")
    for label in NUMBERS:
        need(uint(header[label]), f"label {label}")
    for label, size in LENGTHS.items():
        if label in header:
            need(isinstance(header[label], bytes) and len(header[label]) == size, f"label {label}")
    need(header[0] >= 1 and header[7] >= 1, "version or height 0")
    need(max(header[4], header[7]) < 2**63, "seq or height")
    need((5 in header) == (header[4] > 0), "backlink")
    if 6 in header:
        after = header[6]
        need(isinstance(after, list) and 1 <= len(after) <= 64, "after")
        need(all(isinstance(one, bytes) and len(one) == 32 for one in after), "after")
        need(all(a < b for a, b in zip(after, after[1:])), "after is not sorted")
    if not later(header):
        suite, encoding, epoch = SEALING[header[9]]
        need((header[11], header[12], 10 in header) == (suite, encoding, epoch), "kind, suite, encoding, epoch")
        if header[9] == 9:
            need(6 not in header and length <= 40 + padme((512 << 10) + 1), "a file names nothing and is small")
    return payload, header, statement


def later(header):
    """Whether something in it belongs to a later version: pending until upgrade."""
    return (header[0] != 1 or any(label < 0 for label in header) or header[9] > 9 or header[11] > 3 or header[12] > 2)


def entry(message):
    _, header, statement = header_of(message)
    payload = verify("sothon/entry/1", message, header[2])
    return identity("sothon/entry/1", payload), header, statement


def entries():
    file = load("entries.json")
    for case in file["accepted"]:
        number, header, statement = entry(bytes.fromhex(case["bytes"]))
        assert number.hex() == case["id"], case["name"]
        assert statement[0].hex() == case["header_bytes"]
        assert list(header) == sorted(header), "labels in order"
        assert hashlib.sha256(bytes.fromhex(case["payload"])).digest() == statement[1]
        assert len(bytes.fromhex(case["payload"])) == statement[2] == case["payload_length"]
        names = ["version", "book", "device", "log", "seq", "backlink", "after", "height", "operation", "kind", "epoch",
                 "suite", "encoding"]
        for label, name in enumerate(names):
            value = header.get(label, [] if label == 6 else None)
            plain = value.hex() if isinstance(value, bytes) else value
            plain = [one.hex() for one in plain] if isinstance(plain, list) else plain
            assert plain == case["header"][name], (case["name"], name)
        assert header[2] == public_of(case["author"])
    for case in file["pending"]:
        _, header, _ = entry(bytes.fromhex(case["bytes"]))
        assert later(header) != (case["name"] in ("label 13", "label 23")), case["name"]
    refused(file["invalid"], lambda case: entry(bytes.fromhex(case["bytes"])))
    for case in file["not_following"]:
        (first, one, _), (_, two, _) = (entry(bytes.fromhex(case[which])) for which in ("first", "second"))
        follows = all(one[n] == two[n] for n in (1, 2, 3)) and two[4] == one[4] + 1 and two.get(5) == first
        assert not follows, case["name"]
    return len(file["accepted"]) + len(file["pending"]), len(file["invalid"]) + len(file["not_following"])


# §9: the register


class Shape:
    """What a body has to look like."""

    @staticmethod
    def sized(size):
        return lambda v: isinstance(v, bytes) and len(v) == size

    @staticmethod
    def within(low, high):
        return lambda v: isinstance(v, int) and not isinstance(v, bool) and low <= v <= high

    @staticmethod
    def many(inner):
        return lambda v: isinstance(v, list) and all(inner(one) for one in v)

    @staticmethod
    def fields(*inner, last=None):
        def check(v):
            if not isinstance(v, list) or len(v) not in (len(inner), len(inner) + (last is not None)):
                return False
            return all(f(x) for f, x in zip(inner + ((last,) if last else ()), v))
        return check

    @staticmethod
    def one_of(**cases):
        def check(v):
            return (isinstance(v, list) and len(v) == 2 and isinstance(v[0], int) and f"n{v[0]}" in cases
                    and cases[f"n{v[0]}"](v[1]))
        return check


S = Shape
ID16, ID32 = S.sized(16), S.sized(32)
U32, U64, I64 = S.within(0, 2**32 - 1), S.within(0, 2**64 - 1), S.within(-(2**63), 2**63 - 1)
ROLE, KIND, RIGHT, COMPARTMENT = S.within(1, 9), S.within(0, 9), S.within(0, 2), S.within(0, 3)
SCOPE = S.one_of(n0=S.fields(), n1=S.fields(U32), n2=S.fields(U32))
HEAD = S.fields(ID16, U64, ID32)
CUT = S.fields(S.one_of(n0=S.fields(ID32), n1=S.fields(ID32, ID16), n2=S.fields(ID16)), S.many(HEAD))
GRANT = S.fields(RIGHT, S.fields(ROLE, last=SCOPE))
OPEN = S.fields(ID16, KIND, SCOPE, U32, S.many(GRANT), S.many(ID32), last=ID16)
RELAY = S.fields(ID32, S.many(lambda v: isinstance(v, str)))
BODIES = {
    1: S.fields(ID32, ID32, ID16),
    2: S.fields(ID32, ID32, ROLE, S.many(SCOPE), last=I64),
    3: S.fields(ID32, ROLE, S.many(SCOPE), S.many(HEAD)),
    4: CUT,
    5: OPEN,
    6: S.fields(ID16, S.many(GRANT), S.many(GRANT), S.many(CUT)),
    7: S.fields(COMPARTMENT, U32, ID32),
    8: S.fields(ID16, S.many(HEAD), OPEN, ID32),
    9: S.fields(ID16, ID32),
    10: S.fields(ID16, ID32),
    11: S.fields(ID16),
    12: S.fields(ID16, ID32),
    13: S.fields(ID16, ID32),
    14: S.fields(ID16, S.many(ID32)),
    15: S.fields(S.many(RELAY)),
    16: S.fields(ID16, ID32, lambda v: isinstance(v, bytes)),
    18: S.fields(ID32),
    19: S.fields(ID32, U64),
}


def operation(message):
    need(len(message) <= 256 * 1024, "too long")
    payload, _ = parts(message)
    statement = decode(payload)
    need(isinstance(statement, list) and len(statement) == 6, "the statement")
    version, height, previous, time, code, body = statement
    need(uint(version) and version >= 1 and uint(height) and 1 <= height < 2**63 and uint(code), "numbers")
    need(I64(time) and isinstance(body, bytes), "time or body")
    need(previous is None or ID32(previous), "previous")
    need((previous is None) == (height == 1) and (code == 1) == (height == 1), "place")
    if version == 1 and code in BODIES:
        need(BODIES[code](decode(body)), "the body")
    if version == 1 and code == 17:
        need(body == b"", "a body where there is none")
    return payload, statement


class Register:
    """Chain and signers; of the rest only what the vectors ask."""

    def __init__(self):
        self.registrar = self.recovery = self.head = None
        self.height, self.counter, self.later = 0, 0, False
        self.transports, self.books, self.closed = {}, set(), set()

    def add(self, message):
        payload, (version, height, previous, _, code, body) = operation(message)
        need(height == self.height + 1 and previous == self.head, "place in the chain")
        fields = decode(body) if version == 1 and code in BODIES else None
        if code == 1:
            self.registrar, self.recovery, _ = fields
        by_recovery = version == 1 and code == 19
        verify("sothon/register/1", message, self.recovery if by_recovery else self.registrar)
        if not self.later:
            self.apply(version, code, fields)
        self.head, self.height = identity("sothon/register/1", payload), height
        return self.head

    def apply(self, version, code, fields):
        if version != 1 or code >= 20:
            self.later = True
        elif code == 2:
            device, transport = fields[:2]
            need(all(device == d for d, t in self.transports.items() if t == transport), "a transport key twice")
            self.transports[device] = transport
        elif code == 3:
            need(fields[0] in self.transports, "a stranger")
        elif code == 4:
            self.cut(fields)
        elif code in (5, 8):
            new = fields[0] if code == 5 else fields[2][0]
            if code == 8:
                need(fields[0] in self.books and fields[0] not in self.closed, "not open")
            need(new not in self.books, "opened before")
            self.books.add(new)
            if code == 8:
                self.closed.add(fields[0])
        elif code == 6:
            need(fields[0] in self.books, "no such book")
            for cut in fields[3]:
                self.cut(cut)
        elif code in (9, 11):
            need(fields[0] in self.books, "no such book")
        elif code == 18:
            self.registrar = fields[0]
        elif code == 19:
            need(fields[1] > self.counter, "a counter that was used")
            self.registrar, self.counter = fields

    def cut(self, cut):
        (what, of), _ = cut
        need(what == 2 or of[0] in self.transports, "a stranger")
        need(what == 0 or of[-1] in self.books, "no such book")


def operations():
    file = load("operations.json")
    register = Register()
    for case in file["register"]:
        assert register.add(bytes.fromhex(case["bytes"])).hex() == case["id"], case["name"]
    refused(file["invalid"], lambda case: operation(bytes.fromhex(case["bytes"])))

    def after(case):
        register = Register()
        for held in file["register"][: case["after"]]:
            register.add(bytes.fromhex(held["bytes"]))
        register.add(bytes.fromhex(case["bytes"]))

    refused(file["refused_by_the_register"], after)
    return len(file["register"]), len(file["invalid"]) + len(file["refused_by_the_register"])


# §6 and §7: keys and sealing


def hkdf_extract(salt, ikm):
    return hmac.new(salt or bytes(32), ikm, hashlib.sha256).digest()


def hkdf_expand(prk, info, length):
    out, block, count = b"", b"", 1
    while len(out) < length:
        block = hmac.new(prk, block + info + bytes([count]), hashlib.sha256).digest()
        out, count = out + block, count + 1
    return out[:length]


KEM, HPKE = b"KEM\x00\x20", b"HPKE\x00\x20\x00\x01\x00\x03"


def labeled_extract(suite, salt, label, ikm):
    return hkdf_extract(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, length):
    return hkdf_expand(prk, length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, length)


def raw(public):
    return public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)


def derive_key_pair(ikm):
    """RFC 9180 §7.1.3, for X25519."""
    return labeled_expand(KEM, labeled_extract(KEM, b"", b"dkp_prk", ikm), b"sk", b"", 32)


def public_key(secret):
    return raw(X25519PrivateKey.from_private_bytes(secret).public_key())


def clamp(secret):
    return bytes([secret[0] & 0xF8]) + secret[1:31] + bytes([secret[31] & 0x7F | 0x40])


def exchange(secret, public):
    try:
        return X25519PrivateKey.from_private_bytes(secret).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError as error:  # the shared secret is zero
        raise Refused("not an acceptable key") from error


def hpke_key(dh, enc, receiver, info):
    """RFC 9180 §4.1 and §5.1, base mode: key and nonce of the first message."""
    prk = labeled_extract(KEM, b"", b"eae_prk", dh)
    shared = labeled_expand(KEM, prk, b"shared_secret", enc + receiver, 32)
    context = (b"\0" + labeled_extract(HPKE, b"", b"psk_id_hash", b"")
               + labeled_extract(HPKE, b"", b"info_hash", info))
    secret = labeled_extract(HPKE, shared, b"secret", b"")
    return labeled_expand(HPKE, secret, b"key", context, 32), labeled_expand(HPKE, secret, b"base_nonce", context, 12)


def hpke_open(secret, info, aad, sealed):
    need(len(sealed) >= 48, "too short")
    enc, ciphertext = sealed[:32], sealed[32:]
    key, nonce = hpke_key(exchange(secret, enc), enc, public_key(secret), info)
    try:
        return ChaCha20Poly1305(key).decrypt(nonce, ciphertext, aad)
    except InvalidTag as error:
        raise Refused("does not open") from error


def hpke_seal(receiver, info, aad, plain, random):
    ephemeral = derive_key_pair(random)
    enc = public_key(ephemeral)
    key, nonce = hpke_key(exchange(ephemeral, receiver), enc, receiver, info)
    return enc + ChaCha20Poly1305(key).encrypt(nonce, plain, aad)


def padme(length):
    if length < 2:
        return length
    e = length.bit_length() - 1
    s = e.bit_length()
    mask = (1 << max(e - s, 0)) - 1
    return (length + mask) & ~mask


def unpack(padded):
    end = padded.rstrip(b"\0")
    need(end.endswith(b"\x80"), "no end mark")
    packed = end[:-1]
    try:
        frame = zstandard.get_frame_parameters(packed)
        size = frame.content_size
        need(size <= 16 << 20, "too large, or no size stated")
        reader = zstandard.ZstdDecompressor().decompressobj()
        plain = reader.decompress(packed)
        need(reader.eof and reader.unused_data == b"" and len(plain) == size, "not exactly one frame")
    except zstandard.ZstdError as error:
        raise Refused(f"zstd: {error}") from error
    return packed, plain


def changes(plain):
    body = decode(plain)
    need(isinstance(body, dict) and set(body) <= {0, 1, 2, 3} and {0, 2} <= set(body), "fields")
    need(I64(body[0]) and S.many(lambda v: isinstance(v, bytes))(body[2]), "fields")
    need(1 not in body or body[1] != [] and S.many(ID16)(body[1]), "actors")
    need(3 not in body or body[3] != [] and S.many(ID32)(body[3]), "replaces")
    return body


def open_payload(key, header, sealed):
    need(len(sealed) >= 40, "too short")
    try:
        padded = sodium.crypto_aead_xchacha20poly1305_ietf_decrypt(sealed[24:], header, sealed[:24], key)
    except CryptoError as error:
        raise Refused("does not open") from error
    return padded


PUBLISHED = S.fields(COMPARTMENT, U32, ID32)
CLEAR = {2: {0: U64, 1: ID32}, 3: {0: ID32}, 4: {0: S.many(PUBLISHED)}, 7: {0: S.many(HEAD)}, 8: {}}


def clear(case):
    body = decode(bytes.fromhex(case["bytes"]))
    fields = CLEAR[case["kind"]]
    need(isinstance(body, dict) and set(body) == set(fields), "fields")
    need(all(check(body[label]) for label, check in fields.items()), "a field")


def checkpoint(data, d):
    body = decode(data)
    assert set(body) == {0, 1, 2, 3, 4} and I64(body[0]) and ID32(body[1]) and U64(body[2])
    for head in body[3]:
        entry(head)
    for actor, device, nonce in body[4]:
        assert hashlib.sha256(b"sothon/actor/1" + d["book"] + device + nonce).digest()[:16] == actor


def payloads():
    file = load("payloads.json")
    d = {name: bytes.fromhex(v) if isinstance(v, str) else v for name, v in file["derivations"].items()}
    secret = d["epoch_secret"]
    commitment = hashlib.sha256(b"sothon/epoch/1" + d["book"] + d["epoch_height"].to_bytes(8, "big") + secret)
    assert commitment.digest() == d["epoch"]
    prk = hkdf_extract(b"", secret)
    assert hkdf_expand(prk, b"sothon/entry-key/1", 32) == d["entry_key"]
    drop = derive_key_pair(hkdf_expand(prk, b"sothon/drop-key/1", 32))
    assert clamp(drop) == clamp(d["drop_secret"]) and public_key(drop) == d["drop_key"]
    assert hkdf_expand(prk, b"sothon/record-key/1" + d["record"], 32) == d["record_key"]
    actor = hashlib.sha256(b"sothon/actor/1" + d["book"] + d["device"] + d["actor_nonce"]).digest()
    assert actor[:16] == d["actor"]
    assert public_key(derive_key_pair(d["agree_ikm"])) == d["agree_key"]
    for length, size in file["padme"]:
        assert padme(length) == size, length
    for case in file["clear"]:
        clear(case)
    refused(file["invalid_clear"], clear)
    checkpoint(bytes.fromhex(file["checkpoint"]), d)
    lan = {name: bytes.fromhex(value) for name, value in file["lan_key"].items()}
    aad = b"sothon/lan-key/1" + lan["root"] + d["book"]
    assert open_payload(d["entry_key"], aad, lan["sealed"]) == lan["lan_key"]
    for case in file["sealed"]:
        header, sealed, random = (bytes.fromhex(case[name]) for name in ("header", "sealed", "random"))
        if case["suite"] == 1:
            padded = open_payload(bytes.fromhex(case["key"]), header, sealed)
            nonce = hashlib.sha256(random + header + padded).digest()[:24]
            again = sodium.crypto_aead_xchacha20poly1305_ietf_encrypt(padded, header, nonce, bytes.fromhex(case["key"]))
            assert nonce + again == sealed, case["name"]
            packed, plain = unpack(padded)
            assert len(padded) == padme(len(packed) + 1)
        else:
            receiver, info = bytes.fromhex(case["secret"]), bytes.fromhex(case["info"])
            padded = hpke_open(receiver, info, header, sealed)
            assert hpke_seal(public_key(receiver), info, header, padded, random) == sealed, case["name"]
            assert len(padded) == 2048
            _, plain = unpack(padded)
        assert plain.hex() == case["plain"], case["name"]
        changes(plain)

    file_of = file["file"]

    def opened_file(case):
        key, sealed, size = bytes.fromhex(case["key"]), bytes.fromhex(case["sealed"]), case["size"]
        padded = open_payload(key, b"sothon/file/1" + bytes.fromhex(file_of["book"]), sealed)
        need(size <= 512 << 10 and len(padded) == padme(size + 1), "the size")
        need(padded[size : size + 1] == b"\x80" and not any(padded[size + 1 :]), "the end mark")
        return padded

    padded = opened_file(file_of)
    assert padded[: file_of["size"]].hex() == file_of["plain"]
    assert hashlib.sha256(bytes.fromhex(file_of["sealed"])).hexdigest() == file_of["name"]
    aad = b"sothon/file/1" + bytes.fromhex(file_of["book"])
    nonce = hashlib.sha256(bytes.fromhex(file_of["random"]) + aad + padded).digest()[:24]
    assert bytes.fromhex(file_of["sealed"])[:24] == nonce
    refused(file_of["not_opening"], opened_file)

    def opened(case):
        key, header, sealed = (bytes.fromhex(case[name]) for name in ("key", "header", "sealed"))
        _, plain = unpack(open_payload(key, header, sealed))
        changes(plain)

    refused(file["not_opening"], opened)
    good = len(file["padme"]) + len(file["clear"]) + len(file["sealed"]) + 1
    return good, len(file["invalid_clear"]) + len(file["not_opening"]) + len(file_of["not_opening"])


# §8: wraps

RECEIVER = S.one_of(n0=S.fields(ID32), n1=S.fields(COMPARTMENT, U32))


def wrap(message):
    need(len(message) <= 1024, "too long")
    payload, _ = parts(message)
    statement = decode(payload)
    need(isinstance(statement, list) and len(statement) == 8, "the statement")
    version, suite, book, epoch, to, key, device, sealed = statement
    need(version == 1 and uint(suite) and ID16(book) and ID32(epoch) and RECEIVER(to), "fields")
    need(ID32(key) and ID32(device) and isinstance(sealed, bytes), "fields")
    verify("sothon/wrap/1", message, device)
    return identity("sothon/wrap/1", payload), statement


def open_wrap(message, secret, root, height):
    _, (_, suite, book, epoch, to, _, _, sealed) = wrap(message)
    need(suite == 2, "a suite of a later version")
    info = cbor2.dumps(["sothon/wrap/1", root, book, epoch, to], canonical=True)
    inside = hpke_open(secret, info, b"", sealed)
    need(len(inside) == 32, "not a secret")
    commitment = hashlib.sha256(b"sothon/epoch/1" + book + height.to_bytes(8, "big") + inside).digest()
    need(commitment == epoch, "not the epoch's secret")
    return inside, info


def wraps():
    file = load("wraps.json")
    root = bytes.fromhex(file["root"])
    for case in file["accepted"]:
        message, secret = bytes.fromhex(case["bytes"]), bytes.fromhex(case["secret"])
        number, statement = wrap(message)
        assert number.hex() == case["id"]
        inside, info = open_wrap(message, secret, root, case["epoch_height"])
        assert inside.hex() == case["epoch_secret"] and info.hex() == case["info"]
        assert statement[6] == public_of(case["from"]) and statement[5] == public_key(secret)
        assert hpke_seal(statement[5], info, b"", inside, bytes.fromhex(case["random"])) == statement[7]
    height = file["accepted"][0]["epoch_height"]
    refused(file["invalid"], lambda case: wrap(bytes.fromhex(case["bytes"])))
    for case in file["not_opening"]:
        wrap(bytes.fromhex(case["bytes"]))
    refused(file["not_opening"], lambda case: open_wrap(
        bytes.fromhex(case["bytes"]), bytes.fromhex(case["secret"]), bytes.fromhex(case["root"]), height))
    return len(file["accepted"]), len(file["invalid"]) + len(file["not_opening"])


# §4 again: the edge cases of Ed25519, by arithmetic of our own

D = -121665 * pow(121666, P - 2, P) % P
SQRT_M1 = pow(2, (P - 1) // 4, P)


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    k = D * x1 * x2 * y1 * y2 % P
    return ((x1 * y2 + x2 * y1) * pow(1 + k, P - 2, P) % P, (y1 * y2 + x1 * x2) * pow(1 - k, P - 2, P) % P)


def times(n, p):
    """n times a point, in extended coordinates: one inversion at the end."""
    def extended(a, b):
        x1, y1, z1, t1 = a
        x2, y2, z2, t2 = b
        aa, bb = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
        cc, dd = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
        e, f, g, h = bb - aa, dd - cc, dd + cc, bb + aa
        return e * f % P, g * h % P, f * g % P, e * h % P
    out, point = (0, 1, 1, 0), (p[0], p[1], 1, p[0] * p[1] % P)
    while n:
        if n & 1:
            out = extended(out, point)
        point, n = extended(point, point), n >> 1
    inverse = pow(out[2], P - 2, P)
    return out[0] * inverse % P, out[1] * inverse % P


def point(data):
    """A point in its one encoding, or None."""
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * SQRT_M1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return (P - x if x & 1 != sign else x), y


BASE = point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def accepts(key, signature, message):
    """The rule of §4, written anew."""
    a, r, s = point(key), point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or times(8, a) == (0, 1) or times(8, r) == (0, 1):
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + key + message).digest(), "little") % L
    return times(s, BASE) == add(r, times(k, a))


def edges():
    cases = load("ed25519.json")["cases"]
    good = 0
    for case in cases:
        key, signature, message = (bytes.fromhex(case[name]) for name in ("key", "signature", "message"))
        assert accepts(key, signature, message) == case["accepted"], case["name"]
        good += case["accepted"]
    return good, len(cases) - good


# §17: slips


def slip(letter, text):
    plain = "".join(text.split()).replace("-", "").upper()
    need(plain.startswith("ST" + letter), "another kind")
    letters = plain[3:]
    try:
        data = base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError as error:
        raise Refused("not Base32") from error
    body, check = data[:-4], data[-4:]
    made = hashlib.sha256(b"sothon/slip/1" + letter.encode() + body).digest()[:4]
    need(check == made, "mistyped")
    return body


def request(text):
    message = slip("Q", text)
    need(len(message) <= 1024, "too long")
    payload, _ = parts(message)
    read = decode(payload)
    need(read[0] in (1, 2) and len(read) == 3 + read[0], "form")
    verify("sothon/request/1", message, read[2])
    return read


def words(words_of, read):
    invitation = read[4][0] if read[0] == 2 else b""
    hashed = hashlib.sha256(b"sothon/words/1" + read[1] + read[2] + read[3] + invitation).digest()
    return [words_of[byte] for byte in hashed[:8]]


def slips():
    file = load("slips.json")
    root = decode(slip("R", file["root"]["text"]))
    assert root[:3] == [1, bytes.fromhex(file["root"]["root"]), file["root"]["height"]]
    assert root[3].hex() == file["root"]["operation"]
    invited = decode(slip("I", file["invitation"]["text"]))
    secret = bytes.fromhex(file["invitation"]["secret"])
    name = hashlib.sha256(b"sothon/invitation/1" + secret).digest()[:16]
    assert invited[:5] == [*root[:3], root[3][:8], root[4]] and invited[9] == secret
    assert name.hex() == file["invitation"]["id"] and invited[8] == file["invitation"]["expires"]
    assert len(set(file["list"])) == 256
    for case in ("request", "invited_request"):
        read = request(file[case]["text"])
        assert words(file["list"], read) == file[case]["words"]
    mac = hmac.new(secret, b"sothon/invited/1" + b"".join(read[1:4]), hashlib.sha256).digest()[:16]
    assert read[4] == [name, mac] and mac.hex() == file["proof"]

    def judge(case):
        case["name"] = case["text"][:4]
        letter = case["text"][2]
        request(case["text"]) if letter == "Q" else need(letter in "RI" and slip(letter, case["text"]), "another kind")

    refused(file["invalid"], judge)
    return 4, len(file["invalid"])


# docs/format-courier.md: register, requests, entries and wraps in a file


def frames(data):
    """The parts of a courier file, each with the place where it begins."""
    need(data[:8] == b"\x89SoTh\r\n\x1a", "no courier file")
    at = 8
    while at < len(data):
        begin, first = at, data[at]
        need(0x40 <= first <= 0x5B, "not a byte string")
        digits, least = {0x58: (1, 24), 0x59: (2, 1 << 8), 0x5A: (4, 1 << 16), 0x5B: (8, 1 << 32)}.get(first, (0, 0))
        length = int.from_bytes(data[at + 1:at + 1 + digits], "big") if digits else first & 0x1F
        need(length >= least, "not the shortest length")
        need(length <= 1_056_768, "too long")
        at += 1 + digits + length
        need(at <= len(data), "cut off")
        body = decode(data[begin + 1 + digits:at])
        need(isinstance(body, list) and body and isinstance(body[0], int), "not a part")
        yield begin, at, body


def courier(data):
    found, head = {kind: [] for kind in (1, 2, 3, 4, 6)}, None
    for begin, end, body in frames(data):
        kind = body[0]
        need(kind >= 0, "must be known")
        if kind == 0:
            need(head is None and body[1] == 1, "head or version")
            head = body
            continue
        need(head is not None, "no head")
        if kind == 5:
            statement = decode(verify("sothon/courier/1", body[1], head[3]))
            digest = hashlib.sha256(data[:begin]).digest()
            need(statement == [1, head[2], head[3], begin, digest] and end == len(data), "the seal")
            return head, found
        need(kind != 1 or not any(found[later] for later in (2, 3, 4, 6)), "the register comes first")
        if kind in found:
            found[kind].append(body[1:])
    raise Refused("no seal")


def couriers():
    file = load("courier.json")
    for whole in (file["whole"], file["with_notices"]):
        data = bytes.fromhex(whole["bytes"])
        assert hashlib.sha256(data).hexdigest() == whole["sha256"]
        head, found = courier(data)
        assert [head[2].hex(), head[3].hex(), head[4][0], head[5]] == [
            whole[name] for name in ("root", "device", "height", "made")]
        for kind, name in ((3, "entries"), (6, "notices")):
            assert [[one and one.hex() for one in read] for read in found[kind]] == whole.get(name, [])
        for kind, name in ((1, "operations"), (2, "requests"), (4, "wraps")):
            assert [read[0].hex() for read in found[kind]] == whole[name]
    refused(file["refused"], lambda case: courier(bytes.fromhex(case["bytes"])))
    return 2, len(file["refused"])


def refused(cases, judge):
    for case in cases:
        try:
            judge(case)
        except Refused:
            continue
        raise AssertionError(f"accepted: {case['name']} ({case['reason']})")


def main():
    positive = negative = 0
    for part in (entries, operations, payloads, wraps, edges, slips, couriers):
        good, bad = part()
        positive, negative = positive + good, negative + bad
        print(f"{part.__name__:<11} {good:4} as they must be, {bad:4} refused")
    print(f"{positive + negative} vectors hold")


if __name__ == "__main__":
    sys.exit(main())
