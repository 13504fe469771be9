"""How do checked rules become the one file that machines get? The same sources, the same bytes."""

from collections.abc import Iterable, Mapping

from rules.compiled.attestation import Attestation
from rules.compiled.rule import Pack, Rule
from rules.compiled.write import write
from rules.language.files import PackSource


def compile_pack(
    pack: PackSource,
    rules: Iterable[Rule],
    digests: Mapping[str, str],
    citations: str,
    attestations: Iterable[Attestation] = (),
) -> bytes:
    """The canonical bytes of a pack; `digests` holds the sha256 of each source file by name."""
    return write(
        Pack(
            pack=pack.pack,
            version=pack.version,
            title=pack.title,
            requires_facts=pack.requires_facts,
            sha256="",
            citations=citations,
            sources=tuple(digests.items()),
            retired=pack.retired,
            rules=tuple(rules),
            attestations=tuple(attestations),
        )
    )
