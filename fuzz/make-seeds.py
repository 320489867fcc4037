#!/usr/bin/env python3
"""Writes seeds/ and src/known_good.json from the folder of vectors that JWT_VERIFY_VECTORS names.

Deterministic: run it again after the vectors have changed and look at the diff. Needs nothing but Python 3.

    JWT_VERIFY_VECTORS=../../shared/vectors ./make-seeds.py
"""

import base64
import json
import os
import pathlib
import re
import shutil

HERE = pathlib.Path(__file__).resolve().parent
# Small seeds make fast mutations; and what is large is large for one reason, which the fuzzer finds by itself.
MAX_TOKEN, MAX_SET = 1500, 1700
# Refused in the vectors for the key set, the leeway or the types of their case. The true keys have signed them.
GENUINE_THOUGH_REFUSED = [
    "exp-now", "key-off-curve", "key-says-other-alg", "key-use-enc", "oct-key-in-set", "typ-id-token",
]


def main():
    folder = os.environ.get("JWT_VERIFY_VECTORS")
    if not folder:
        raise SystemExit("set JWT_VERIFY_VECTORS to the folder of vectors")
    vectors = pathlib.Path(folder)
    shutil.rmtree(HERE / "seeds", ignore_errors=True)
    known_good = write_known_good(vectors)
    tokens = collect_tokens(vectors)
    for case in known_good:
        seed("token_verify", "good-" + case["algorithm"], case["token"])
    for name, token in tokens.items():
        seed("token_parse", name, token)
        if not name.startswith("rfc"):
            seed("token_verify", name, token)
    write_claims(tokens)
    write_sets(vectors)
    write_keys(vectors)
    write_requests(vectors, next(case["token"] for case in known_good if case["algorithm"] == "ES256"))


def load(vectors, name):
    return json.loads((vectors / name).read_text(encoding="utf-8"))


def seed(target, name, content, written=set()):
    """Writes one seed, unless the target has it already by another name."""
    content = content if isinstance(content, bytes) else content.encode()
    if (target, content) in written:
        return
    written.add((target, content))
    folder = HERE / "seeds" / target
    folder.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    (folder / name).write_bytes(content)


