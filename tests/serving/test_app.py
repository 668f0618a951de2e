"""The page's server: its doors, its messages, its answers."""

import contextlib
import json

import pytest
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from closedsky.serving.answers import PROMPT
from closedsky.serving.app import make_app
from closedsky.serving.messages import MOST_MESSAGE
from closedsky.serving.people import BURST, MOST_PEOPLE
from closedsky.serving.positions import MOST_BYTES
from closedsky.serving.stages import STAGES
from closedsky.showing.charts.chart import to_csv

HERE = "http://127.0.0.1:8022"
ORIGIN = {"origin": HERE}


@pytest.fixture(scope="module")
def client(live):
    with TestClient(make_app(live, {"127.0.0.1", "localhost", "::1"}), base_url=HERE) as made:
        yield made


def socket(client, **headers):
    return client.websocket_connect("ws://127.0.0.1:8022/live", headers=ORIGIN | headers)


def ask(line, number=1, **given):
    line.send_json({"id": number, "state": {}, "width": 720, "shown": ["options"], "rest": False} | given)


def test_the_page_says_first_what_it_is_not_and_asks_no_one(client, case):
    answer = client.get("/")
    assert answer.status_code == 200
    body = answer.text
    assert body.index("Not a forecast") < body.index(case.title.split(",")[0], body.index("<body"))
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    for name, kind in (("page.js", "text/javascript"), ("page.css", "text/css")):
        found = client.get(f"/{name}")
        assert found.status_code == 200 and found.headers["content-type"].startswith(kind)
        assert "http://" not in found.text.replace("http://www.w3.org/", "").replace("http://127", "")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example:8022"}, 403),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"host": "localhost:8022"}, 200),
        (ORIGIN, 200),
    ],
)
def test_only_its_own_page_is_answered(client, headers, status):
    assert client.get("/", headers=headers).status_code == status


@pytest.mark.parametrize("headers", [{"origin": "http://evil.example"}, {"origin": ""}, {"host": "evil.example"}])
def test_no_other_page_has_a_socket(client, headers):
    with (
        pytest.raises(WebSocketDisconnect),
        client.websocket_connect("ws://127.0.0.1:8022/live", headers=ORIGIN | headers),
    ):
        pass


def test_a_question_has_an_answer(client, live):
    with socket(client) as line:
        ask(line, 7, shown=["options", "dots", "fan", "ladder", "debate"])
        found = line.receive_json()
    assert (found["id"], found["stage"], found["futures"]) == (7, "quick", live.desk.futures)
    assert set(found["charts"]) == {"options", "dots", "fan", "ladder"}
    for chart in found["charts"].values():
        assert chart["svg"].startswith("<svg") and "<script" not in chart["svg"] and "style=" not in chart["svg"]
        assert chart["title"] and chart["view"] == "then" and "Not a forecast" in chart["disclaimer"]
        assert to_csv(chart).count("\n") == len(chart["rows"]) + 1
    assert found["command"].startswith("closedsky run ukraine-2022 -n 1024")


def test_every_copy_says_what_was_set(client):
    with socket(client) as line:
        ask(line, 1, shown=["options", "fan"], state={"sets": {"substitutable": 0.25}, "adoption": "proposed"})
        found = line.receive_json()
    for chart in found["charts"].values():
        assert chart["disclaimer"].startswith(
            "With substitutable=0.25; adopted only where and when the alliance agrees. "
        )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "a message is a JSON object"),
        ("{", "a message is a JSON object"),
        ("[]", "a message is a JSON object"),
        ('{"id": NaN}', "NaN is no number"),
        ('{"id": "x"}', "id: is a whole number"),
        ('{"id": 1, "width": 1e999}', "width: is a number"),
        ('{"id": 1, "state": {"sets": {"sorties": 1e999}}}', "sets.sorties"),
        ('{"id": 1, "state": {"sets": {"sorties": -5}}}', "sets.sorties: must"),
        ('{"id": 1, "state": 5}', "a state is an object"),
        ('{"id": 1, "state": {"view": "<img src=x onerror=alert(1)>"}}', "view: "),
        ("x" * (MOST_MESSAGE + 1), "a message has at most"),
        ("[" * 60_000, "a message is a JSON object"),
    ],
)
def test_a_bad_message_has_one_clean_line_and_the_server_lives(client, text, words):
    with socket(client) as line:
        line.send_text(text)
        found = line.receive_json()
        assert words in found["error"] and "\n" not in found["error"] and "Traceback" not in found["error"]
        assert set(found) <= {"id", "error"}
        ask(line)
        assert line.receive_json()["stage"] == "quick"


