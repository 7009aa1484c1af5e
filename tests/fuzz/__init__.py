"""Mutated packages: never a crash, a hang, growth of memory, or a meaning that changed without a word."""
