"""Numbers about a transcript, counted from its words."""

from roleplay.record.transcript import Transcript


def talk_share(transcript: Transcript) -> float | None:
    """The recruiter's share of the words spoken in live touches, 0 to 1; None where nothing was said.

    Words are runs of anything but white space, as in the codebook's `listening` row.
    """
    recruiter = others = 0
    for touch, turn in transcript.turns():
        if not touch.channel.is_live:
            continue
        words = len(turn.text.split())
        if turn.is_recruiters:
            recruiter += words
        else:
            others += words
    total = recruiter + others
    return recruiter / total if total else None
