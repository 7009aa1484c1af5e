"""Whether a package that was read may pass: malware, marks of state secrets, the partner's rule about signatures."""
