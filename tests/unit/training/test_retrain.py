"""The training that the page starts: the corpus and corrected messages together, one at a time."""

import fcntl
import json
from pathlib import Path

from bot.assignment.topics.model import TopicModel
from bot.training import retrain

ROADS = ["路灯坏了", "路灯不亮", "路灯修一下", "路面坑洼", "下水道堵了", "楼道漏水"]
BUSES = ["公交车不停站", "公交改线", "公交太少", "出租车拒载", "地铁站太远", "公交站牌倒了"]


def _lines(texts: list[str], topic: str) -> list[str]:
    return [json.dumps({"text": text, "topic": topic}, ensure_ascii=False) for text in texts]


def test_corrected_messages_are_learned_beside_the_corpus_and_no_two_train_at_once(tmp_path: Path) -> None:
    rows = _lines(ROADS, "urban_rural_construction") + _lines(BUSES, "transport")
    (tmp_path / "some.jsonl").write_text("\n".join(rows), encoding="utf-8")
    output = tmp_path / "candidate.new"
    right = _lines(["<script>共享单车乱停放</script>", "共享单车堵门", "共享单车没人管"], "environment")
    with (tmp_path / "training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert retrain.main(output, right, tmp_path) == retrain.BUSY
    assert not output.exists()
    assert retrain.main(output, [*right, ""], tmp_path) == 0
    model = TopicModel.load(output.read_bytes())
    assert model.read("共享单车乱停").topics[0][0] == "environment"
    assert model.read("路灯坏了").topics[0][0] == "urban_rural_construction"
