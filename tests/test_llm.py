"""Language models: the waiting line, the endpoint on loopback, and the kept prefix of the local one."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from assistant.errors import AnswerError
from assistant.llm import endpoint as endpoint_module
from assistant.llm.endpoint import EndpointLanguageModel
from assistant.llm.waiting import WaitingLine
from index.errors import ConfigError

MESSAGES = [{"role": "user", "content": "a lamp"}]


# -- the waiting line --------------------------------------------------------------------------------


def test_who_came_first_is_served_first():
    line, served = WaitingLine(places=3, patience=30), list[int]()
    list(line.wait())
    started = [threading.Event() for _ in range(3)]

    def chat(number: int) -> None:
        for _ in line.wait():
            started[number].set()
        started[number].set()
        served.append(number)
        line.done()

    chats = [threading.Thread(target=chat, args=(number,)) for number in range(3)]
    for number, each in enumerate(chats):
        each.start()
        started[number].wait(5)
    line.done()
    for each in chats:
        each.join(5)
    assert served == [0, 1, 2]


def test_a_full_line_says_so_at_once():
    line = WaitingLine(places=1, patience=30)
    list(line.wait())
    waiting = line.wait()
    assert next(waiting) == ""
    with pytest.raises(AnswerError, match="1 chats are waiting") as caught:
        next(line.wait())
    assert caught.value.retryable


def test_patience_has_an_end_and_leaves_no_one_in_the_line():
    line = WaitingLine(places=2, patience=0)
    list(line.wait())
    with pytest.raises(AnswerError, match="busy"):
        list(line.wait())
    line.done()
    assert list(line.wait()) == []


def test_a_shopper_who_leaves_makes_room():
    line = WaitingLine(places=1, patience=30)
    list(line.wait())
    leaving = line.wait()
    next(leaving)
    leaving.close()
    staying = line.wait()
    next(staying)
    line.done()
    assert [piece for piece in staying if piece] == []


# -- the endpoint ------------------------------------------------------------------------------------


class Endpoint:
    """An HTTP server on loopback that answers as it is told, and counts."""

    def __init__(self, answer: Callable[[BaseHTTPRequestHandler, int], None]) -> None:
        self.asked: list[dict[str, object]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                outer.asked.append(json.loads(self.rfile.read(length)))
                answer(self, len(outer.asked))

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def name(self) -> str:
        return f"openai:tiny@http://127.0.0.1:{self._server.server_port}/v1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def stream_of(*texts: str) -> bytes:
    def chunk(choices: list[object]) -> bytes:
        body = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "tiny"}
        return f"data: {json.dumps({**body, 'choices': choices})}\n\n".encode()

    said = [chunk([{"index": 0, "delta": {"content": text}, "finish_reason": None}]) for text in texts]
    return b"".join([*said, chunk([]), b"data: [DONE]\n\n"])  # the empty one tells the usage


def send(
    handler: BaseHTTPRequestHandler, body: bytes, *, status: int = 200, kind: str = "text/event-stream"
) -> None:
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


@pytest.fixture
def serve() -> Iterator[Callable[..., Endpoint]]:
    served = list[Endpoint]()

    def start(answer: Callable[[BaseHTTPRequestHandler, int], None]) -> Endpoint:
        served.append(Endpoint(answer))
        return served[-1]

    yield start
    for each in served:
        each.close()


def ask(name: str, *, seconds: float = 5) -> str:
    return "".join(EndpointLanguageModel.from_name(name, seconds=seconds).stream(MESSAGES, max_tokens=9))


def test_the_pieces_of_an_endpoint_are_given_as_they_come(serve):
    served = serve(lambda handler, _: send(handler, stream_of("It costs", " $25.")))
    model = EndpointLanguageModel.from_name(served.name, seconds=5)
    assert list(model.stream(MESSAGES, max_tokens=9)) == ["It costs", " $25.", ""]
    assert (
        served.asked[0] | {"model": "tiny", "messages": MESSAGES, "max_tokens": 9, "stream": True}
        == served.asked[0]
    )


def test_what_may_be_better_next_time_is_asked_again(serve):
    served = serve(
        lambda handler, count: (
            send(handler, stream_of("Fine.")) if count == 2 else send(handler, b"{}", status=503)
        )
    )
    assert ask(served.name, seconds=20) == "Fine."
    assert len(served.asked) == 2


def test_a_refusal_is_not_asked_again(serve):
    served = serve(lambda handler, _: send(handler, b'{"error": {"message": "no such key"}}', status=401))
    with pytest.raises(AnswerError, match="401") as caught:
        ask(served.name)
    assert len(served.asked) == 1
    assert not caught.value.retryable


@pytest.mark.parametrize(
    "body",
    [b"<html>Bad gateway</html>", b"data: {not json}\n\n", b'data: {"choices": 5}\n\n', b"data: []\n\n"],
)
def test_nonsense_is_no_answer(serve, body):
    served = serve(lambda handler, _: send(handler, body))
    try:
        assert ask(served.name) == ""
    except AnswerError as error:
        assert "endpoint" in str(error)


def test_a_silent_endpoint_is_left_in_time(serve):
    over = threading.Event()
    served = serve(lambda handler, _: over.wait(20) and None)
    began = time.monotonic()
    with pytest.raises(AnswerError, match="does not answer"):
        ask(served.name, seconds=0.6)
    over.set()
    assert time.monotonic() - began < 15


def test_an_endpoint_that_drips_is_left_in_time(serve):
    def drip(handler: BaseHTTPRequestHandler, _: int) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for _ in range(100):
            try:
                handler.wfile.write(stream_of("a").split(b"data: [DONE]")[0])
            except OSError:
                return
            time.sleep(0.05)

    with pytest.raises(AnswerError, match="took over"):
        ask(serve(drip).name, seconds=0.9)


def test_an_endpoint_that_is_down_is_not_asked_at_every_turn(serve, monkeypatch):
    served = serve(lambda handler, _: send(handler, b"{}", status=400))
    model = EndpointLanguageModel.from_name(served.name, seconds=5)
    for _ in range(3):
        with pytest.raises(AnswerError):
            list(model.stream(MESSAGES, max_tokens=9))
    assert len(served.asked) == 1
    monkeypatch.setattr(endpoint_module, "RESTS", 0)
    model = EndpointLanguageModel.from_name(served.name, seconds=5)
    for _ in range(2):
        with pytest.raises(AnswerError):
            list(model.stream(MESSAGES, max_tokens=9))
    assert len(served.asked) == 3


@pytest.mark.parametrize(
    "name", ["openai:", "openai:tiny", "openai:tiny@", "openai:@http://127.0.0.1", "openai:tiny@ftp://x"]
)
def test_a_name_that_is_no_endpoint_is_explained(name):
    with pytest.raises(ConfigError, match="openai:MODEL@URL"):
        EndpointLanguageModel.from_name(name, seconds=5)
