"""Runs one task at a time for `resgen bench python`, which says what over a pipe.

A line of JSON comes in, a line of JSON goes out. Commands: hello, open, run, close. Times are wall
seconds and processor seconds of each run.
"""
import json
import sys
import time
import warnings

import torch

import tasks

warnings.filterwarnings("ignore")


def hello(message):
    torch.set_num_threads(message["threads"])
    torch.manual_seed(0)
    device = tasks.use(message.get("device", "cpu"))
    config = torch.__config__.show()
    blas = [line.strip(" -") for line in config.splitlines() if "BLAS" in line or "MKL" in line]
    return {
        "python": sys.version.split()[0],
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "device": device,
        "cpu": next((x.strip(" -") for x in config.splitlines() if "CPU capability" in x), ""),
        "blas": "; ".join(line.split(", BUILD_TYPE")[0][:60] for line in blas[:2]),
    }


def run(work, times):
    wall, cpu = [], []
    for _ in range(times):
        tasks.wait()
        c, w = time.process_time(), time.perf_counter()
        work()
        tasks.wait()
        wall.append(time.perf_counter() - w)
        cpu.append(time.process_time() - c)
    return {"wall": wall, "cpu": cpu}


def main():
    works = {}
    answers = sys.stdout
    sys.stdout = sys.stderr  # nothing else may come between the answers
    for line in sys.stdin:
        message = json.loads(line)
        try:
            if message["command"] == "hello":
                answer = hello(message)
            elif message["command"] == "open":
                works[message["as"]], note = tasks.open_task(message)
                answer = {"note": note}
            elif message["command"] == "run":
                answer = run(works[message["as"]], message["times"])
            elif message["command"] == "close":
                works.pop(message["as"], None)
                tasks.free()
                answer = {}
            else:
                raise ValueError("no command " + message["command"])
        except Exception as problem:  # told to the other side, which ends the run
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
