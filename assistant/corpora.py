"""Public collections of labelled utterances, read from the user's copy; none is part of this package.

Where to get them: CLINC150 (Larson et al. 2019, github.com/clinc/oos-eval), BANKING77 (Casanueva et al.
2020, github.com/PolyAI-LDN/task-specific-datasets), MASSIVE (FitzGerald et al. 2022,
github.com/alexa/massive), WebShop (Yao et al. 2022, github.com/princeton-nlp/WebShop). One folder holds
them as `clinc150/`, `banking77/`, `massive/`, `webshop/` and `dsner/`.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from assistant.utterances import OUT_OF_SCOPE, Utterance
from index.errors import ConfigError

_OURS = {
    "clinc150": frozenset(
        "greeting goodbye thank_you yes no maybe repeat cancel order order_status shopping_list "
        "shopping_list_update what_can_i_ask_you are_you_a_bot who_made_you what_is_your_name "
        "who_do_you_work_for change_user_name user_name reset_settings change_language "
        "redeem_rewards rewards_balance".split()
    ),
    "massive-zh": frozenset(
        "general_greet lists_query lists_createoradd lists_remove takeaway_order takeaway_query".split()
    ),
}
"""Intents of the public sets that a shop's assistant serves too, or that it could be asked."""

_QUESTION = re.compile("多少|怎么|什么|几|吗|哪|呢")


def clinc150(folder: Path, split: str) -> list[Utterance]:
    """Read "train", "validation" or "test": 150 intents, and `out_of_scope`.

    Raises:
        ConfigError: If the file is absent or unreadable.
    """
    name = {"validation": "val"}.get(split, split)
    data = _json(folder / "clinc150" / "data_full.json")
    rows = [Utterance(text, intent, "en") for text, intent in data[name]]
    return rows + [Utterance(text, OUT_OF_SCOPE, "en") for text, _ in data[f"oos_{name}"]]


def banking77(folder: Path, split: str) -> list[Utterance]:
    """Read "train" or "test": 77 intents of a bank's customers.

    Raises:
        ConfigError: If the file is absent or unreadable.
    """
    rows = _table(folder / "banking77" / f"{split}.csv")
    return [Utterance(row["text"], row["category"], "en") for row in rows]


def massive_zh(folder: Path, split: str) -> list[Utterance]:
    """Read "train", "validation" or "test": 60 intents of a voice assistant, in Chinese.

    Raises:
        ConfigError: If the file is absent or unreadable.
    """
    rows = _table(folder / "massive" / f"amazon_massive_intent_zh-CN_{split}.csv")
    return [Utterance(row["text"], row["label_text"], "zh") for row in rows]


BENCHMARKS: Mapping[str, Callable[[Path, str], list[Utterance]]] = {
    "clinc150": clinc150,
    "banking77": banking77,
    "massive-zh": massive_zh,
}


def outside(folder: Path, split: str) -> dict[str, list[Utterance]]:
    """What people asked of other assistants, and is out of scope for a shop's, by collection.

    "clinc150" is its out-of-scope part alone when `split` is "test".

    Raises:
        ConfigError: If a file is absent or unreadable.
    """
    found = {}
    for name, ours in _OURS.items():
        rows = BENCHMARKS[name](folder, split)
        if name == "clinc150" and split == "test":
            rows = [row for row in rows if row.intent == OUT_OF_SCOPE]
        found[name] = [Utterance(r.text, OUT_OF_SCOPE, r.language) for r in rows if r.intent not in ours]
    return found


def requests(folder: Path) -> list[Utterance]:
    """Shopping requests that other people wrote: WebShop's in English, DSNER's in Chinese.

    They keep a classifier from learning that whatever a stranger wrote is out of scope. DSNER's questions
    (「床刷多少钱」) are left out: with products on the table the same words ask about one of them.

    Raises:
        ConfigError: If a file is absent or unreadable.
    """
    goals = _json(folder / "webshop" / "human_goals.json")
    sentences, characters = [], ""
    for line in [*_text(folder / "dsner" / "train").splitlines(), ""]:
        if line.strip():
            characters += line.split()[0]
        elif characters:
            sentences.append(characters)
            characters = ""
    english = [Utterance(text, "search_product", "en") for text in goals]
    return english + [
        Utterance(text, "search_product", "zh") for text in sentences if not _QUESTION.search(text)
    ]


def _table(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(_text(path))))


def _json(path: Path) -> Any:
    try:
        return json.loads(_text(path))
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path} is damaged ({error}); get it again.") from error


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} cannot be read ({error}). It belongs to a public collection that is not part of this "
            "package; assistant/corpora.py says where to get it. Name the folder that holds it with --public."
        ) from error
