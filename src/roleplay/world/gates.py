"""Whether a fact has been earned."""

from collections.abc import Collection

from roleplay.content.acts import Act, Channel
from roleplay.content.difficulty import Temperament
from roleplay.content.scenario import Fact
from roleplay.world.state import ContactState


def is_earned(
    fact: Fact, contact: ContactState, acts: Collection[Act], rapport: int, channel: Channel, temperament: Temperament
) -> bool:
    """Whether `acts`, in this turn, by `channel`, with `rapport` as it is after the turn, open the fact's gate."""
    gate = fact.earned_by
    floor = gate.rapport + temperament.rapport_floor
    return (
        not contact.is_closed
        and (not gate.any_of or any(act in acts for act in gate.any_of))
        and all(contact.heard.get(act, 0) for act in gate.all_of)
        and rapport >= floor
        and (not gate.channels or channel in gate.channels)
        and all(earlier in contact.told for earlier in gate.after)
        and (contact.is_promised or not gate.promise)
        and not (fact.voice_only and channel.is_written)
    )
