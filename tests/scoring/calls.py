"""Calls, turn by turn, for the scorer."""

from roleplay.record.transcript import Context, PastWords, Touch, Transcript, Turn


def call(*turns: str, openings: int | None = None, history: tuple[str, ...] = ()) -> Transcript:
    """A call: turns of the recruiter begin with `R `, the other side's with `C `."""
    return Transcript(
        context=Context(openings=openings, history=tuple(PastWords(speaker="cto", text=text) for text in history)),
        touches=(
            Touch(
                id="t1",
                day=0,
                channel="call",
                with_=("cto",),
                turns=tuple(
                    Turn(id=f"t1.{at}", speaker="recruiter" if turn[0] == "R" else "cto", text=turn[2:])
                    for at, turn in enumerate(turns, 1)
                ),
            ),
        ),
    )
