"""A role-play practice simulator for recruiters."""

__version__ = "0.1.0"
