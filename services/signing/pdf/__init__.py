"""The PDF library of the signing service: prepare, sign, number and seal, annexes, renewal. No tables, no HTTP routes.

The calls that the service around it makes (all refusals are `shared.problems.Refusal`, in Vietnamese). `Content` is
bytes or the path of a file on disk:

    prepare.prepare(pdf: bytes, *, signer_name, places=None, seal_mm=36.0, signature_image=None, seal_image=None,
        further=()) -> Prepared(pdf, places, known)
    leader.sign_leader(prepared, key, *, place=0, image=None, tsa=None, evidence=NOTHING, at=None, certify=True,
        known=None) -> bytes                                                                                (async)
    sealing.number_and_seal(signed, *, number, issued, key, seal_image=None, tsa=None, evidence=NOTHING, at=None,
        known=None) -> bytes                                                                                (async)
    corner.sign_annex(pdf, key, *, code, …) -> bytes, corner.sign_copy(pdf, key, *, form, office, …) -> bytes (async)
    archive.archive(pdf, tsa, *, evidence=NOTHING, known=None) -> bytes: makes and renews B-LTA; when: `renewal.last`
    judging.judge.judge(pdf: bytes, *, trust, at=None, evidence=NOTHING, expected=Expected()) -> Verdict

`image` and `seal_image` are PNG files with transparency; given to `prepare`, they are in the file before anybody signs
and need not be written by the signatures. `evidence` holds DER OCSP answers, CRLs and certificates for B-LT; without it
the signature is B-T (with `tsa`) or B-B. Certificates are `cryptography.x509.Certificate`.

**Which file** is meant is told by `known` (`signable.Known`: size and SHA-256): FileChanged before any key is used if
the bytes are others. Nothing of a file's structure is kept beside it: a signature is made from the bytes alone.

**Joint documents** (`further` of `prepare`, `place` of the signing): the leaders sign in any order, the first to sign
certifies, each leaves the others' fields open, and the seal waits for all of them.

**Files on disk** (`files`): `files.sign(source, target, opener, key, tsa)`, `files.append(path, …)`,
`files.archive(path, …)`, where `opener` is one of `open_leader`, `open_seal`, `open_corner` with all but the file. They
tell which file it is now (`Known`): it need not be hashed again to be stored.

**Keys in another place** (token in the browser, remote service): `open_leader(…)`, `open_seal(…)` or, after
`corner.prepare`, `open_corner(…)` gives an `Opened`; the key signs `opened.attributes` (SHA-256 of it for a token);
`opening.finished(opened, signature, tsa)` is the file. `detached.saved` and `restored` carry it to another process.

**Slow or dead time stampers**: with `may_wait` (or `stamped=True` and no `tsa`) the signature goes into the file with
room for its token; `pending.waiting(file).imprint` is what a time stamper has to stamp, `pending.stamp(file, token)`
puts it in. `pending.complete(file, evidence, tsa)` adds what OCSP and CRL did not tell at the time of signing.

What the public key infrastructure has to give, or the judge says "not proven":
- evidence for every certificate below the root: an OCSP answer or CRL for signers and time stamping authority, a CRL of
  the root for the issuing CA. OCSP answers count only for certificates that name a responder (AIA) (pyHanko's rule).
- signers' key usage with nonRepudiation (content_commitment); the authority's extended usage timeStamping.
- an office's certificate carries its organ code in organizationIdentifier (2.5.4.97) and no title or given name; a
  person's certificate has none (title, given name or surname make it a person's).
- `sign_leader(evidence=…)` takes the leader's and the time stamper's, `number_and_seal(evidence=…)` the office's and
  the time stamper's (and the leader's, where they were not at hand when he signed). They end in the file, so that the
  judge needs no network later.
"""
