"""Stand-ins for what holds keys elsewhere: an HSM, a trust service, a person's token, the national tool.

softhsm   a PKCS#11 device (SoftHSM2 of Debian) with keys and certificates in it
csc       a trust service with the API of the Cloud Signature Consortium, v1 and v2
token     what the browser does with a person's own device: a digest in, a signature out
vgca      the signing tool of Ban Cơ yếu on the person's machine, with its call-backs
"""
