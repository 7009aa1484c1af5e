"""XML signatures over the envelope of a package: verified when read, made when an agreement demands it."""
