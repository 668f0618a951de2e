"""How near the campaign comes to what this machine's arithmetic allows.

XLA counts the operations of one step; a loop of multiply-adds on arrays of the same tile, compiled by the same XLA on
the same devices, measures what the arithmetic units give when nothing else is in the way. Their ratio is the share of
the arithmetic limit. The rest is memory traffic: about sixty arrays of state are read and written on every step.
"""

from __future__ import annotations

import time

import numpy as np

from closedsky.futures import engine


def operations_per_step() -> dict[str, float]:
    """Operations of one step of one lane as XLA counts them in its compiled form."""
    jax = engine.start_jax()
    import closedsky
    from closedsky.futures.sampling import Design, model_columns
    from closedsky.model import campaign
    from closedsky.model.lane import prepare
    from closedsky.model.luck import envelopes
    from closedsky.model.names import LEVERS, NUMBERS, Assumptions, Levers, Numbers, Switches

    case = closedsky.load_case("ukraine-2022")
    design = Design(case, 0)
    n = engine.TILE
    columns = model_columns(case, design.rows(0, n)).astype(np.float32)
    luck = {name: jax.numpy.asarray(values) for name, values in envelopes(0, np.arange(n)).items()}
    levers = Levers(*(np.full(n, case.options["full-zone"].levers[name], np.float32) for name in LEVERS))
    lane = prepare(
        Assumptions(*map(jax.numpy.asarray, columns)),
        levers,
        Numbers(*(np.float32(case.numbers[name].value) for name in NUMBERS)),
        Switches(np.float32(0), np.float32(0)),
        luck,
        np.ones(n, np.float32),
        np.float32(case.decision_day),
        np.float32(case.horizon),
    )
    step = jax.jit(campaign.step, compiler_options=engine.COMPILER_OPTIONS)
    cost = step.lower(campaign.begin(lane), np.float32(3), np.float32(1), lane).compile().cost_analysis()
    return {name: cost.get(name, 0.0) / n for name in ("flops", "transcendentals")}


def arithmetic_limit(rounds: int = 20_000) -> float:
    """Operations a second of eight independent chains of multiply-adds on one tile, all devices at once."""
    jax = engine.start_jax()
    from jax.sharding import Mesh, PartitionSpec

    devices = engine.device_count()
    mesh = Mesh(np.array(jax.devices()[:devices]), ("lane",))
    chains, unrolled = 8, 16

    def work(x: object) -> object:
        def once(_: int, values: tuple[object, ...]) -> tuple[object, ...]:
            for _ in range(unrolled):
                values = tuple(v * 0.999 + 0.001 for v in values)
            return values

        return jax.lax.fori_loop(0, rounds, once, tuple(x + i for i in range(chains)))

    spec = PartitionSpec("lane")
    program = jax.jit(jax.shard_map(work, mesh=mesh, in_specs=spec, out_specs=spec, check_vma=False))
    x = np.ones(engine.TILE * devices, np.float32)
    jax.block_until_ready(program(x))
    best = float("inf")
    for _ in range(5):
        begun = time.perf_counter()
        jax.block_until_ready(program(x))
        best = min(best, time.perf_counter() - begun)
    return 2.0 * chains * unrolled * rounds * x.size / best


def main() -> None:
    """Print the share."""
    from speed import engine_alone

    counted = operations_per_step()
    steps = 129
    rate = engine_alone()
    limit = arithmetic_limit()
    simple = rate * steps * counted["flops"]
    print(f"one step of one lane: {counted['flops']:.0f} operations, {counted['transcendentals']:.0f} transcendentals")
    print(f"campaign: {rate:,.0f} option-futures a second = {simple / 1e9:.1f} thousand million operations a second")
    print(f"multiply-adds alone: {limit / 1e9:.1f} thousand million operations a second")
    print(f"share of the arithmetic limit: {simple / limit:.2f}")
    for weight in (10, 20):
        heavy = rate * steps * (counted["flops"] + weight * counted["transcendentals"])
        print(f"... counting a transcendental as {weight} operations: {heavy / limit:.2f}")


if __name__ == "__main__":
    main()