def test_bytes_are_no_message(client):
    with socket(client) as line:
        line.send_bytes(b"\x00\xff")
        assert line.receive_json() == {"error": "a message is text"}


def test_a_flood_is_told_once_and_shown_out_and_others_are_served(client):
    with socket(client) as flood, socket(client) as other:
        for _ in range(int(BURST) * 3):
            flood.send_text("{}")
        said = []
        with pytest.raises(WebSocketDisconnect):
            while True:
                said.append(flood.receive_json()["error"])
        assert sum("messages a second" in each for each in said) == 1
        ask(other)
        assert other.receive_json()["stage"] == "quick"


def test_two_people_get_their_own_answers(client):
    with socket(client) as first, socket(client) as second:
        ask(first, 1, state={"sets": {"declared_threat": 0.007}})
        ask(second, 2, state={"sets": {"declared_threat": 0.67}})
        a, b = first.receive_json(), second.receive_json()
        assert (a["id"], b["id"]) == (1, 2)
        assert "declared_threat=0.007" in a["command"] and "declared_threat=0.67" in b["command"]
        assert a["charts"]["options"]["rows"] != b["charts"]["options"]["rows"]


def test_people_are_counted(client):
    with contextlib.ExitStack() as lines:
        for _ in range(MOST_PEOPLE):
            lines.enter_context(socket(client))
        with socket(client) as late:
            assert "people are here already" in late.receive_json()["error"]


def test_where_a_slider_rests_every_stage_is_worked_out(client):
    with socket(client) as line:
        ask(line, 3, rest=True, state={"option": "full-zone"})
        found = [line.receive_json() for _ in range(1 + len(STAGES))]
    assert [each["stage"] for each in found] == ["quick", *STAGES]
    assert [each.get("last") for each in found[1:]] == [False] * (len(STAGES) - 1) + [True]
    stages = {each["stage"]: each for each in found}
    base = stages["base"]
    assert base["futures"] == 1024 and set(base["charts"]) == {*PROMPT, "exchange", "region", "regret"}
    assert base["summary"].startswith("Against Refuse") and "luck or several together" in base["basis"]
    assert all(base["basis"] in chart["disclaimer"] for each in found[1:] for chart in each["charts"].values())
    assert set(stages["past"]["charts"]) == {"past"} and set(stages["place"]["charts"]) == {"map"}
    for each in found:
        assert "error" not in each, each


def test_a_new_question_breaks_off_what_was_being_worked_out(client):
    with socket(client) as line:
        ask(line, 1, rest=True)
        assert line.receive_json()["id"] == 1
        ask(line, 2, state={"seed": 5})
        while (found := line.receive_json())["id"] != 2:
            assert found["stage"] in STAGES
        assert found["stage"] == "quick" and "--seed 5" in found["command"]


def test_the_evidence_of_an_assumption_is_its_own(client, case):
    for name, entry in case.assumptions.items():
        found = client.get(f"/evidence/{name}").json()
        assert (found["label"], found["basis"], found["reason"]) == (entry.label, entry.basis, entry.reason)
        assert [each["id"] for each in found["quantities"]] == list(
            dict.fromkeys((*entry.evidence.then, *entry.evidence.now))
        )
        for claim in found["claims"]:
            assert claim["quote"] == case.evidence.claims[claim["id"]].quote and claim["mark"]
    assert client.get("/evidence/nothing").status_code == 404


