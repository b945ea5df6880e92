"""A command line whose errors name the option, the rule, what came, and the nearest name that there is."""

import argparse
import re
from collections.abc import Sequence
from typing import Any, NoReturn

from gatelab.naming import meant


class Parser(argparse.ArgumentParser):
    """As `argparse.ArgumentParser`; what breaks a rule is said in one sentence, without the list of all options before it. Options are written in full."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_abbrev": False} | kwargs)

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is not None and value not in action.choices:
            known = [f"{choice}" for choice in action.choices]
            raise argparse.ArgumentError(action, f"must be one of {', '.join(known)}: got {value!r}{meant(value, known)}")

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> argparse.Namespace:  # type: ignore[override]
        """As in argparse."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            told = [option for parser in self._chosen(found) for option in parser._option_string_actions]
            wrong = next((word for word in unknown if word.startswith("-")), unknown[0]).partition("=")[0]
            self.error(f"options must be among those that --help lists: got {' '.join(unknown)}{meant(wrong, told)}")
        return found

    def _chosen(self, found):
        """This parser, and that of the subcommand which was given."""
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                yield from (parser for name, parser in action.choices.items() if name == getattr(found, action.dest, None))
        yield self

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end with exit code 2."""
        plain = re.sub(r"^(\S+): must", r"\1 must", message.removeprefix("argument "))
        plain = re.sub(r"^(\S+): invalid (\w+) value: ", r"\1 must be of type \2: got ", plain)
        self.exit(2, f"{self.prog}: {plain}\n")
