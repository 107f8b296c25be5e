"""A passkey made of software: what a browser and its authenticator answer."""

import hashlib
import json
import struct
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode

USER_PRESENT, USER_VERIFIED, HAS_KEY = 1, 4, 64


class SoftKey:
    def __init__(self, origin: str = "http://localhost", *, verifies: bool = True) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(id(self)).encode()).digest()
        self.origin, self.flags = origin, USER_PRESENT | (USER_VERIFIED if verifies else 0)
        self.user = ""

    def make(self, options: dict[str, Any]) -> str:
        """To `navigator.credentials.create`."""
        asked = options["publicKey"]
        self.user = asked["user"]["id"]
        key = cbor.encode(ES256.from_cryptography_key(self.private.public_key()))
        rp = hashlib.sha256(asked["rp"]["id"].encode()).digest()
        data = rp + bytes([self.flags | HAS_KEY]) + struct.pack(">I", 0)
        data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + key
        attestation = cbor.encode({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        response = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)}
        return self._told(response, {"credProps": {"rk": True}})

    def show(self, options: dict[str, Any], *, user: str | None = None) -> str:
        """To `navigator.credentials.get`."""
        asked = options["publicKey"]
        data = hashlib.sha256(asked["rpId"].encode()).digest() + bytes([self.flags]) + struct.pack(">I", 0)
        client = self._client("webauthn.get", asked["challenge"])
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(signature),
            "userHandle": user or self.user,
        }
        return self._told(response, {})

    def _client(self, kind: str, challenge: str) -> bytes:
        assert websafe_decode(challenge)
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin}).encode()

    def _told(self, response: dict[str, str], extensions: dict[str, Any]) -> str:
        told = {"id": websafe_encode(self.id), "rawId": websafe_encode(self.id), "type": "public-key"}
        return json.dumps(told | {"response": response, "clientExtensionResults": extensions})
