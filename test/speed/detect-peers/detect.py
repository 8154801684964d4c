"""Beats by the detectors of the wfdb package with their defaults: one line of JSON for each record and detector.

Standard input holds one record a line: its path without extension, a tab, the index of the signal.
"""

import json
import sys
import time

import numpy
import wfdb
from wfdb import processing

print(json.dumps({"wfdb": wfdb.__version__}), flush=True)
for line in sys.stdin:
    path, channel = line.rstrip("\n").split("\t")
    record = wfdb.rdrecord(path, channels=[int(channel)])
    signal = numpy.nan_to_num(record.p_signal[:, 0])
    for name in ("xqrs", "gqrs"):
        started = time.process_time()
        try:
            if name == "xqrs":
                beats = processing.xqrs_detect(signal, fs=record.fs, verbose=False)
            else:
                beats = processing.gqrs_detect(signal, fs=record.fs)
        except Exception as error:  # a strip too short for its learning phase
            print(f"{path}: {name}: {error}", file=sys.stderr)
            beats = []
        ms = 1000 * (time.process_time() - started)
        print(json.dumps({"path": path, "detector": name, "beats": [int(at) for at in beats], "ms": ms}), flush=True)
