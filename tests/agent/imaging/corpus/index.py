"""All families of the corpus, and the program without which each cannot be made."""

from collections.abc import Callable, Iterator

from tests.agent.imaging.corpus import archives, disks, documents, secrets
from tests.agent.imaging.corpus.base import Bench, Sample

FAMILIES: dict[Callable[[Bench], Iterator[Sample]], tuple[str, ...]] = {
    archives.seven_zip: ("7z",),
    archives.zips: ("7z", "zip"),
    archives.sealed: ("7z", "openssl"),
    archives.compressed: ("7z", "zstd", "lz4", "genisoimage"),
    secrets.gpg: ("gpg",),
    secrets.age: ("age",),
    secrets.openssl: ("openssl",),
    secrets.rclone: ("rclone",),
    secrets.written: (),
    disks.luks: ("cryptsetup",),
    disks.virtual: ("qemu-img",),
    disks.partitioned: ("cryptsetup",),
    disks.written: (),
    disks.programs: (),
    documents.office: (),
    documents.old_office: (),
    documents.pdfs: ("qpdf",),
    documents.scans: (),
    documents.databases: (),
    documents.media: (),
    documents.keys: ("ssh-keygen",),
    documents.practice: (),
}
