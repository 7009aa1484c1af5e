"""Names that differ between dialects: namespaces, spellings, code lists (QCVN 102:2016 and its builders)."""

Q = "http://www.mic.gov.vn/TBT/QCVN_102_2016"
EDOC_VN = "http://www.e-doc.vn/Schema/"
GO_VN = "http://www.go.vn/eDoc"
DSIG = "http://www.w3.org/2000/09/xmldsig#"
SOAP = frozenset({"http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"})
XINCLUDE = "http://www.w3.org/2001/XInclude"
KNOWN = frozenset({"", Q, EDOC_VN, GO_VN, "http://edxml.gov.vn/schema", DSIG}) | SOAP

ROOTS = frozenset({"edXML", "edXMLEnvelope", "EdXMLEnvelope", "Envelope"})

ALIASES = {
    "Bussiness": "Business",
    "BussinessDocType": "BusinessDocType",
    "BussinessDocReason": "BusinessDocReason",
    "BussinessDocumentInfo": "BusinessDocumentInfo",
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
    "edXMLManifest": "Manifest",
}

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


def canonical(local: str, parent: str) -> str:
    """The one name of an element, whatever its dialect calls it; `parent` is already canonical."""
    name = local.rpartition(":")[2]
    if name in ("Content", "FileContent") and parent == "Attachment":
        return "ContentTransferEncoded"
    return ALIASES.get(name, name)


def dialect_of(root: str, namespace: str, paths: frozenset[str], trace_attributes: bool) -> str:
    """A name for the form a package has; for people and statistics only."""
    if namespace in SOAP or root == "Envelope":
        return "D7"
    if namespace == GO_VN or root == "EdXMLEnvelope":
        return "D8"
    if any(p.endswith("/AttachmentEncoded") and "/edXMLEnvelope/" in p for p in paths):
        return "D5"
    if trace_attributes or "edXML/Boundary" in paths:
        return "D6"
    return "standard"
