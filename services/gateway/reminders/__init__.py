"""Answers that receivers owe: noticed when they are late, reminded of."""
