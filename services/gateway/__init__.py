"""The gateway: exchange of documents with the axes."""
