"""The client's certificate of a mutual TLS connection, as the TLS proxy in front of us hands it on.

The proxy sets `X-Proxy-Secret` to the deployment's QLVB_TLS_PROXY_SECRET and takes away whatever a client sends under
these names. Without the secret, or with a wrong one, the headers say nothing.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import unquote

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from starlette.datastructures import Headers

PROOF = "x-proxy-secret"
CERTIFICATE = "client-cert"  # RFC 9440: `:base64 of the DER:`
ESCAPED = "x-ssl-client-cert"  # nginx: $ssl_client_escaped_cert


def fingerprint(headers: Headers, proxy_secret: str) -> str:
    """SHA-256 in hex of the certificate, or nothing."""
    given = headers.get(PROOF, "")
    if not proxy_secret or not hmac.compare_digest(given.encode(), proxy_secret.encode()):
        return ""
    try:
        if text := headers.get(CERTIFICATE, ""):
            found = x509.load_der_x509_certificate(base64.b64decode(text.strip().strip(":"), validate=True))
        elif text := headers.get(ESCAPED, ""):
            found = x509.load_pem_x509_certificate(unquote(text).encode())
        else:
            return ""
    except (ValueError, binascii.Error):
        return ""
    return found.fingerprint(hashes.SHA256()).hex()
