"""Whose letters formulas are written in."""

NOTATIONS = ("pytorch", "colah", "d2l", "deeplearning", "keras")
"""The keys of `static/kit/notation.js`, PyTorch's own at the front."""
