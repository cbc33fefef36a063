"""What the assistant can do: one file for each family of intents.

A skill is a function from a `Turn` to an `Outcome`. Every module in this folder lists its skills in
`SKILLS`, by intent label; a new ability is one new file here and its training utterances.
"""

import importlib
import pkgutil
from collections.abc import Mapping

from assistant.skills.base import Skill


def registry() -> Mapping[str, Skill]:
    """Every skill by the label of its intent.

    Raises:
        ValueError: If two modules claim the same label.
    """
    found: dict[str, Skill] = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        for label, skill in getattr(module, "SKILLS", {}).items():
            if label in found:
                raise ValueError(f"two skills for {label!r}: the second is in {info.name}")
            found[label] = skill
    return found
