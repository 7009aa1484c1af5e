"""Files that come in pieces over a bad line (tus 1.0): what has arrived is never sent twice."""
