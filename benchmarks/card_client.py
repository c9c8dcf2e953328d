"""Run beside a PC/SC service by `bench_card_pcsc`: times uses of the card in the only reader, prints JSON."""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable

from mizuhiki.card.apdu import Command
from mizuhiki.card.client import CardClient
from mizuhiki.card.conversation import Conversation, require_ok
from mizuhiki.card.generation import PinRole
from mizuhiki.crypto.card_keys import SHA256_DIGEST_INFO_PREFIX
from mizuhiki.runtime.card_readers.pcsc import PcscReader, find_reader

PIN = "1234"
KEY = "0017"


def timed(use: Callable[[], object], count: int) -> list[float]:
    """Return the milliseconds of each of `count` uses."""
    taken = []
    for _ in range(count):
        begun = time.perf_counter()
        use()
        taken.append(1000 * (time.perf_counter() - begun))
    return sorted(taken)


def main(count: int) -> dict[str, float]:
    """Measure and return medians in milliseconds."""
    sign = Command(0x80, 0x2A, 0x00, 0x80, SHA256_DIGEST_INFO_PREFIX + bytes(32), expected=256)
    challenge = Command(0x00, 0x84, 0x00, 0x00, expected=8)
    with PcscReader(find_reader()) as reader:
        client, card = CardClient(reader), Conversation(reader)
        with_pin = timed(lambda: client.sign_for_user_identification(PIN, b"challenge"), count)
        client.verify(PinRole.USER_IDENTIFICATION, PIN)
        card.select_file(KEY)
        signature = timed(lambda: require_ok(card.send(sign)), count)
        command = timed(lambda: require_ok(card.send(challenge)), count)
    return {
        "signature": statistics.median(signature),
        "signature_p99": signature[int(len(signature) * 0.99) - 1],
        "with_pin": statistics.median(with_pin),
        "command": statistics.median(command),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(int(sys.argv[1]))))
