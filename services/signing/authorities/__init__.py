"""What we ask of certification authorities over HTTP: time stamps, OCSP answers, lists of revoked certificates.

wire = Wire()                                         one for the process: it keeps connections open
HttpTimeStamper([url, …], wire).token(digest)         RFC 3161; a `pdf.stamps.TimeStamper`
Gatherer(roots, wire).evidence(owner, …) -> Evidence  of each chain, from the cache while it is fresh
"""
