"""Measures whole conversations: `shop-eval dialogue`.

Every scenario begins with a fresh state and a fresh cart. No language model is used: the composed answers
are measured.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from statistics import fmean
from time import perf_counter

from assistant.shop import Order
from assistant.turns import DialogueState, Reply
from eval import metrics
from eval.expectations import Failure, Seen, describe, failures, labels_read, shown_products
from eval.report import Report, publish, table
from eval.scenarios import Scenario, Turn, read_scenarios
from eval.stage import Assistant, Stage, opened
from index.schema import Product


@dataclass(frozen=True, slots=True)
class Answered:
    """A turn that was played.

    Attributes:
        turn: What was said and expected.
        reply: The answer; None if the assistant failed.
        failures: What was not as expected.
        ms: Wall time of the answer.
    """

    turn: Turn
    reply: Reply | None
    failures: tuple[Failure, ...]
    ms: float


@dataclass(frozen=True, slots=True)
class Played:
    """A scenario and all of its runs, each with all of its turns."""

    scenario: Scenario
    runs: tuple[tuple[Answered, ...], ...]

    @property
    def passes(self) -> list[bool]:
        """For each run, whether every turn was as expected."""
        return [not any(answered.failures for answered in run) for run in self.runs]


def run(
    data: Path,
    *,
    catalogue: Path | None = None,
    runs: int = 1,
    today: date | None = None,
    json_path: str | None = None,
    stage: Stage | None = None,
) -> Report:
    """Play the scenarios of a file, print and write.

    Args:
        data: JSONL that `eval.scenarios.read_scenarios` reads.
        catalogue: Data folder of an index; None is the demo shop.
        runs: How many times each scenario is played.
        today: Day that promotions and orders are judged by; None is the setting's.
        json_path: Where the report goes as JSON; "-" is stdout.
        stage: Played on in place of the shop that `catalogue` names.

    Raises:
        EvalDataError: If the file cannot be read.
        ShopError: If the assistant cannot be opened.
    """
    scenarios = read_scenarios(data)
    with opened(catalogue, today=today) if stage is None else nullcontext(stage) as stage:
        played = play(scenarios, stage, runs=runs)
        config = {"command": "dialogue", "data": str(data), "runs": runs, **stage.config}
    summary = score(played)
    report = Report(summary, config, [row for item in played for row in _rows(item)])
    publish(report, render(played, summary, str(data)), json_path)
    return report


# -- playing -------------------------------------------------------------------------------------


def play(scenarios: Sequence[Scenario], stage: Stage, *, runs: int = 1) -> list[Played]:
    """Play every scenario `runs` times, each time with a fresh state; the order is kept."""
    from tqdm import tqdm

    played, numbers = [], count(1)
    for scenario in tqdm(scenarios, desc="scenarios", unit="scenario", disable=None):
        turns = tuple(_play_once(scenario, stage, next(numbers)) for _ in range(runs))
        played.append(Played(scenario, turns))
    return played


def _play_once(scenario: Scenario, stage: Stage, number: int) -> tuple[Answered, ...]:
    """One conversation to its end; a failed turn leaves the state as it was."""
    stage.refresh()
    user = scenario.user or None
    if user is not None and user not in stage.shoppers:
        user = f"{user}#{number}"
    state, answered = DialogueState(), []
    before: Sequence[Product] = ()
    for turn in scenario.turns:
        answer = _answer(turn, stage.assistant, state, user, before)
        answered.append(answer)
        if answer.reply is not None:
            state = answer.reply.state
            before = shown_products(answer.reply) or before
    return tuple(answered)


def _answer(
    turn: Turn, assistant: Assistant, state: DialogueState, user: str | None, before: Sequence[Product]
) -> Answered:
    started = perf_counter()
    try:
        reply = assistant.reply(turn.say, state=state, user=user)
    except Exception as error:  # whatever it is, it is a failed turn
        failure = Failure("reply", "an answer", describe(error))
        return Answered(turn, None, (failure,), 1000 * (perf_counter() - started))
    ms = 1000 * (perf_counter() - started)
    seen = Seen(
        reply,
        before,
        cart=lambda: assistant.cart(user, reply.state),
        orders=lambda: _orders(assistant, user or reply.state.session),
    )
    return Answered(turn, reply, failures(turn.expect, seen), ms)


DEMO_USERS = ("mei", "tom")


def _orders(assistant: Assistant, customer: str) -> Sequence[Order]:
    """The shopper's orders and those of the demo's shoppers: that theirs stayed as it was is a test too."""
    orders = assistant.shop.orders
    customers = dict.fromkeys((customer, *DEMO_USERS))
    return () if orders is None else [order for name in customers for order in orders.of(name)]


# -- the report ----------------------------------------------------------------------------------


def score(played: Sequence[Played]) -> dict[str, float]:
    """The rates of the whole, of each language and of each family, pass^N, and the time of a turn.

    pass^N is the share of scenarios that pass in all of N runs (Yao et al., "tau-bench", arXiv:2406.12045);
    a scenario's rate is the share of its runs that pass. `count` and `turns` are those of the file.

    Raises:
        ValueError: If there are no scenarios.
    """
    summary = {
        (f"{group}.{name}" if group else name): value
        for group, some in _groups(played).items()
        for name, value in _rates(some).items()
    }
    ms = [answered.ms for item in played for turns in item.runs for answered in turns]
    return summary | {
        f"pass^{len(played[0].runs)}": fmean(all(item.passes) for item in played),
        "latency_p50_ms": metrics.percentile(ms, 50),
        "latency_p95_ms": metrics.percentile(ms, 95),
    }


def _groups(played: Sequence[Played]) -> dict[str, list[Played]]:
    """The whole, under an empty name, each language, and each family."""
    groups = {"": list(played)}
    for language in sorted({item.scenario.language for item in played}):
        groups[language] = [item for item in played if item.scenario.language == language]
    for family in sorted({item.scenario.family for item in played} - {""}):
        groups[f"family.{family}"] = [item for item in played if item.scenario.family == family]
    return groups


def _rates(played: Sequence[Played]) -> dict[str, float]:
    rates = [fmean(item.passes) for item in played]
    low, high = metrics.bootstrap_interval(rates)
    turns = [answered for item in played for run in item.runs for answered in run]
    return {
        "scenario_pass_rate": fmean(rates),
        "scenario_pass_rate_ci_low": low,
        "scenario_pass_rate_ci_high": high,
        "turn_pass_rate": fmean(not answered.failures for answered in turns),
        "count": len(played),
        "turns": sum(len(item.scenario.turns) for item in played),
    }


def _rows(item: Played) -> Iterator[dict[str, object]]:
    """One case for each failed turn of each run."""
    for run, turns in enumerate(item.runs, 1):
        for number, answered in enumerate(turns, 1):
            if answered.failures:
                yield {
                    "scenario": item.scenario.name,
                    "language": item.scenario.language,
                    "family": item.scenario.family,
                    "run": run,
                    "turn": number,
                    "say": answered.turn.say,
                    "expected": {failure.key: failure.expected for failure in answered.failures},
                    "found": {failure.key: failure.found for failure in answered.failures},
                    "text": answered.reply.text if answered.reply else "",
                    "products": [p.id for p in shown_products(answered.reply)] if answered.reply else [],
                    "intents": labels_read(answered.reply) if answered.reply else [],
                }


def render(played: Sequence[Played], summary: Mapping[str, float], title: str) -> str:
    """The report for the terminal: the rates, the times, and how the failed conversations went."""
    rates = [[group or "all", *_rates(some).values()] for group, some in _groups(played).items()]
    others = [(name, value) for name, value in summary.items() if name.startswith(("pass^", "latency"))]
    return "\n".join(
        [
            f"{title}: {len(played)} scenarios, {len(played[0].runs)} runs",
            "",
            table(["", "scenarios passed", "low", "high", "turns passed", "scenarios", "turns"], rates),
            "",
            table(["metric", "value"], others),
            *(f"\n{_transcript(item)}" for item in played if not all(item.passes)),
        ]
    )


def _transcript(item: Played) -> str:
    """The first run that failed, up to its last failed turn."""
    turns = item.runs[item.passes.index(False)]
    last = max(number for number, answered in enumerate(turns) if answered.failures)
    scenario, failed = item.scenario, item.passes.count(False)
    who = scenario.user or "a guest"
    return "\n".join(
        [
            f"{scenario.name} ({scenario.language}, {who}): failed in {failed} of {len(item.runs)} runs",
            *(line for answered in turns[: last + 1] for line in _told(answered)),
        ]
    )


def _told(answered: Answered) -> Iterator[str]:
    """A turn of a transcript, line by line."""
    yield f"  > {answered.turn.say}"
    if answered.reply is not None:
        rows = [" | ".join(cells) for cells in answered.reply.table]
        for text in (answered.reply.text, *answered.reply.lines, *rows):
            yield from (f"    {line}" for line in text.splitlines())
        yield f"    [{', '.join(labels_read(answered.reply))}]"
    for failure in answered.failures:
        yield f"  ✗ {failure.key}: expected {failure.expected}, found {failure.found}"
