"""Measures a language model's sentences: how many survive, what the others claim, how long it takes."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from assistant.turns import DialogueState, Generated, Products, Reply, Sentence
from eval import metrics
from eval.report import Report, publish, table
from eval.scenarios import Scenario, read_scenarios
from eval.stage import opened

if TYPE_CHECKING:
    from assistant.pipeline import ShoppingAssistant

SHOWN = 15
"""Sentences of each sort that the terminal shows."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A turn in which the language model had something to say.

    Attributes:
        say: What the shopper said.
        generated: The model's sentences.
        degraded: Whether the model failed.
        product_ms: Until the first product could be drawn; None where none was shown.
        sentence_ms: Until the first sentence of any kind.
        whole_ms: Until the end.
    """

    say: str
    generated: tuple[Generated, ...]
    degraded: bool
    product_ms: float | None
    sentence_ms: float
    whole_ms: float


def run(
    data: Sequence[Path], *, turns: int, catalogue: Path | None = None, json_path: str | None = None
) -> Report:
    """Play conversations until the configured language model has answered so many turns; print and write.

    Args:
        data: Files of scenarios as for `shop-eval dialogue`; what they expect is not looked at.
        turns: How many answers.
        catalogue: Data folder of an index; None is the demo shop.
        json_path: Where the report goes as JSON; "-" is stdout.

    Raises:
        EvalDataError: If the scenarios cannot be read.
        ShopError: If the assistant cannot be opened.
    """
    from tqdm import tqdm

    scenarios = [scenario for path in data for scenario in read_scenarios(path)]
    title = ", ".join(path.name for path in data)
    with opened(catalogue, llm=None) as stage:
        answers: list[Answer] = []
        with tqdm(total=turns, desc="answers", unit="answer", disable=None) as bar:
            for answer in _answers(scenarios, stage.assistant):  # type: ignore[arg-type]
                answers.append(answer)
                bar.update()
                if len(answers) >= turns:
                    break
        config = {"command": "grounding", "answers": turns, "data": title, **stage.config}
    summary = score(answers)
    publish(Report(summary, config, list(_rows(answers))), render(answers, summary, title), json_path)
    return Report(summary, config)


def _answers(scenarios: Sequence[Scenario], assistant: "ShoppingAssistant") -> Iterator[Answer]:
    """The turns that the model words, in the order of the scenarios."""
    numbers = count(1)
    for scenario in scenarios:
        state, user = DialogueState(), f"reader-{next(numbers)}"
        for turn in scenario.turns:
            reply, answer = _played(assistant, turn.say, state, user)
            state = reply.state
            if answer.generated or answer.degraded:
                yield answer


def _played(
    assistant: "ShoppingAssistant", say: str, state: DialogueState, user: str
) -> tuple[Reply, Answer]:
    started = perf_counter()
    product = sentence = None
    for part in assistant.stream(say, state=state, user=user):
        now = 1000 * (perf_counter() - started)
        if isinstance(part, Products) and part.suggestions:
            product = now
        elif isinstance(part, Sentence) and sentence is None:
            sentence = now
        elif isinstance(part, Reply):
            return part, Answer(say, part.generated, part.degraded, product, sentence or now, now)
    raise RuntimeError("a stream ends with a Reply")


def score(answers: Sequence[Answer]) -> dict[str, float]:
    """Shares with Wilson's intervals, what was dropped by kind, and times in milliseconds."""
    generated = [sentence for answer in answers for sentence in answer.generated]
    shown = sum(sentence.shown for sentence in generated)
    low, high = metrics.wilson_interval(shown, len(generated))
    summary: dict[str, float] = {
        "answers": len(answers),
        "degraded": sum(answer.degraded for answer in answers),
        "sentences": len(generated),
        "sentences_shown": shown,
        "survival_rate": shown / len(generated) if generated else 0.0,
        "survival_ci_low": low,
        "survival_ci_high": high,
        "answers_with_a_sentence": sum(any(s.shown for s in answer.generated) for answer in answers),
    }
    kinds = Counter(sentence.kind for sentence in generated if not sentence.shown)
    summary |= {f"dropped.{kind}": number for kind, number in kinds.most_common()}
    times: Mapping[str, Sequence[float]] = {
        "first_product": [a.product_ms for a in answers if a.product_ms is not None],
        "first_sentence": [a.sentence_ms for a in answers],
        "whole_answer": [a.whole_ms for a in answers],
    }
    for name, ms in times.items():
        if ms:
            summary |= {
                f"{name}_p50_ms": metrics.percentile(ms, 50),
                f"{name}_p95_ms": metrics.percentile(ms, 95),
            }
    return summary


def render(answers: Sequence[Answer], summary: Mapping[str, float], title: str) -> str:
    """The report for the terminal: the figures, and sentences to read."""
    lines = [f"{title}: {len(answers)} answers", "", table(["metric", "value"], list(summary.items()))]
    for shown, told in ((True, "shown"), (False, "dropped")):
        some = [sentence for answer in answers for sentence in answer.generated if sentence.shown is shown]
        lines += ["", f"{told}:", *(f"  {s.text}{f'  [{s.kind}]' if s.kind else ''}" for s in some[:SHOWN])]
    return "\n".join(lines)


def _rows(answers: Sequence[Answer]) -> Iterator[dict[str, object]]:
    for answer in answers:
        for sentence in answer.generated:
            if not sentence.shown:
                yield {"say": answer.say, "sentence": sentence.text, "kind": sentence.kind}
