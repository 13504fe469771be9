"""A sign-in service as an MSP has one: a program of its own, `python service.py PORT CERT KEY`.

OpenID Connect Core 1.0 as far as the code flow goes: discovery, keys, PKCE, codes that work once.
Who signs in there, and what is wrong with its tokens, is told to it by POST to `/be`.
"""

import hashlib
import json
import sys
import time
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode

import jwt
import uvicorn
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "dentinel", "a secret between the two of us"
_CODE_SECONDS = 60
LEFT_OUT = object()


class Service:
    """Keys, codes that were given out, and how it behaves."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.codes: dict[str, dict[str, str]] = {}
        self.seen: list[str] = []
        self.keys: dict[str, Any] = {}
        self.serial = 0
        self.reset()

    def reset(self) -> None:
        self.person = {"sub": "u-1", "email": "", "email_verified": True, "amr": ["pwd", "mfa"]}
        self.fault = ""
        self.keys = {"k-1": rsa.generate_private_key(65537, 2048)}
        self.issuer_said = self.issuer

    def be(self, said: dict[str, Any]) -> None:
        if said.get("anew"):
            self.reset()
        if said.get("rotate"):
            self.serial += 1
            self.keys = {f"k-{self.serial}-ec": ec.generate_private_key(ec.SECP256R1())}
        self.fault = said.get("fault", self.fault)
        self.issuer_said = said.get("issuer", self.issuer_said)
        self.person |= said.get("person", {})

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer_said,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "code_challenge_methods_supported": ["S256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def jwks(self) -> dict[str, Any]:
        return {
            "keys": [{**public(key), "kid": kid, "use": "sig"} for kid, key in self.keys.items()]
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where to send the browser back to."""
        assert asked["response_type"] == "code"
        assert asked["client_id"] == CLIENT
        assert asked["code_challenge_method"] == "S256"
        assert "openid" in asked["scope"].split()
        self.serial += 1
        code = f"code-{self.serial}-{hashlib.sha256(asked['state'].encode()).hexdigest()[:16]}"
        self.codes[code] = {**asked, "at": str(time.time())}
        back = {"code": code, "state": asked["state"], "iss": self.issuer}
        if self.fault == "mixed up":
            back["iss"] = "https://another.example"
        if self.fault == "refuses":
            back = {"error": "access_denied", "state": asked["state"], "iss": self.issuer}
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        held = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if (
            held is None
            or time.time() - float(held["at"]) > _CODE_SECONDS
            or (form["client_id"], form["client_secret"]) != (CLIENT, SECRET)
            or form["redirect_uri"] != held["redirect_uri"]
            or urlsafe_b64encode(digest).rstrip(b"=").decode() != held["code_challenge"]
        ):
            return 400, {"error": "invalid_grant"}
        said = {"access_token": "not looked at", "token_type": "Bearer"}
        return 200, {**said, "id_token": self.signed(held["nonce"])}

    def signed(self, nonce: str) -> str:
        now = int(time.time())
        true = {"iss": self.issuer, "aud": CLIENT, "nonce": nonce, "iat": now, "exp": now + 300}
        claims: dict[str, Any] = {**true, **self.person, **untrue(now).get(self.fault, {})}
        claims = {name: value for name, value in claims.items() if value is not LEFT_OUT}
        kid, key = next(iter(self.keys.items()))
        if self.fault == "alg none":
            return jwt.encode(claims, None, algorithm="none")
        if self.fault == "alg of the secret":
            return jwt.encode(claims, SECRET, algorithm="HS256", headers={"kid": kid})
        if self.fault == "another key":
            key = rsa.generate_private_key(65537, 2048)
        token = self._encode(claims, kid, key)
        if self.fault == "changed":
            head, _, mark = token.split(".")
            body = urlsafe_b64encode(json.dumps({**claims, "sub": "u-2"}).encode())
            return ".".join((head, body.rstrip(b"=").decode(), mark))
        return token

    @staticmethod
    def _encode(claims: dict[str, Any], kid: str, key: Any) -> str:
        algorithm = "ES256" if isinstance(key, ec.EllipticCurvePrivateKey) else "RS256"
        return jwt.encode(claims, key, algorithm=algorithm, headers={"kid": kid})


def untrue(now: int) -> dict[str, dict[str, Any]]:
    """What is wrong with the claims, by the name of the fault."""
    return {
        "issuer": {"iss": "https://another.example"},
        "audience": {"aud": "another client"},
        "two audiences": {"aud": [CLIENT, "another client"]},
        "authorised party": {"azp": "another client"},
        "expired": {"iat": now - 900, "exp": now - 600},
        "issued later": {"iat": now + 600},
        "no end": {"exp": LEFT_OUT},
        "nonce": {"nonce": "of another trip"},
        "no nonce": {"nonce": LEFT_OUT},
        "no subject": {"sub": ""},
    }


def public(key: Any) -> dict[str, Any]:
    kind = ECAlgorithm if isinstance(key, ec.EllipticCurvePrivateKey) else RSAAlgorithm
    return kind.to_jwk(key.public_key(), as_dict=True)


def app(service: Service) -> Any:
    async def answer(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        query = dict(parse_qsl(scope["query_string"].decode()))
        body = (await receive()).get("body", b"")
        status, headers, said = 200, [], b""
        service.seen.append(scope["path"])
        match scope["path"]:
            case "/.well-known/openid-configuration":
                said = json.dumps(service.configuration()).encode()
            case "/keys":
                said = json.dumps(service.jwks()).encode()
            case "/authorize":
                status, headers = 302, [(b"location", service.authorize(query).encode())]
            case "/token":
                form = {name: all_[0] for name, all_ in parse_qs(body.decode()).items()}
                status, told = service.token(form)
                said = json.dumps(told).encode()
            case "/be":
                service.be(json.loads(body))
                said = json.dumps(service.seen).encode()
                service.seen.clear()
            case _:
                status = 404
        start = {"type": "http.response.start", "status": status, "headers": headers}
        await send(start)
        await send({"type": "http.response.body", "body": said})

    return answer


def main(port: int, certificate: str, key: str) -> None:
    service = Service(f"https://127.0.0.1:{port}")
    uvicorn.run(
        app(service),
        host="127.0.0.1",
        port=port,
        ssl_certfile=certificate,
        ssl_keyfile=key,
        log_level="warning",
        lifespan="off",
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], sys.argv[3])
