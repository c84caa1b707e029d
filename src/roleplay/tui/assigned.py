"""What is assigned, as home shows it."""

from typing import Final

from textual.content import Content

from roleplay.roster.assignments import Standing
from roleplay.team_wording import due_words, standing_words, terms_words, to_do_words
from roleplay.tui.brief import heading
from roleplay.tui.literal import one_line

ASSIGNED: Final = "assigned:"
"""What stands before an assignment's id among entries."""


def assigned_words(standing: Standing) -> Content:
    """An entry: the title, how far one is, what to do next."""
    head = Content.assemble(("Assigned  ", "bold $accent"), one_line(standing.assignment.title, "bold"))
    lines = [one_line(words, "$muted") for words in (standing_words(standing), to_do_words(standing)) if words]
    return Content("\n").join([head, *lines])


def assigned_detail(standing: Standing) -> Content:
    """What is asked for, at more length."""
    assignment = standing.assignment
    lines = [
        one_line(assignment.title, "bold"),
        one_line(f"Due {due_words(assignment)}", "$muted"),
        Content(""),
        heading("What is asked for"),
        one_line(f"{terms_words(assignment)}."),
        Content(""),
        heading("How far you are"),
        one_line(standing_words(standing)),
    ]
    to_do = to_do_words(standing)
    if to_do:
        lines.append(one_line(f"{to_do} Open it under past sessions, and hand it in with u."))
    return Content("\n").join(lines)
