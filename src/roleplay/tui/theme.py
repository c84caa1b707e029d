"""The two looks: quiet greys, one warm accent for what is yours, one cool tone for what is theirs."""

from typing import Final

from textual.theme import Theme

DARK_NAME: Final = "roleplay-dark"
LIGHT_NAME: Final = "roleplay-light"


def dark() -> Theme:
    """For a dark terminal; the default."""
    return Theme(
        name=DARK_NAME,
        dark=True,
        background="#16181d",
        surface="#1d2026",
        panel="#262a32",
        foreground="#dfe2e7",
        primary="#8fb4d6",
        secondary="#8fb4d6",
        accent="#e3b06b",
        success="#96c48f",
        warning="#e3b06b",
        error="#e58f86",
        variables={
            "muted": "#979eab",
            "line": "#3a404b",
            "footer-key-foreground": "#e3b06b",
            "footer-description-foreground": "#979eab",
            "footer-background": "#16181d",
            "input-selection-background": "#8fb4d6 30%",
            "scrollbar": "#3a404b",
            "scrollbar-background": "#16181d",
            "scrollbar-background-hover": "#16181d",
            "scrollbar-background-active": "#16181d",
            "scrollbar-corner-color": "#16181d",
        },
    )


def light() -> Theme:
    """For a light terminal."""
    return Theme(
        name=LIGHT_NAME,
        dark=False,
        background="#faf9f6",
        surface="#f1efea",
        panel="#e6e3dc",
        foreground="#23262b",
        primary="#245a8c",
        secondary="#245a8c",
        accent="#8f5a0a",
        success="#2f6b2a",
        warning="#8f5a0a",
        error="#a3322a",
        variables={
            "muted": "#5f6570",
            "line": "#cfcbc2",
            "footer-key-foreground": "#8f5a0a",
            "footer-description-foreground": "#5f6570",
            "footer-background": "#faf9f6",
            "input-selection-background": "#245a8c 25%",
            "scrollbar": "#cfcbc2",
            "scrollbar-background": "#faf9f6",
            "scrollbar-background-hover": "#faf9f6",
            "scrollbar-background-active": "#faf9f6",
            "scrollbar-corner-color": "#faf9f6",
        },
    )
