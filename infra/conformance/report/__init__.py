"""A run told to people and to programs: terminal, JUnit XML, HTML, JSON."""
