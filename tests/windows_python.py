"""How does a test get a real Python for Windows, with the agent's libraries, to run under Wine?

Panda3D's wheel carries CPython's own library for Windows, because it builds programs for Windows on
other systems. Around it: a program that calls it, the standard library of the Python that runs
this, the libraries of the agent's lock for Windows, and two libraries that Wine 8 or the wheel
lacks (python3.dll, which only forwards, and bcryptprimitives.dll, one function). Nothing of it is
shipped.
"""

import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

HOUSE = Path(__file__).parents[1]
KEPT = Path.home() / ".cache" / "dentinel" / "windows-python"
COMPILER = "x86_64-w64-mingw32-gcc"

_CARRIER = """panda3d==1.10.16 \\
    --hash=sha256:{hash}
"""
_HASH = "37acfb92655c4226879f95c988e2ef1449a53c54486d6c1ebc00e2772429af82"
_PROGRAM = """
#include <windows.h>
typedef int (*MAIN)(int, wchar_t **);
int wmain(int count, wchar_t **words) {
    HMODULE python = LoadLibraryW(L"python311.dll");
    return python ? ((MAIN)(void *)GetProcAddress(python, "Py_Main"))(count, words) : 111;
}
"""
_RANDOM = """
#include <windows.h>
#include <ntsecapi.h>
__declspec(dllexport) BOOL WINAPI ProcessPrng(PBYTE data, SIZE_T size) {
    return RtlGenRandom(data, (ULONG)size);
}
"""
_LEFT_OUT = (
    "site-packages",
    "lib-dynload",
    "test",
    "__pycache__",
    "config-*",
    "idlelib",
    "tkinter",
)


def lay(work: Path, root: Path) -> None:
    """Lay it out in a folder; CalledProcessError, OSError."""
    carrier = work / "carrier.txt"
    carrier.write_text(_CARRIER.format(hash=_HASH), encoding="ascii")
    _install(work / "carried", "--no-deps", "-r", carrier)
    libraries = root / "DLLs"
    libraries.mkdir()
    for path in (work / "carried" / "deploy_libs").iterdir():
        if not path.name.startswith(("api-ms-", "tcl", "tk", "_tkinter")):
            beside = path.suffix == ".dll" and path.name.lower().startswith(("python", "vcruntime"))
            shutil.copyfile(path, (root if beside else libraries) / path.name)
    ignored = shutil.ignore_patterns(*_LEFT_OUT)
    shutil.copytree(sysconfig.get_path("stdlib"), root / "Lib", ignore=ignored)
    _install(root / "Lib" / "site-packages", "-r", HOUSE / "requirements" / "agent.txt")
    _compile(work, root)


def _install(target: Path, *what: str | Path) -> None:
    uv = os.environ.get("UV", str(HOUSE / ".uv" / "bin" / "uv"))
    words: list[str | Path] = [uv, "pip", "install", "--quiet", "--no-compile", "--target", target]
    words += ["--python-version", "3.11", "--python-platform", "x86_64-pc-windows-msvc"]
    _run(*words, "--only-binary", ":all:", "--link-mode", "copy", "--require-hashes", *what)


def _compile(work: Path, root: Path) -> None:
    (work / "program.c").write_text(_PROGRAM, encoding="ascii")
    (work / "random.c").write_text(_RANDOM, encoding="ascii")
    (work / "nothing.c").write_text("int nothing;", encoding="ascii")
    said = _run("x86_64-w64-mingw32-objdump", "-p", root / "python311.dll")
    _, _, names = said.partition("[Ordinal/Name Pointer] Table")
    exported = [line.split()[-1] for line in names.splitlines() if line.strip().startswith("[")]
    forwards = "".join(f"{name} = python311.{name}\n" for name in exported)
    (work / "python3.def").write_text(f"LIBRARY python3\nEXPORTS\n{forwards}", encoding="ascii")
    _run(COMPILER, "-O2", "-municode", "-o", root / "python.exe", work / "program.c")
    shared = (COMPILER, "-shared", "-o")
    _run(*shared, root / "bcryptprimitives.dll", work / "random.c", "-ladvapi32")
    forwarding = ("-nostdlib", "-Wl,--entry=0", work / "nothing.c", work / "python3.def")
    _run(*shared, root / "python3.dll", *forwarding)


def _run(*words: str | Path) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout
