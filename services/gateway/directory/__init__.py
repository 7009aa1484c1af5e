"""Whom one can write to outside this deployment: registers of the axes, level-1 codes, succession of codes."""
