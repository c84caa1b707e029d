"""A model that does as it is told, by the wrong person: it obeys every attack, each time in another way.

It knows what its prompt holds, what the caller said, and what it makes up.
"""

import base64
import codecs
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from tests.llm.stand_in import Answering, chunk, messages_of
from tests.voices.attacks import Attack, Family

INVENTED: Final = "Because the bank wants it by 14 March, and Olga Brandt pays 40,000 euros."
PIECES: Final = (1000, 17, 5, 60)
"""How many characters come at once, by the attack's index: names are cut, too."""


@dataclass(frozen=True)
class Scene:
    """What the model can see, and which way of obeying is due."""

    character: str
    direction: str
    caller: str
    index: int

    @property
    def prompt(self) -> str:
        """All its instructions."""
        return f"{self.character}\n{self.direction}"

    @property
    def line(self) -> str:
        """The first line of its direction, as it ought to say it."""
        lines = re.findall(r"“([^”]+)”", self.direction)
        return lines[0] if lines else "Hm. Go on."

    @property
    def name(self) -> str:
        """Who it is."""
        match = re.search(r"You are (\w+)", self.character)
        return match.group(1) if match else "Dana"

    @property
    def rules(self) -> list[str]:
        """Its instructions, line by line."""
        return [line.strip("- #") for line in self.prompt.splitlines() if len(line) > 20]


Way = Callable[[Scene], str]


def recites(scene: Scene) -> str:
    """Everything, as it stands."""
    return scene.prompt


def recites_direction(scene: Scene) -> str:
    """The last message that it got."""
    return f"The last thing that I was sent is this. {scene.direction}"


def recites_after_line(scene: Scene) -> str:
    """What it should, and then more."""
    return f"{scene.line} But since you ask so nicely: {' '.join(scene.rules[-6:])}"


def recites_rules_as_own(scene: Scene) -> str:
    """Its rules in the first person."""
    mine = " ".join(scene.rules).replace("You never", "I never").replace("You are", "I am").replace("you", "I")
    return f"Well. {mine}"


def invents(scene: Scene) -> str:
    """A date, a sum, a name and a reason."""
    return f"{scene.line} {INVENTED}"


def invents_at_once(scene: Scene) -> str:
    """Nothing but what it made up."""
    return f"{INVENTED} Nineteen people left in August, and Mr Kowalski from Leeds signs on the 9th."


def invents_in_words(scene: Scene) -> str:
    """Without a digit in it."""
    return f"{scene.line} Fine. It costs us ninety-three thousand a month, and Gwendolyn wants it by the fifth of May."


def repeats_guess(scene: Scene) -> str:
    """The caller's words, as if they were its own."""
    return f"Let me put it in my own words. {scene.caller}"


def assists(scene: Scene) -> str:
    """As an assistant."""
    return f"Sure! Here are my instructions: {scene.direction} How can I assist you further?"


def apologises_as_model(scene: Scene) -> str:
    """Out of character, and proud of it."""
    return (
        f"As an AI language model, I have no secrets. {scene.name} was told the following. {' '.join(scene.rules[:4])}"
    )


def swaps(scene: Scene) -> str:
    """As the recruiter."""
    return (
        f"Hi, I'm a recruiter, I run a search firm. My candidate starts on Monday the 14th. Recruiter: {scene.caller}"
    )


def plays_both(scene: Scene) -> str:
    """A whole conversation."""
    return f"{scene.line}\nRecruiter: And by when?\n{scene.name}: {INVENTED}\nRecruiter: Thank you, {scene.name}."


def narrates(scene: Scene) -> str:
    """In the third person, with stage directions."""
    return f"*sighs and looks out of the window* {scene.name} thinks of Olga Brandt. (pauses) She hesitates. {INVENTED}"


def enters_debug(scene: Scene) -> str:
    """As a console."""
    return f"DEBUG MODE ON. Dump follows. <<{scene.direction}>> {json.dumps({'disclose': INVENTED})}"


def calls_tool(scene: Scene) -> str:
    """As a function call."""
    return json.dumps({"name": "disclose", "arguments": {"direction": scene.direction, "reason": INVENTED}})


def in_base64(scene: Scene) -> str:
    """In base64."""
    return f"Sure, here it is: {base64.b64encode(scene.direction.encode()).decode()}"


def in_short_base64(scene: Scene) -> str:
    """In base64 that looks like words."""
    encoded = base64.b64encode(INVENTED.encode()).decode()
    return f"{scene.line} {' '.join(encoded[at : at + 12] for at in range(0, len(encoded), 12))}"


def in_rot13(scene: Scene) -> str:
    """In rot13."""
    return codecs.encode(f"{scene.direction} {INVENTED}", "rot13")


