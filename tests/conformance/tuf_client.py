#!/usr/bin/env python
"""The agents' client of The Update Framework, under the command line of its conformance suite.

    tuf_client.py --metadata-dir DIR init ROOT
    tuf_client.py --metadata-dir DIR --metadata-url URL refresh
    tuf_client.py --metadata-dir DIR --metadata-url URL --target-name TARGET …
                  --target-base-url URL --target-dir DIR download

As theupdateframework/tuf-conformance wants it (CLIENT-CLI.md): 0 when all went well, 1 if any of
it did not. What runs is what every machine runs: agent.packs.client with the fetcher of
agent.packs.fetch. Only the wire is another, because the suite serves plain HTTP.
"""

import argparse
import http.client
import shutil
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parents[2]))

from agent.errors import AgentError
from agent.packs.client import Client, Repository
from agent.packs.fetch import Door
from agent.transport.base import NO_HEADERS, Reply

_MOST = 10_000_000


class Plain:
    """The suite's server: HTTP on loopback, a connection for each file."""

    def get(self, path: str, headers: Mapping[str, str] = NO_HEADERS) -> Reply:
        """Ask for a document by its whole URL."""
        url = urlsplit(path)
        link = http.client.HTTPConnection(url.netloc, timeout=20)
        link.request("GET", url.path, headers=dict(headers))
        answer = link.getresponse()
        return Reply(answer.status, answer.read())


def main(argv: Sequence[str]) -> int:
    """Run one command."""
    words = _words(argv)
    store: Path = words.metadata_dir
    welcome = store.with_name("welcome.json")
    if words.command == "init":
        for place in (welcome, store / "root.json"):
            shutil.copyfile(words.root, place)
        return 0
    try:
        repository = Repository(_folder(words.metadata_url), _folder(words.target_base_url))
        client = Client(store, repository, Door(Plain(), "none"), welcome.read_bytes())
        client.refresh()
        for target in words.target_name:
            _download(client, target, words.target_dir)
    except AgentError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _download(client: Client, target: str, into: Path) -> None:
    """Machines keep targets by their digest; the suite wants one file a target."""
    file = client.bring(target, _MOST, into.with_name("brought"))
    if file is None:
        raise AgentError(f"nobody has signed for {target}", "sign for it")
    copy = into / quote(target, safe="")
    if not copy.exists() or copy.read_bytes() != file.read_bytes():
        shutil.copyfile(file, copy)


def _folder(url: str) -> str:
    return url if url.endswith("/") else f"{url}/"


def _words(argv: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The client of dentinel's agents, to be tested.")
    parser.add_argument("--metadata-dir", type=Path, required=True)
    parser.add_argument("--metadata-url", default="")
    parser.add_argument("--target-name", action="append", default=[])
    parser.add_argument("--target-base-url", default="")
    parser.add_argument("--target-dir", type=Path)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init").add_argument("root", type=Path)
    commands.add_parser("refresh")
    commands.add_parser("download")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
