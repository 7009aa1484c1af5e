"""Our own door for partners: the operations of the national axis under one base path, with our rules in front."""
