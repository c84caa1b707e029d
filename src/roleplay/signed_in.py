"""Who is signed in on this machine, and where. One small file, for its owner alone."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pydantic import Field

from roleplay.errors import SignInError
from roleplay.private_file import read_private, write_private
from roleplay.values import Value

FILE_NAME: Final = "signed-in.json"


class SignedIn(Value):
    """What `signed-in.json` in the data folder holds: tokens by database and name. They end by themselves."""

    tokens: dict[str, dict[str, str]] = Field(default_factory=dict)

    def at(self, database: str) -> Mapping[str, str]:
        """The tokens for a database, by name."""
        return self.tokens.get(database, {})

    def with_token(self, database: str, name: str, token: str | None) -> "SignedIn":
        """The same with a token, or without the one that was there."""
        theirs = {each: kept for each, kept in self.at(database).items() if each != name}
        if token is not None:
            theirs[name] = token
        return SignedIn(tokens={**self.tokens, database: theirs})

    def chosen(self, database: str, wanted: str | None) -> tuple[str, str]:
        """The name and token of whoever is wanted, or of the only one who is signed in.

        Raises:
            SignInError: nobody is, or not whoever is wanted, or it isn't clear who.
        """
        theirs = self.at(database)
        if not theirs:
            raise SignInError(f"you aren't signed in at {database}: roleplay signin")
        key = (wanted or "").strip().casefold()
        found = [name for name in theirs if not key or key == name.casefold()]
        found = found or [name for name in theirs if key == name.casefold().split()[0]]
        if len(found) == 1:
            return found[0], theirs[found[0]]
        names = ", ".join(sorted(theirs))
        if wanted is None or found:
            raise SignInError(f"{names} are signed in here; say who you are with --as NAME, or set ROLEPLAY_NAME")
        raise SignInError(f"{wanted!r} isn't signed in at {database}: roleplay signin {wanted!r}")


def read_signed_in(home: Path) -> SignedIn:
    """Read the file; nobody is signed in where there is none.

    Raises:
        SettingsError: it can't be read, or holds something else.
    """
    return read_private(home / FILE_NAME, SignedIn, "remove it, and sign in again")


def write_signed_in(home: Path, signed_in: SignedIn) -> None:
    """Write the file.

    Raises:
        SettingsError: the folder can't be written.
    """
    write_private(home / FILE_NAME, signed_in.model_dump_json(indent=2) + "\n")
