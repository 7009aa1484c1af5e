"""Our offices in the registers of the axes: announced, renamed and taken off by themselves."""
