"""The part of a debrief that only a scenario over several days has: letters and where they went, and the map."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from roleplay.scoring.aftermath import Aftermath, Letter, MapLine
from roleplay.scoring.touches import SENSITIVE_WORDS
from roleplay.tui.brief import heading
from roleplay.tui.literal import literal, one_line
from roleplay.wording import channel_words, letter_story

MARKS = {True: ("✓ ", "$success"), False: ("✗ ", "$error"), None: ("  ", "$muted")}


def aftermath_widgets(aftermath: Aftermath) -> ComposeResult:
    """The widgets, in the order in which they are read."""
    if aftermath.letters:
        yield Static(heading("What you said, and where it went"), classes="section")
    for letter in aftermath.letters:
        yield Static(_letter(letter), classes="fact")
    if any(line.yours for line in aftermath.page):
        yield Static(heading("Your map, beside how it really is"), classes="section")
        for line in aftermath.page:
            yield Static(_line(line), classes="fact")


def _letter(letter: Letter) -> Content:
    head = one_line(f"Day {letter.day}, your {channel_words(letter.channel)} to {' and '.join(letter.to)}", "bold")
    parts = [head, _marked(letter)]
    parts += [
        Content.assemble(("! ", "bold $error"), one_line(SENSITIVE_WORDS[mark.category], "$error"))
        for mark in letter.marks
    ]
    parts += [literal(f"→ {step}", "$muted") for step in letter_story(letter)]
    return Content("\n").join(parts)


def _marked(letter: Letter) -> Content:
    """The letter with its dangerous words set off, for an eye without colour too."""
    content = literal(letter.text)
    for mark in letter.marks:
        start = content.plain.find(mark.quote)
        if start >= 0:
            content = content.stylize("underline $error", start, start + len(mark.quote))
    return content


def _line(line: MapLine) -> Content:
    symbol, style = MARKS[line.is_right]
    yours = line.yours or "(left open)"
    return Content("\n").join(
        [
            Content.assemble((symbol, style), one_line(f"{line.title}:", "bold"), " ", literal(yours)),
            Content.assemble("  ", literal(line.key, "$muted")),
        ]
    )
