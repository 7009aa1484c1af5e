"""The tolerant reader: any dialect in, one model out."""
