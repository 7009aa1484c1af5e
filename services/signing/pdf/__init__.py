"""The PDF library of the signing service: prepare, sign, number and seal, annexes, renewal. No tables, no HTTP routes.

The calls that the service around it makes (all refusals are `shared.problems.Refusal`, in Vietnamese):

    prepare.prepare(pdf: bytes, *, signer_name: str, places: Places | None = None, seal_mm: float = 36.0) -> Prepared
        Prepared(pdf: bytes, places: Places)
    leader.sign_leader(prepared: bytes, key: Key, *, image: bytes, tsa: TimeStamper | None = None,
        evidence: Evidence = NOTHING, at: datetime | None = None, certify: bool = True) -> bytes            (async)
    sealing.number_and_seal(signed: bytes, *, number: str, issued: date, key: Key, seal_image: bytes,
        tsa: TimeStamper | None = None, evidence: Evidence = NOTHING, at: datetime | None = None) -> bytes  (async)
    sealing.sign_annex(pdf: bytes, key: Key, *, code: str, tsa: TimeStamper | None = None,
        evidence: Evidence = NOTHING, at: datetime | None = None) -> bytes                                  (async)
    judging.judge.judge(pdf: bytes, *, trust: Sequence[x509.Certificate], at: datetime | None = None,
        evidence: Evidence = NOTHING, expected: Expected = Expected()) -> Verdict

`image` and `seal_image` are PNG files with transparency. `evidence` holds DER OCSP answers, CRLs and certificates for
B-LT; without it the signature is B-T (with `tsa`) or B-B. Certificates are `cryptography.x509.Certificate`.

For keys in another place (token in the browser): `leader.open_leader(…)` or `sealing.open_seal(…)` gives an `Opened`;
the key signs `opened.attributes` (SHA-256 of it for a token); `opening.finished(opened, signature, tsa)` is the file.
`archive.archive(pdf, tsa, evidence=…)` makes and renews B-LTA.

What the public key infrastructure has to give, or the judge says "not proven":
- evidence for every certificate below the root: an OCSP answer or CRL for signers and time stamping authority, a CRL of
  the root for the issuing CA. OCSP answers count only for certificates that name a responder (AIA) (pyHanko's rule).
- signers' key usage with nonRepudiation (content_commitment); the authority's extended usage timeStamping.
- an office's certificate carries its organ code in organizationIdentifier (2.5.4.97) and no title or given name; a
  person's certificate has none (title, given name or surname make it a person's).
- `sign_leader(evidence=…)` takes the leader's and the time stamper's, `number_and_seal(evidence=…)` the office's and
  the time stamper's. They end in the file, so that the judge needs no network later.
"""
