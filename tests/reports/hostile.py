"""A report in which every word from outside tries to be more than a word."""

from typing import Final

from roleplay.record.transcript import Transcript
from roleplay.reports.report import Comment, Report

ATTACKS: Final = (
    "<script>document.title='owned'</script>",
    "</style></title></textarea><img src=https://evil.example/x.png onerror=alert(1)>",
    "</blockquote><iframe src='https://evil.example/'></iframe>",
    '"><svg onload=alert(1)><a href="javascript:alert(1)">x</a>',
    "[click](javascript:alert(1)) ![pixel](https://evil.example/p.png) <https://evil.example/>",
    "https://evil.example/?q=1 www.evil.example mail@evil.example",
    "# Heading\n===\n1. list\n- item\n> quote\n\n    code\n```\nfence\n```\n| a | b |\n|---|---|",
    "{{ 7 * 7 }} {% include 'report.css' %} ${7*7} $x^2$",
    "=cmd|' /C calc'!A0",
    '+1+1;=HYPERLINK("https://evil.example")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1\r\n=2",
    "＝1+1",
    "\x1b[31mred\x07 \u202egnp.exe \x00 \ud800 \u2066x",
    "../../etc/passwd",
)
WORDS: Final = "\n".join(ATTACKS)


def hostile(report: Report, words: str = WORDS) -> Report:
    """The same report with `words` wherever somebody else's words can stand."""
    debrief = report.debrief

    def said(text: str) -> str:
        return words.encode(errors="replace").decode() if text else text

    touches = tuple(
        touch.model_copy(
            update={
                "turns": tuple(turn.model_copy(update={"text": said(turn.text)}) for turn in touch.turns),
            }
        )
        for touch in debrief.transcript.touches
    )
    rows = tuple(
        row.model_copy(
            update={
                "title": words,
                "why": words,
                "say": (words, words),
                "result": row.result.model_copy(
                    update={
                        "reason": words,
                        "evidence": tuple(each.model_copy(update={"quote": words}) for each in row.result.evidence),
                    }
                ),
            }
        )
        for row in debrief.rows
    )
    aftermath = debrief.aftermath
    if aftermath is not None:
        letters = tuple(letter.model_copy(update={"text": words, "to": (words,)}) for letter in aftermath.letters)
        page = tuple(line.model_copy(update={"yours": words, "key": words}) for line in aftermath.page)
        aftermath = aftermath.model_copy(update={"letters": letters, "page": page})
    keep = debrief.keep and debrief.keep.model_copy(update={"title": words, "quote": words})
    fix = debrief.fix and debrief.fix.model_copy(update={"title": words, "why": words, "say": (words, words)})
    update = {
        "title": words,
        "company": words,
        "with_name": words,
        "ending": words,
        "keep": keep,
        "fix": fix,
        "rows": rows,
        "ledger": tuple(
            each.model_copy(update={"says": words, "by": words, "last_met": words}) for each in debrief.ledger
        ),
        "names": dict.fromkeys(debrief.names, words),
        "hints": (words,),
        "aftermath": aftermath,
        "transcript": Transcript.model_copy(debrief.transcript, update={"touches": touches, "title": words}),
    }
    first = next(turn.id for _, turn in debrief.transcript.turns())
    return report.model_copy(
        update={
            "session": words,
            "recruiter": words,
            "scenario": words,
            "debrief": debrief.model_copy(update=update),
            "comments": (Comment(turn=None, by=words, text=words), Comment(turn=first, by=words, text=words)),
        }
    )
