"""The judgement on a signed PDF: what is proven, what is not, and why, in words a clerk understands."""