def write_known_good(vectors):
    """One issuer with one key and one token per algorithm, and all else that these keys have signed in the vectors:
    what may verify in the target `token_verify`, and nothing more."""
    accept = load(vectors, "attacks/accept.json")["cases"]
    known_good = []
    for case in accept:
        if not case["name"].startswith("plain-"):
            continue
        config = case["config"]
        known_good.append({
            "algorithm": case["token_alg"],
            "issuer": config["iss"],
            "audience": config["aud"],
            "now": config["now"],
            **({"secret": case["secret"]} if "secret" in case else {"jwk_set": case["jwks"]}),
            "token": case["token"],
        })
    reject = load(vectors, "attacks/reject.json")["cases"]
    genuine = [case["token"] for case in accept + [c for c in reject if c["name"] in GENUINE_THOUGH_REFUSED]]
    document = {"issuers": known_good, "genuine": genuine}
    (HERE / "src/known_good.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return known_good


def collect_tokens(vectors):
    tokens = {}
    for verdict in ("accept", "reject"):
        for case in load(vectors, f"attacks/{verdict}.json")["cases"]:
            tokens[case["name"]] = case["token"]
    for name in ("rfc7515", "rfc7519-jwe", "rfc7520", "rfc7797", "rfc8037", "rfc8417", "rfc9101", "rfc9449-dpop"):
        for vector in load(vectors, f"rfc/{name}.json")["vectors"]:
            token = vector.get("token")
            if isinstance(token, str):
                tokens[vector["name"]] = token
    for case in load(vectors, "real-tokens/tokens.json")["tokens"]:
        tokens[case["name"]] = case["token"]
    return {name: token for name, token in tokens.items() if len(token) <= MAX_TOKEN}


def write_claims(tokens):
    """The payloads of the tokens, and the numbers, strings and nestings that readers disagree about."""
    seen = set()
    for name, token in tokens.items():
        parts = token.split(".")
        if len(parts) != 3:
            continue
        try:
            payload = unbase64url(parts[1])
        except ValueError:
            continue
        if payload and payload not in seen:
            seen.add(payload)
            seed("claims_json", name, payload)
    registered = '"iss":"https://id.example","aud":"api","exp":1800000000'
    for name, text in {
        "good": "{%s}",
        "good-nested": '{%s,"roles":["a","b"],"realm_access":{"roles":["c"]},"x":[[[{}]]]}',
        "numbers": '{%s,"a":0,"b":-0,"c":1.5,"d":1e300,"e":18446744073709551615,"f":-9223372036854775808}',
        "number-too-large": '{%s,"a":1e400}',
        "number-beyond-64-bits": '{%s,"a":18446744073709551616,"b":123456789012345678901234567890}',
        "number-grammar": '{%s,"a":01}',
        "literals": '{%s,"a":true,"b":false,"c":null,"d":nul}',
        "escapes": '{%s,"a":"\\u0000\\ud83d\\ude00\\n\\/\\"\\\\"}',
        "lone-surrogate": '{%s,"a":"\\ud83d"}',
        "duplicate": '{%s,"exp":1}',
        "duplicate-escaped": '{%s,"\\u0065xp":1}',
        "duplicate-nested": '{%s,"a":{"b":1,"b":2}}',
        "magic-number": '{%s,"a":{"$serde_json::private::Number":"1"}}',
        "magic-raw-value": '{%s,"a":{"$serde_json::private::RawValue":"1"}}',
        "byte-order-mark": "\ufeff{%s}",
        "trailing": "{%s} x",
        "white-space": " \t\r\n{ %s } \n",
        "audience-array": '{"iss":"https://id.example","aud":["api","web"],"exp":1800000000}',
        "exp-fraction": '{"iss":"https://id.example","aud":"api","exp":1789999940.5,"nbf":17.9e8,"iat":-1.5}',
        "exp-string": '{"iss":"https://id.example","aud":"api","exp":"1800000000"}',
        "exp-huge": '{"iss":"https://id.example","aud":"api","exp":1e308,"nbf":-1e308}',
        "bound": '{%s,"cnf":{"jkt":"x"}}',
    }.items():
        seed("claims_json", "made-" + name, text.replace("%s", registered))
    seed("claims_json", "made-deep", '{%s,"a":' % registered + "[" * 126 + "]" * 126 + "}")
    seed("claims_json", "made-too-deep", '{%s,"a":' % registered + "[" * 130 + "]" * 130 + "}")
    seed("claims_json", "made-not-utf-8", b'{"a":"\xc3\x28"}')


def write_sets(vectors):
    for document in load(vectors, "real-world-jwks/documents.json")["documents"]:
        # Copies of other projects' test data: only what their licence lets us pass on.
        if len(document["text"].encode()) <= MAX_SET and "none" not in document["licence"]:
            seed("jwk_set", document["name"], document["text"])
    for verdict in ("accept", "reject"):
        for case in load(vectors, f"attacks/{verdict}.json")["cases"]:
            text = case.get("jwks_text") or (json.dumps(case["jwks"]) if "jwks" in case else None)
            if text and len(text) <= MAX_SET:
                seed("jwk_set", case["name"], text)
    for document in load(vectors, "rfc/rfc7517-keys.json")["documents"]:
        text = json.dumps(document["document"])
        if len(text) <= MAX_SET:
            seed("jwk_set", document["name"], text)
    for case in load(vectors, "real-tokens/tokens.json")["tokens"]:
        if len(case["jwks_text"]) <= MAX_SET:
            seed("jwk_set", case["name"], case["jwks_text"])
    seed("jwk_set", "made-html", "<!DOCTYPE html><html><body>Not found</body></html>")
    seed("jwk_set", "made-byte-order-mark", '\ufeff{"keys":[]}')
    seed("jwk_set", "made-magic-member", '{"keys":[{"kty":"OKP","$serde_json::private::RawValue":"{}"}]}')


def write_keys(vectors):
    """SubjectPublicKeyInfo of every public test key, in DER and PEM, and PEM blocks of other kinds."""
    ed25519 = None
    for name, jwk in load(vectors, "attacks/test-keys.json").items():
        der = subject_public_key_info(jwk)
        if der is None:
            continue
        seed("key_pem_der", name + "-der", der)
        seed("key_pem_der", name + "-pem", pem("PUBLIC KEY", der))
        if jwk["kty"] == "RSA":
            pkcs1 = rsa_public_key(jwk)
            seed("key_pem_der", name + "-pkcs1-pem", pem("RSA PUBLIC KEY", pkcs1))
        if jwk.get("crv") == "Ed25519":
            ed25519 = unbase64url(jwk["x"])
            seed("key_pem_der", name + "-raw", ed25519)
    seed("key_pem_der", "certificate-pem", pem("CERTIFICATE", b"\x30\x03\x02\x01\x00"))
    seed("key_pem_der", "private-key-pem", pem("PRIVATE KEY", b"\x30\x03\x02\x01\x00"))
    seed("key_pem_der", "identity-raw", b"\x01" + bytes(31))


def write_requests(vectors, token):
    """Requests: method and path, then one header field a line."""
    for case in load(vectors, "bearer/extraction.json")["cases"]:
        request = case["request"]
        path = "/api/tasks" + ("?" + request["query"] if "query" in request else "")
        lines = [b"GET " + path.encode()]
        for field in request["headers"]:
            value = base64.b64decode(field["value_b64"]) if "value_b64" in field else field["value"].encode()
            lines.append(field["name"].encode() + b": " + value)
        seed("bearer", case["name"], b"\n".join(lines))
    bearer = "authorization: Bearer " + token
    for name, lines in {
        "good": ["GET /api/tasks", "host: api.example", bearer],
        "header": ["GET /api/tasks", "x-token: " + token],
        "header-and-authorization": ["GET /api/tasks", "x-token: " + token, bearer],
        "header-empty": ["GET /api/tasks", "x-token:", bearer],
        "cookie": ["GET /api/tasks", "cookie: a=1; t=" + token + "; b=2"],
        "cookie-quoted": ["GET /api/tasks", 'cookie: t="' + token + '"'],
        "cookie-in-two-fields": ["GET /api/tasks", "cookie: a=1", "cookie: u=" + token],
        "cookie-twice": ["GET /api/tasks", "cookie: t=" + token + "; t=" + token],
        "cookie-emptied": ["GET /api/tasks", "cookie: t=; u=" + token],
        "cookie-same-origin": ["POST /api/tasks", "sec-fetch-site: same-origin", "cookie: t=" + token],
        "cookie-cross-site": ["POST /api/tasks", "sec-fetch-site: cross-site", "cookie: t=" + token],
        "cookie-origin": ["PUT /api/tasks", "host: a.example", "origin: https://a.example", "cookie: t=" + token],
        "cookie-origin-null": ["DELETE /api/tasks", "host: a.example", "origin: null", "cookie: t=" + token],
        "cookie-websocket": ["GET /api/tasks", "upgrade: websocket", "origin: https://b.example", "host: a.example",
                             "cookie: t=" + token],
        "basic-and-bearer": ["GET /api/tasks", "authorization: Basic eDp5", bearer],
        "basic-comma-bearer": ["GET /api/tasks", "authorization: Basic eDp5, Bearer " + token],
        "preflight": ["OPTIONS /api/tasks", "origin: https://a.example", "access-control-request-method: POST"],
        "options": ["OPTIONS /api/tasks", "origin: https://a.example"],
        "owner": ["GET /api/users/u-7f3a/tasks", bearer],
        "owner-encoded": ["GET /api/users/%75-7f3a/tasks", bearer],
        "owner-other": ["GET /api/users/u-0000/tasks", bearer],
        "path-exempt": ["POST /api/hooks/a%7Cb"],
        "path-public": ["GET /health?a=/api/"],
        "path-slashes": ["GET //api/tasks"],
        "path-dots": ["GET /api/hooks/../tasks"],
        "path-dots-encoded": ["GET /api/hooks/%2e%2e/tasks"],
        "path-slash-encoded": ["GET /api%2Ftasks"],
        "path-unreserved-encoded": ["GET /%61pi/tasks"],
        "path-encoded-twice": ["GET /%2561pi/tasks"],
        "path-backslash": ["GET /x\\..\\api"],
        "path-asterisk": ["OPTIONS *"],
        "path-absolute": ["GET http://a.example/api/tasks"],
    }.items():
        seed("bearer", "made-" + name, "\n".join(lines))


def subject_public_key_info(jwk):
    if jwk["kty"] == "RSA":
        # RFC 3279 §2.3.1: the parameters are NULL.
        algorithm = sequence(oid("1.2.840.113549.1.1.1"), b"\x05\x00")
        return sequence(algorithm, bit_string(rsa_public_key(jwk)))
    if jwk["kty"] == "EC":
        curve = {"P-256": "1.2.840.10045.3.1.7", "P-384": "1.3.132.0.34", "P-521": "1.3.132.0.35",
                 "secp256k1": "1.3.132.0.10"}[jwk["crv"]]
        point = b"\x04" + unbase64url(jwk["x"]) + unbase64url(jwk["y"])
        return sequence(sequence(oid("1.2.840.10045.2.1"), oid(curve)), bit_string(point))
    if jwk["kty"] == "OKP":
        return sequence(sequence(oid("1.3.101.112")), bit_string(unbase64url(jwk["x"])))
    return None


def rsa_public_key(jwk):
    return sequence(integer(unbase64url(jwk["n"])), integer(unbase64url(jwk["e"])))


def tlv(tag, content):
    length = len(content)
    if length < 0x80:
        return bytes([tag, length]) + content
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*parts):
    return tlv(0x30, b"".join(parts))


def bit_string(content):
    return tlv(0x03, b"\x00" + content)


def integer(magnitude):
    magnitude = magnitude.lstrip(b"\x00") or b"\x00"
    return tlv(0x02, (b"\x00" if magnitude[0] & 0x80 else b"") + magnitude)


def oid(dotted):
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    content = bytes([first * 40 + second])
    for arc in rest:
        octets = [arc & 0x7F]
        while arc := arc >> 7:
            octets.append(0x80 | arc & 0x7F)
        content += bytes(reversed(octets))
    return tlv(0x06, content)


def pem(label, der):
    body = base64.b64encode(der).decode()
    lines = [body[at:at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def unbase64url(text):
    if not re.fullmatch(r"[A-Za-z0-9_-]*", text):
        raise ValueError(text)
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


if __name__ == "__main__":
    main()
