"""Names that differ between dialects: namespaces, spellings, code lists (QCVN 102:2016 and its builders)."""

Q = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
EDOC_VN = "http://www.e-doc.vn/Schema/"
GO_VN = "http://www.go.vn/eDoc"
GUIDE = "http://edxml.gov.vn/schema"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
SOAP = frozenset({"http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"})
XINCLUDE = "http://www.w3.org/2001/XInclude"
XLINK = "http://www.w3.org/1999/xlink"
KNOWN = frozenset({"", Q, EDOC_VN, GO_VN, GUIDE, DSIG}) | SOAP

ROOTS = frozenset({"edXML", "edXMLEnvelope", "EdXMLEnvelope", "Envelope"})

# Another builder's spelling → the standard's ("Bussiness" is the standard's own).
ALIASES = {
    "Business": "Bussiness",
    "BusinessDocType": "BussinessDocType",
    "BusinessDocReason": "BussinessDocReason",
    "BusinessDocumentInfo": "BussinessDocumentInfo",
    "Author": "SignerInfo",
    "Function": "Position",
    "ResponseDate": "DueDate",
    "OrganInCharge": "OrganizationInCharge",
    "TimeStamp": "Timestamp",
    "Time": "Timestamp",
    "staffInfo": "StaffInfo",
    "DigitalSignature": "Signature",
    "Signer": "FullName",
    "FileName": "AttachmentName",
    "FileType": "ContentType",
    "AttachmentType": "ContentType",
    "AttachmentData": "ContentTransferEncoded",
    "EdXMLEnvelope": "edXMLEnvelope",
    "edXMLAttachments": "AttachmentEncoded",
    "Manifest": "edXMLManifest",
}

# The envelope of the SOAP and go.vn forms: not a misspelling that anybody has to mend.
STRUCTURAL = frozenset({"EdXMLEnvelope", "edXMLAttachments", "Manifest"})

STATUS_CODES = {
    "01": "Đã đến",
    "02": "Từ chối tiếp nhận",
    "03": "Đã tiếp nhận",
    "04": "Phân công",
    "05": "Đang xử lý",
    "06": "Hoàn thành",
    "13": "Lấy lại",
    "15": "Đồng ý",
    "16": "Từ chối cập nhật, thu hồi",
}

# Digests that stand in unrelated packages: a signature that signs nothing.
PLACEHOLDER_DIGESTS = frozenset({"FwgIqsSYJshUS2+wlOM61L+q7Aw=", "PrlYKdD8sksgnxFvUVtPIQ0pAqM="})


def canonical(local: str) -> str:
    """The one name of an element, whatever its dialect calls it."""
    name = local.rpartition(":")[2]
    return ALIASES.get(name, name)


def dialect_of(root: str, namespace: str, *, inside: bool, boundary: bool) -> str:
    """A name for the form a package has; for people and statistics only.

    `inside`: the files lie within the envelope. `boundary`: marks of the SOAP builders (trace attributes, Boundary).
    """
    if namespace in SOAP or root == "Envelope":
        return "D7"
    if namespace == GO_VN or root == "EdXMLEnvelope":
        return "D8"
    if inside:
        return "D5"
    return "D6" if boundary else "standard"
