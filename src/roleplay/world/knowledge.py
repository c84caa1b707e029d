"""What the recruiter has been told so far, by whom and how: what a written message is held against."""

from roleplay.content.acts import Sensitive
from roleplay.content.case import Case
from roleplay.record.events import RECRUITER
from roleplay.world.state import State


def told_to_recruiter(case: Case, state: State) -> tuple[str, ...]:
    """Return each thing told as one line, with its source in brackets, the latest first."""
    known = []
    for role, contact in state.contacts.items():
        for fact_id in contact.told:
            fact = case.scenario.facts[fact_id]
            is_private = contact.is_promised or fact.sensitive is Sensitive.OFF_RECORD
            how = "off the record" if is_private else "in confidence" if fact.voice_only else "on the phone"
            known.append(f"{fact.says} (told by {_who(case, role)}, {how})")
    for past in case.scenario.history:
        if past.speaker != RECRUITER:
            how = "off the record" if past.off_record else "earlier"
            known.append(f"{past.text} (told by {_who(case, past.speaker)}, {how})")
    return tuple(reversed(known))


def _who(case: Case, role: str) -> str:
    persona = case.personas.get(role)
    return role if persona is None else f"{persona.name}, {persona.title}"
