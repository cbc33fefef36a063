"""`shop-eval`: measures the parts offline, one subcommand for each measured thing."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from assistant.corpora import BENCHMARKS
from index.console import command, run
from index.errors import ConfigError

# Heavy imports are inside the functions: `shop-eval --help` answers at once.


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point of `shop-eval`."""
    parser = command("shop-eval", __doc__ or "", "shop-eval retrieval --catalogue icecat-index --json -")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _add_intent(commands)
    _add_constraints(commands)
    _add_dialogue(commands)
    _add_grounding(commands)
    _add_benchmark(commands)
    _add_retrieval(commands)
    _add_speed(commands)
    return run(lambda arguments: arguments.act(arguments), parser, argv)


def _add_intent(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "intent",
        "measure the intent classifier: the shipped one on a file, or its training by cross-validation",
        "shop-eval intent --data utterances.tsv --json intent.json",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="JSONL or TSV with intent, language, text; without it, the bundled utterances are "
        "cross-validated (long: one training a fold)",
    )
    parser.add_argument(
        "--public",
        type=Path,
        metavar="DIR",
        help="public collections (see assistant/corpora.py): their test parts are told from ours, and in the "
        "cross-validation their train parts are learnt as out of scope",
    )
    parser.add_argument("--figures", type=Path, metavar="DIR", help="write pictures there (needs matplotlib)")
    folds = parser.add_argument_group("cross-validation, without --data")
    folds.add_argument("--folds", type=_at_least(2), metavar="N", help="parts, each held out once (5)")
    folds.add_argument("--seed", type=int, default=0, metavar="N", help="of the parts and of training (0)")
    folds.add_argument("--epochs", type=_at_least(1), metavar="N", help="of training (as shop-train)")
    folds.add_argument("--jobs", type=_at_least(1), metavar="N", help="folds trained at a time (one a core)")
    folds.add_argument("--no-augmentation", action="store_true", help="train on the utterances as they are")
    parser.set_defaults(act=_intent)


def _add_constraints(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "constraints",
        "measure the constraint parser on utterances with what they ask for",
        "shop-eval constraints --data wishes.jsonl --json constraints.json",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="JSONL with text, language, facets, expect; without it, the project's own 300",
    )
    parser.set_defaults(act=_constraints)


def _add_dialogue(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "dialogue",
        "play whole conversations, without a language model, and measure how many go as they should",
        "shop-eval dialogue --runs 4 --json dialogue.json",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="JSONL with name, language, user, family, turns; without it, the project's own",
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        metavar="DIR",
        help="data folder of an index; without it, the demo shop, whose shoppers mei and tom have a past",
    )
    parser.add_argument(
        "--runs", type=_at_least(1), default=1, metavar="N", help="of each scenario, for pass^N (1)"
    )
    parser.set_defaults(act=_dialogue)


