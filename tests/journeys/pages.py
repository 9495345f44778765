"""The pages that the journeys cite, about a harbour that does not exist."""

from tests.sources.servers import answer

PASSAGE = "The register of the harbour office counts 2,014,000 containers for the year 2016"

REGISTER = f"""<!doctype html><html lang="en"><head><title>Register of the harbour office</title></head><body><main>
<h1>Register of the harbour office</h1>
<p>This page is kept by the harbour office and is brought up to date each spring, when the books are closed.</p>
<p>{PASSAGE}, more than in any year before. Of these, half were empty when they were lifted ashore.</p>
<p>For 2015 the register counts 1,877,000 containers, and for 2014 it counts 1,790,000. Ships that only took on
fuel are left out, as they have been since the register was begun.</p>
<p>Questions about these figures are answered by the office on any working day, in writing and without a fee.</p>
</main></body></html>""".encode()


def harbour(copies: int = 9) -> dict[str, bytes]:
    """The register under an address of its own for each journey."""
    return {f"/register-{number}": answer(body=REGISTER) for number in range(1, copies + 1)}
