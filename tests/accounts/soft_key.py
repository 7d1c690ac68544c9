"""A security key made of software, which can be told to lie."""

import hashlib
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


@dataclass
class SoftKey:
    """Answers for `origin` and the relying party `rp_id`; `count` grows with each use."""

    origin: str = "http://testserver"
    rp_id: str = "testserver"
    count: int = 1
    verifies: bool = True
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    credential_id: bytes = field(default_factory=lambda: os.urandom(16))

    def register(self, challenge: str) -> dict[str, Any]:
        """The answer to the options of a page that adds a key."""
        public = ES256.from_cryptography_key(self.key.public_key())
        credential = AttestedCredentialData.create(b"\0" * 16, self.credential_id, public)
        data = self._data(FLAG.AT, credential)
        client = self._client(CollectedClientData.TYPE.CREATE, challenge)
        attestation = AttestationObject.create("none", data, {})
        answer = self._answer(client, attestationObject=attestation)
        return answer | {"clientExtensionResults": {"credProps": {"rk": True}}}

    def sign(self, challenge: str, user_handle: str = "") -> dict[str, Any]:
        """The answer to the options of a page that signs somebody in."""
        self.count += 1 if self.count else 0
        data = self._data(FLAG(0))
        client = self._client(CollectedClientData.TYPE.GET, challenge)
        signature = self.key.sign(bytes(data) + client.hash, ec.ECDSA(SHA256()))
        more = {"userHandle": user_handle.encode()} if user_handle else {}
        return self._answer(client, authenticatorData=data, signature=signature, **more)

    def _data(self, flags: Any, *more: Any) -> AuthenticatorData:
        flags |= FLAG.UP | (FLAG.UV if self.verifies else FLAG(0))
        rp_id_hash = hashlib.sha256(self.rp_id.encode()).digest()
        return AuthenticatorData.create(rp_id_hash, flags, self.count, *more)

    def _client(self, kind: Any, challenge: str) -> CollectedClientData:
        return CollectedClientData.create(kind, websafe_decode(challenge), self.origin)

    def _answer(self, client: CollectedClientData, **parts: bytes) -> dict[str, Any]:
        name = websafe_encode(self.credential_id)
        response = {key: websafe_encode(bytes(part)) for key, part in parts.items()}
        response["clientDataJSON"] = websafe_encode(bytes(client))
        return {"id": name, "rawId": name, "type": "public-key", "response": response}