def _add_grounding(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "grounding",
        "measure how many false sentences are shown and true ones blocked, composed or judged",
        "shop-eval grounding --data judged.jsonl --json grounding.json",
    )
    parser.add_argument(
        "--data",
        type=Path,
        metavar="FILE",
        help="JSONL with language, evidence (catalogue rows), sentence, supported; without it, composed",
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        metavar="DIR",
        help="data folder of an index to compose from; without it, the demo catalogue",
    )
    parser.add_argument(
        "--count", type=_at_least(1), default=1000, metavar="N", help="true ones in each language (1000)"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of the composing (0)")
    parser.add_argument(
        "--figures", type=Path, metavar="DIR", help="write a picture there (needs matplotlib)"
    )
    parser.add_argument(
        "--answers",
        type=_at_least(1),
        metavar="N",
        help="instead, let the language model (SHOP_LLM) answer N turns: how many sentences survive",
    )
    parser.add_argument(
        "--scenarios",
        type=Path,
        metavar="FILE",
        help="for --answers: conversations as for shop-eval dialogue",
    )
    parser.set_defaults(act=_grounding)


def _add_benchmark(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "benchmark",
        "measure the intent trainer on a public set (long: one training)",
        "shop-eval benchmark clinc150 --public collections --json clinc150.json",
    )
    parser.add_argument("name", choices=tuple(BENCHMARKS))
    parser.add_argument(
        "--public",
        type=Path,
        metavar="DIR",
        required=True,
        help="folder that holds it; assistant/corpora.py says where to get it",
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="of training (0)")
    parser.add_argument("--epochs", type=_at_least(1), metavar="N", help="of training (each set has its own)")
    parser.set_defaults(act=_benchmark)


def _add_retrieval(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "retrieval",
        "measure search on queries with judged products",
        "shop-eval retrieval --data wands=WANDS/dataset --save before.json",
    )
    parser.add_argument(
        "--data",
        metavar="NAME[=DIR]|DIR",
        help="icecat, wands, esci, litemall or bestbuy, with the path to your copy, or a folder in the BEIR "
        "layout or with queries.SPLIT.tsv and qrels.SPLIT.tsv (icecat; see docs/collections.md)",
    )
    parser.add_argument(
        "--catalogue",
        type=Path,
        metavar="DIR",
        help="data folder of the index; without it, one of the collection's catalogue is built in the cache "
        "folder, or for a collection without a catalogue the configured index is used (SHOP_DATA_DIR)",
    )
    parser.add_argument(
        "--split", help="which queries: dev, test, en, zh, zh-a, ... (the collection's usual)"
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the run, to compare others with it")
    parser.add_argument(
        "--compare", type=Path, metavar="FILE", help="a saved run over the same queries: what changed"
    )
    parser.add_argument("--reranker", metavar="NAME", help="a CrossEncoder, folder or hub id (SHOP_RERANKER)")
    parser.add_argument("--limit", type=_at_least(10), default=100, help="results for each query (100)")
    parser.set_defaults(act=_retrieval)


def _add_speed(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    parser = _subcommand(
        commands,
        "speed",
        "measure building, searching, memory and disk, and other stores on the same vectors",
        "shop-eval speed --sizes 20000 --work speed --json speed.json",
    )
    parser.add_argument("--data", type=Path, metavar="FILE", help="products (the Icecat catalogue)")
    parser.add_argument(
        "--work",
        type=Path,
        metavar="DIR",
        help="keep the indexes there; what is there already is not built again, and building not measured",
    )
    parser.add_argument("--rebuild", action="store_true", help="remove what --work holds of them first")
    parser.add_argument(
        "--sizes",
        type=_at_least(1),
        nargs="+",
        metavar="N",
        default=(20_000, 200_000),
        help="products; those that the file lacks are made by varying it (20000 200000)",
    )
    parser.add_argument("--runs", type=_at_least(1), default=5, metavar="N", help="the medians are of (5)")
    parser.add_argument("--queries", type=_at_least(1), default=100, metavar="N", help="in each run (100)")
    parser.add_argument("--no-peers", action="store_true", help="leave the other stores out")
    parser.set_defaults(act=_speed)


def _subcommand(
    commands: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, does: str, example: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=does,
        description=does,
        epilog=f"example:\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", metavar="FILE", help="write metrics, config and cases; - for stdout")
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"must be {least} or more, not {text}")
        return int(text)

    return whole_number


def _intent(arguments: argparse.Namespace) -> None:
    from eval.report import require_writable

    require_writable(arguments.json)
    from eval.cross_validation import run_cross_validation
    from eval.intent import run_shipped

    if arguments.data is not None:
        if arguments.folds or arguments.epochs:
            raise ConfigError("--folds and --epochs are for the cross-validation: leave out --data.")
        run_shipped(
            arguments.data, public=arguments.public, figures=arguments.figures, json_path=arguments.json
        )
    else:
        run_cross_validation(
            folds=arguments.folds,
            seed=arguments.seed,
            epochs=arguments.epochs,
            public=arguments.public,
            augmented=not arguments.no_augmentation,
            jobs=arguments.jobs,
            figures=arguments.figures,
            json_path=arguments.json,
        )


def _constraints(arguments: argparse.Namespace) -> None:
    from eval.cases import bundled
    from eval.constraints import run as run_constraints
    from eval.report import require_writable

    require_writable(arguments.json)
    run_constraints(arguments.data or bundled("constraints.dev.jsonl"), json_path=arguments.json)


def _dialogue(arguments: argparse.Namespace) -> None:
    from eval.report import require_writable

    require_writable(arguments.json)
    from eval.cases import bundled
    from eval.dialogue import run as run_dialogue

    run_dialogue(
        arguments.data or bundled("dialogue/demo.jsonl"),
        catalogue=arguments.catalogue,
        runs=arguments.runs,
        json_path=arguments.json,
    )


def _grounding(arguments: argparse.Namespace) -> None:
    from eval.report import require_writable

    require_writable(arguments.json)
    if arguments.answers:
        from eval.answers import run as run_answers
        from eval.cases import bundled

        run_answers(
            [arguments.scenarios]
            if arguments.scenarios
            else list(map(bundled, ("dialogue/demo.jsonl", "dialogue/voices.jsonl"))),
            turns=arguments.answers,
            catalogue=arguments.catalogue,
            json_path=arguments.json,
        )
        return
    from eval.grounding import run as run_grounding
    from eval.stage import products_of

    run_grounding(
        arguments.data,
        products=() if arguments.data else products_of(arguments.catalogue),
        count=arguments.count,
        seed=arguments.seed,
        source=str(arguments.catalogue or "demo"),
        figures=arguments.figures,
        json_path=arguments.json,
    )


def _benchmark(arguments: argparse.Namespace) -> None:
    from eval.benchmark import run as run_benchmark
    from eval.report import require_writable

    require_writable(arguments.json)
    run_benchmark(
        arguments.name,
        arguments.public,
        seed=arguments.seed,
        epochs=arguments.epochs,
        json_path=arguments.json,
    )


def _retrieval(arguments: argparse.Namespace) -> None:
    from eval.report import require_writable
    from eval.retrieval import run as run_retrieval

    require_writable(arguments.json)
    if arguments.save is not None:
        require_writable(str(arguments.save), option="--save")
    run_retrieval(
        data=arguments.data,
        catalogue=arguments.catalogue,
        split=arguments.split,
        limit=arguments.limit,
        json_path=arguments.json,
        save=arguments.save,
        compare=arguments.compare,
        reranker=arguments.reranker,
    )


def _speed(arguments: argparse.Namespace) -> None:
    from eval.report import require_writable

    require_writable(arguments.json)
    from eval.peers import PEERS
    from eval.speed import run as run_speed

    run_speed(
        data=arguments.data,
        work=arguments.work,
        sizes=arguments.sizes,
        runs=arguments.runs,
        queries=arguments.queries,
        peers=() if arguments.no_peers else tuple(PEERS),
        rebuild=arguments.rebuild,
        json_path=arguments.json,
    )
