"""What agents are answered is counted by result, and commits are timed."""

from controller.meters import BATCHES, COMMITS, QUEUE, SYNCS, Meter
from evidence.keys import SigningKey
from tests.controller.clinic import Server


def seen(meter: Meter) -> dict[tuple[str, ...], tuple[float, float]]:
    return {of: (n, much) for of, n, much in meter.read()}


def test_syncs_are_counted_by_what_became_of_them(server: Server) -> None:
    op1 = server.machine("OP1")
    before, commits, records = seen(SYNCS), seen(COMMITS)[()], seen(BATCHES)[()]

    op1.sync(op1.event(), op1.event())
    lost, kept = op1.event(), op1.event()
    op1.sync(kept)
    server.post("/v1/sync", op1.body(key=SigningKey.from_seed(b"x" * 32)))

    after = seen(SYNCS)
    gained = {of: n - before.get(of, (0, 0))[0] for of, (n, _) in after.items()}
    assert lost.sha != kept.sha
    assert (gained[("ok",)], gained[("gap",)]) == (1, 1)
    assert sum(gained.values()) == 3
    assert seen(COMMITS)[()][0] == commits[0] + 2
    assert seen(COMMITS)[()][1] > commits[1]
    assert seen(BATCHES)[()][1] == records[1] + 3
    assert QUEUE.now == 0
