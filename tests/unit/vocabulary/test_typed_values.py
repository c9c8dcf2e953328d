"""Values are read into types by many threads at once."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import msgspec
import pytest

from mizuhiki.vocabulary.typed_values import converted, known, read_json, read_msgpack

AT_ONCE = """
import sys, threading
import msgspec
from mizuhiki.vocabulary.typed_values import converted, read_json

sys.setswitchinterval(1e-6)
inner = "".join(
    f"class Inner{one}(msgspec.Struct):\\n" + "".join(f"    field{n}: int | str | None\\n" for n in range(20))
    for one in range(5)
)
outer = "class Outer(msgspec.Struct):\\n"
outer += "".join(f"    one{n}: Inner{n}\\n    all{n}: list[Inner{n}]\\n" for n in range(5))
values = {f"field{n}": n for n in range(20)}
whole = {f"one{n}": values for n in range(5)} | {f"all{n}": [values] for n in range(5)}
text = msgspec.json.encode(whole)
for _ in range(20):
    exec("from __future__ import annotations\\nimport msgspec\\n" + inner + outer)
    start, found = threading.Barrier(8), []
    readings = [lambda kind=Outer: read_json(text, kind), lambda kind=Outer: converted(whole, kind)]

    def read(reading):
        start.wait()
        found.append(reading())

    threads = [threading.Thread(target=read, args=(readings[n % 2],)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and all(one == found[0] for one in found)
print("all read")
"""


def test_threads_that_read_into_a_class_for_the_first_time_at_once_do_not_end_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", AT_ONCE], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "all read\n"), ended.stderr


class Person(msgspec.Struct):
    name: str
    age: int = 0


@dataclass
class Place:
    name: str


def test_values_are_read_into_structs_dataclasses_and_collections() -> None:
    assert read_json(b'{"name":"a"}', Person) == Person("a")
    assert read_json('[{"name":"a"}]', list[Place]) == [Place("a")]
    assert read_msgpack(msgspec.msgpack.encode({"name": "a", "age": 3}), Person) == Person("a", 3)
    assert converted({"name": "a", "age": "3"}, Person, strict=False) == Person("a", 3)


@pytest.mark.parametrize("text", [b'{"name":1}', b"{}", b"[", b""])
def test_what_is_not_of_the_type_is_refused(text: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        read_json(text, Person)


def test_a_text_is_no_number_where_the_reading_is_strict() -> None:
    with pytest.raises(msgspec.ValidationError):
        converted({"name": "a", "age": "3"}, Person)


def test_a_type_msgspec_cannot_read_into_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(TypeError):
            known(list[Person | Place])
