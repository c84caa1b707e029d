"""The errors that a face shows as one line.

RoleplayError
├─ ContentError        what an author wrote is wrong; one line a mistake, `file:line: what, what is allowed`
├─ NotFoundError       a name, an id or a file that isn't there
├─ TranscriptError     a transcript file that can't be read as one
├─ RowsError           a file of labelled rows that can't be read as one
├─ StoreError          the session store can't be opened, read or written
│  ├─ SessionBusyError another program is writing to the same session
│  ├─ DatabaseAwayError the database's server can't be reached; nothing was written
│  └─ SchemaError      the database's tables are older or newer than this program's
├─ SignInError         a name, a password or a code that isn't right, or that isn't right any more
├─ MoveError           a move that can't be made now: on the phone, over, nobody by that name
├─ DutyError           something that this person may not do or see
├─ PeopleError         a list of people that can't be read as one
├─ SettingsError       an option or a setting that can't be used
├─ RecordStoreError    a learning record store can't be reached, or doesn't take what was posted
└─ VoiceError          a language model's endpoint failed; the session goes on without it
   ├─ VoiceRestingError it failed before, and isn't asked for a while; told once, it need not be told again
   └─ BudgetSpentError  what it may cost is used up
"""

from collections.abc import Sequence


class RoleplayError(Exception):
    """What failed, with which input, and what to do: one line each."""


class ContentError(RoleplayError):
    """Every mistake found in content files, in the order of files and lines."""

    def __init__(self, mistakes: Sequence[str]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(mistakes))


class NotFoundError(RoleplayError):
    """Something named isn't there."""


class TranscriptError(RoleplayError):
    """A file isn't a transcript."""


class RowsError(RoleplayError):
    """A file doesn't hold labelled rows."""


class StoreError(RoleplayError):
    """The store of sessions can't be used."""


class SessionBusyError(StoreError):
    """Somebody else has written to the same session meanwhile."""


class DatabaseAwayError(StoreError):
    """The database's server can't be reached, or has no connection to spare."""


class SchemaError(StoreError):
    """The tables in the database aren't those that this program knows."""


class SignInError(RoleplayError):
    """Somebody isn't signed in, or can't be."""


class MoveError(RoleplayError):
    """The recruiter can't do that now."""


class DutyError(RoleplayError):
    """It is not for this person to do, or to see."""


class PeopleError(RoleplayError):
    """A file of people can't be taken over; nobody was added."""


class SettingsError(RoleplayError):
    """An option or a setting can't be used."""


class RecordStoreError(RoleplayError):
    """A learning record store took nothing, or not all."""


class VoiceError(RoleplayError):
    """An endpoint failed; the message is one line in plain words."""


class VoiceRestingError(VoiceError):
    """An endpoint that failed before is left alone for a while; nothing was sent."""


class BudgetSpentError(VoiceError):
    """A limit of tokens or money is used up; nothing was sent."""
