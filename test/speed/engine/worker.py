"""What every Python peer of the benchmark does: wait for a line, run, answer with the time it took."""

import json
import resource
import sys
import time


def serve(name, weights, train, infer):
    """Answers `{"act": "train" | "infer", "batch": n, "times": k}` lines until the input ends."""
    acts, made = {"train": train, "infer": infer}, {}
    print(json.dumps({"name": name, "trainableWeights": weights}), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        key = (asked["act"], asked["batch"])
        if key not in made:
            made[key] = acts[asked["act"]](asked["batch"])
        wall = []
        cpu = time.process_time()
        for _ in range(asked["times"]):
            start = time.perf_counter()
            made[key]()
            wall.append((time.perf_counter() - start) * 1000)
        cpu = (time.process_time() - cpu) * 1000
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"wallMs": wall, "cpuMs": cpu, "peakMemoryMb": peak}), flush=True)
