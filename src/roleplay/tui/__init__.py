"""The terminal face: screens over the practice loop."""
