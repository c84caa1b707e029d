"""A review as a debrief shows it: names instead of ids. Pure."""

from collections.abc import Mapping

from roleplay.roster.events import CommentMade, SentBack, SignedOff, VerdictDisputed
from roleplay.roster.review import Review
from roleplay.scoring.remarks import Remark, Remarks

GONE = "somebody who left"


def remarks_of(review: Review, names: Mapping[str, str], doubts: tuple[str, ...] = ()) -> Remarks:
    """Put a review into words. `names`: of people, by their ids; `doubts`: what a coach should look at."""

    def remark(event: CommentMade | VerdictDisputed | SentBack | SignedOff) -> Remark:
        return Remark(by=names.get(event.by or "", GONE), at=event.at, words=getattr(event, "words", ""))

    at_turns: dict[str, tuple[Remark, ...]] = {}
    for comment in review.comments:
        if comment.turn is not None:
            at_turns[comment.turn] = (*at_turns.get(comment.turn, ()), remark(comment))
    back = review.sent_back
    return Remarks(
        submitted_at=review.submitted_at,
        at_turns=at_turns,
        on_all=tuple(remark(comment) for comment in review.comments if comment.turn is None),
        disputes={dispute.criterion: remark(dispute) for dispute in review.disputes},
        settled=review.settled,
        doubts=tuple(name for name in doubts if name not in review.settled),
        signed_off=None if review.signed_off is None else remark(review.signed_off),
        sent_back=None if back is None else remark(back),
        drill=None if back is None else back.drill,
        scenario=None if back is None else back.scenario,
    )