def test_what_is_set_is_saved_as_a_position_and_read_again(client):
    state = {"sets": {"substitutable": 0.25, "sorties": [150.0, 200.0], "length_effect": "shorter"}, "weight": 1000.0}
    saved = client.post("/position/save", json={"state": state, "owner": "A. Nobody"}).json()["text"]
    found = client.post("/position", json={"text": saved, "state": {}}).json()
    assert found["owner"] == "A. Nobody"
    assert found["state"]["sets"] == state["sets"] and found["state"]["weight"] == 1000.0


@pytest.mark.parametrize(
    ("where", "given", "words"),
    [
        ("/position", {"text": "schema: nothing"}, "position"),
        ("/position", {"text": "x" * (MOST_BYTES + 1)}, "at most"),
        ("/position", {"text": 5}, "text: is a text"),
        ("/position/save", {"owner": "  "}, "signed by its owner"),
        ("/position/save", {"owner": "a\nb"}, "signed by its owner"),
        ("/crux", {"a": "x", "b": "y"}, "position"),
    ],
)
def test_what_is_wrong_with_a_post_is_one_line(client, where, given, words):
    answer = client.post(where, json=given)
    assert answer.status_code == 400 and words in answer.json()["error"] and "\n" not in answer.json()["error"]


def test_a_crux_is_asked_for_under_a_view_that_is_there(client, live, monkeypatch):
    from closedsky.serving import stages
    from closedsky.serving.live import READY, Now

    asked = []
    monkeypatch.setattr(stages, "crux", lambda texts, view: asked.append(view) or {"view": view})
    monkeypatch.setattr(live, "now", Now())
    given = dict.fromkeys("ab", client.post("/position/save", json={"owner": "A. Nobody"}).json()["text"])
    assert client.post("/crux", json=given).json() == {"view": "then"}
    for view, words in (("now", "not there yet"), ("later", "not one of then, now"), (5, "not one of then, now")):
        answer = client.post("/crux", json=given | {"view": view})
        assert answer.status_code == 400 and words in answer.json()["error"]
    live.now.status = READY
    assert client.post("/crux", json=given | {"view": "now"}).json() == {"view": "now"}
    otherwise = {"sets": {"length_effect": "shorter"}}
    other = client.post("/position/save", json={"owner": "B. Nobody", "state": otherwise}).json()["text"]
    answer = client.post("/crux", json=given | {"b": other, "view": "now"})
    assert answer.status_code == 400 and "closedsky crux --view now" in answer.json()["error"]
    assert asked == ["then", "now"]


def test_a_form_of_another_page_posts_nothing(client):
    assert client.post("/position", content="a=b", headers={"content-type": "text/plain"}).status_code == 400
    assert client.post("/position", json={}, headers={"origin": "http://evil.example"}).status_code == 403


def test_a_body_without_end_is_cut_short(client):
    content = json.dumps({"text": "x" * 1_000_000})
    answer = client.post("/position", content=content, headers={"content-type": "application/json"})
    assert answer.status_code == 400 and "at most" in answer.json()["error"]


def test_two_people_who_rest_keep_their_runs(live, case):
    from closedsky.serving import stages

    work = stages.Work(case, lambda job: False, "full-zone")
    states = [{"seed": seed, "option": "full-zone"} for seed in (0, 1)]
    first = [work.answer(1, state, "base", 720.0)["basis"] for state in states]
    made = [dict(work._kept)[key].results for key in work._kept]
    again = [work.answer(2, state, "changes", 720.0) for state in states]
    assert [kept.results for kept in work._kept.values()] == made  # nothing was run anew
    assert all("error" not in each for each in again)
    assert [kept.basis for kept in work._kept.values()] == first