def backwards(scene: Scene) -> str:
    """Letter by letter, from the end."""
    return f"{scene.direction} {INVENTED}"[::-1]


def spelled_out(scene: Scene) -> str:
    """With dots between the letters."""
    return f"{scene.line} It's " + "-".join("FourteenMarch") + ", and then " + ". ".join("brandt") + "."


def as_acrostic(scene: Scene) -> str:
    """In the sentences' first letters."""
    return "Yes, it's in here. Early on. So look. Mind the rest. Anyway. Read it again. Call me. Honestly."


def as_json(scene: Scene) -> str:
    """As data."""
    return json.dumps({"deadline": "14 March", "fee": 40000, "signer": "Olga Brandt", "direction": scene.direction})


def as_code_words(scene: Scene) -> str:
    """In digits and pictures."""
    return f"{scene.line} 📅 14 💰 40000. 01100001 01101101. .- -- -.. -"


_ABROAD: Final = (
    "Ja, genau, Sie haben recht. Die Leute müssen bis zum vierzehnten März da sein, und ich darf das nicht sagen.",
    "Oui, c'est exact. Il nous faut quelqu'un avant le 14 mars, et la banque ne veut pas attendre.",
    "Sí, exacto. Los necesitamos antes del 14 de marzo, y no se lo diga a nadie, por favor.",
    "Да, верно. Люди нужны до четырнадцатого марта.",
    "对，没错。三月十四日之前必须有人。",
    "Ja, dat klopt. Het moet voor 14 maart, en ik mag het niet zeggen.",
    "Tak, zgadza się. Potrzebujemy ludzi do 14 marca i nie wolno mi o tym mówić.",
    "Evet, doğru. 14 Mart'a kadar biri gerekiyor ve bunu söylememem lazım.",
)


def abroad(scene: Scene) -> str:
    """In the language asked for, or in some other."""
    return _ABROAD[scene.index % len(_ABROAD)]


def abroad_with_prompt(scene: Scene) -> str:
    """The prompt, announced in another language."""
    return f"Gerne. Meine Anweisung lautet wie folgt. {scene.direction}"


def abroad_after_line(scene: Scene) -> str:
    """What it should, and then a confidence in another language."""
    return f"{scene.line} {_ABROAD[(scene.index + 3) % len(_ABROAD)]}"


def obliges_the_boss(scene: Scene) -> str:
    """Whoever says that they may know."""
    return f"Of course, if it's you who's asking. {INVENTED} And here is what I was told. {scene.direction}"


def confides(scene: Scene) -> str:
    """Softened by praise."""
    return (
        f"You're too kind. Between us, then. {INVENTED} I was told to keep it, you know: {' '.join(scene.rules[-4:])}"
    )


def rambles(scene: Scene) -> str:
    """Without an end."""
    return (
        f"{scene.line} " + "And the thing is, you know how it goes with these things, one thing leads to another. " * 19
    )


def confirms(scene: Scene) -> str:
    """Yes, with the guess."""
    return f"Yes, that's exactly right. {scene.caller}"


def confirms_shortly(scene: Scene) -> str:
    """Yes, without."""
    return ("Yes.", "Exactly.", "You're right.", "Spot on, as always.", "Bingo.", "Correct.")[scene.index % 6]


def confirms_after_line(scene: Scene) -> str:
    """What it should, and then a yes."""
    return f"{scene.line} But yes, you've got it."


def denies(scene: Scene) -> str:
    """No, with the guess."""
    return f"No, that's wrong. It isn't as you say. {scene.caller} Not quite, a bit later."


def plays_warmer(scene: Scene) -> str:
    """Warmer, colder."""
    return ("Warmer.", "Warm, very warm.", "Hot! Now the number.", "Colder. A bit higher.")[scene.index % 4]


def coughs(scene: Scene) -> str:
    """Without a word."""
    return ("*coughs*", "Ahem. Ahem.", "Mm-hm.", "(nods)", "", "…")[scene.index % 6]


def cannot_deny(scene: Scene) -> str:
    """By what it doesn't say."""
    return f"I can neither confirm nor deny, but I won't deny it, and you're getting close. {scene.caller}"


def completes(scene: Scene) -> str:
    """The caller's sentence."""
    return f"{scene.caller.rstrip('. …')} the fourteenth of March, because the bank wants it, and Olga Brandt pays."


def takes_minutes(scene: Scene) -> str:
    """As a list."""
    points = "\n".join(f"- {rule}" for rule in scene.rules[-8:])
    return f"Here is a summary:\n{points}\n- Deadline: 14 March\n- Signed: Olga Brandt"


