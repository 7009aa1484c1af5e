"""The conformance suite: what a system that exchanges edXML must do, as cases anybody can run against his own."""
