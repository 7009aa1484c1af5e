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
"""
