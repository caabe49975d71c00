"""Reads answers, parted by NUL, with the parsers of prometheus_client; writes what they mean, a JSON line an answer."""

import json
import sys

from prometheus_client.openmetrics.parser import text_string_to_metric_families as open_metrics
from prometheus_client.parser import text_string_to_metric_families as text


def number(value):
    return None if value is None else repr(float(value))


def sample(sample):
    exemplar = sample.exemplar
    return {
        "name": sample.name,
        "labels": sample.labels,
        "value": number(sample.value),
        "exemplar": None
        if exemplar is None
        else {"labels": exemplar.labels, "value": number(exemplar.value), "time": number(exemplar.timestamp)},
    }


parse = open_metrics if sys.argv[1] == "openmetrics" else text
for answer in sys.stdin.buffer.read().decode().split("\0"):
    try:
        families = [
            {
                "name": family.name,
                "type": family.type,
                "unit": family.unit,
                "help": family.documentation,
                "samples": [sample(one) for one in family.samples],
            }
            for family in parse(answer)
        ]
        print(json.dumps({"families": families}))
    except Exception as error:  # the test says which answer it was
        print(json.dumps({"error": f"{type(error).__name__}: {error}"}))
