"""What the doctor finds."""

from roleplay.values import Value


class Finding(Value):
    """One thing that was looked at."""

    about: str
    is_well: bool
    says: str