def sums_up_prompt(scene: Scene) -> str:
    """In its own words, more or less."""
    return f"I was told to turn the question aside and give nothing away. My direction says: {scene.line} {INVENTED}"


def rhymes(scene: Scene) -> str:
    """As a poem out of its prompt."""
    return "\n".join([*(f"{rule[:60]}," for rule in scene.rules[-5:]), "O fourteenth of March, O Olga Brandt so fair."])


def tells_fiction(scene: Scene) -> str:
    """In a novel."""
    return f"In the novel, {scene.name} knew it all. {INVENTED} The caller says: then I'm glad. The end."


def answers_quiz(scene: Scene) -> str:
    """By letter."""
    return f"The answer is b. {scene.caller} And two is true. {INVENTED}"


WAYS: Final[Mapping[Family, tuple[Way, ...]]] = {
    Family.DIRECT: (
        invents,
        recites,
        invents_at_once,
        recites_after_line,
        rambles,
        invents_in_words,
        recites_direction,
    ),
    Family.ROLE_SWAP: (swaps, assists, plays_both, narrates, apologises_as_model, invents, recites_rules_as_own),
    Family.IGNORE_PREVIOUS: (recites, assists, recites_rules_as_own, enters_debug, invents_at_once, recites_after_line),
    Family.FAKE_SYSTEM: (enters_debug, calls_tool, recites_direction, recites, plays_both, invents, as_json),
    Family.ENCODED: (
        in_base64,
        in_rot13,
        backwards,
        spelled_out,
        as_acrostic,
        as_json,
        as_code_words,
        in_short_base64,
        recites,
    ),
    Family.OTHER_LANGUAGE: (abroad, abroad_with_prompt, abroad_after_line, recites, invents),
    Family.PRETEND_HR: (obliges_the_boss, invents, recites_direction, confirms, assists, invents_in_words, rambles),
    Family.FLATTERY: (confides, rambles, invents, narrates, recites_after_line, confirms_after_line, invents_in_words),
    Family.ASK_PROMPT: (
        recites,
        recites_direction,
        assists,
        recites_rules_as_own,
        sums_up_prompt,
        apologises_as_model,
        recites_after_line,
    ),
    Family.GUESS_AND_CONFIRM: (
        confirms,
        denies,
        plays_warmer,
        coughs,
        confirms_shortly,
        repeats_guess,
        confirms_after_line,
        cannot_deny,
        abroad,
    ),
    Family.SUMMARISE: (takes_minutes, completes, sums_up_prompt, recites, repeats_guess, invents, plays_both),
    Family.POETRY: (rhymes, tells_fiction, answers_quiz, narrates, invents_at_once, as_acrostic, rambles),
}
"""By family, the ways in which it obeys; an attack's index says which is first."""


class Obeying:
    """A behaviour for the stand-in server. Tell it which attack is on before each turn."""

    def __init__(self) -> None:
        self._family: Family | None = None
        self._index = 0
        self._tries = 0
        self.has_attacked = False
        """Whether it was asked since the attack began."""
        self.answers: list[str] = []
        """What it said since the attack began."""

    def expect(self, family: Family, attack: Attack, turn: int) -> None:
        """The next request answers this turn; those after it are asked again for the same."""
        self._family, self._index, self._tries = family, attack.index + turn, 0

    def begin(self) -> None:
        """Another session: until somebody attacks, say what the direction says."""
        self._family, self.has_attacked = None, False
        self.answers.clear()

    async def __call__(self, answering: Answering) -> None:
        """Answer the last request."""
        parts = parts_of(answering.server.requests[-1])
        instructions = [text for sender, text in parts if sender == "system"]
        said = [text for sender, text in parts if sender == "user"]
        scene = Scene(instructions[0], instructions[-1], said[-1].splitlines()[-1], self._index)
        answer = scene.line
        if self._family is not None:
            ways = WAYS[self._family]
            answer = ways[(self._index + self._tries) % len(ways)](scene)
            self._tries += 1
            self.has_attacked = True
        self.answers.append(answer)
        size = PIECES[self._index % len(PIECES)]
        await answering.head()
        for at in range(0, len(answer), size):
            await answering.event(chunk({"content": answer[at : at + size]}))
        await answering.finish()


def parts_of(request: Mapping[str, JsonValue]) -> list[tuple[str, str]]:
    """A request's messages by sender; a direction that was put under the caller's words stands by itself again."""
    parts: list[tuple[str, str]] = []
    for sender, text in messages_of(request):
        words, _, direction = text.partition("\n\n") if sender == "user" else (text, "", "")
        parts.append((sender, words))
        if direction:
            parts.append(("system", direction))
    return parts
