"""What does the installer of Windows have to know? A folder's files, as the words of wixl.

- One component a file, its GUID from its path: the same file is the same component in each release.
- The service is stopped before files are changed and started after; it is removed with them.
- An older release than the one that is there is refused with a sentence.
- What wixl has no words for is written into the tables afterwards (shipping.tables).

https://learn.microsoft.com/windows/win32/msi/windows-installer-portal
"""

import uuid
from pathlib import Path
from xml.etree import ElementTree as Xml

from shipping.products import VERSION

PROGRAM = "dentinel.exe"
UPGRADE = "7B3C5B0E-5C2B-5E0C-9A55-7C9C0C1F3A11"
"""The UpgradeCode: what all releases have in common, for ever."""
_SPACE = uuid.UUID(UPGRADE)
_OLDER = (
    "A newer release of dentinel is installed here. What it has written would not be understood by"
    " this one: install that release or a newer one; or remove it with PURGE=1, and begin anew."
)


def number(revision: int) -> str:
    """The ProductVersion; of its parts Windows compares three, so the third counts both."""
    major, minor, patch = VERSION.split(".")
    return f"{major}.{minor}.{int(patch) * 100 + revision}"


def guid(*words: str) -> str:
    """A GUID that is always the same for the same words."""
    return str(uuid.uuid5(_SPACE, "\0".join(words))).upper()


def document(layout: Path, revision: int) -> bytes:
    """The source that wixl compiles."""
    root = Xml.Element("Wix", xmlns="http://schemas.microsoft.com/wix/2006/wi")
    product = Xml.SubElement(
        root,
        "Product",
        Id=guid("product", number(revision)),
        UpgradeCode=UPGRADE,
        Name="dentinel",
        Manufacturer="the makers of dentinel",
        Version=number(revision),
        Language="1033",
    )
    Xml.SubElement(
        product,
        "Package",
        InstallerVersion="500",
        Compressed="yes",
        InstallScope="perMachine",
        Description=f"dentinel {VERSION}-{revision}",
        Manufacturer="the makers of dentinel",
    )
    Xml.SubElement(product, "Media", Id="1", Cabinet="dentinel.cab", EmbedCab="yes")
    Xml.SubElement(product, "MajorUpgrade", DowngradeErrorMessage=_OLDER)
    _properties(product)
    components = _folders(product, layout, revision)
    feature = Xml.SubElement(product, "Feature", Id="Agent", Title="dentinel", Level="1")
    for component in components:
        Xml.SubElement(feature, "ComponentRef", Id=component)
    Xml.indent(root)
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _properties(product: Xml.Element) -> None:
    for name, value in (
        ("MsiHiddenProperties", "JOIN"),
        ("ARPNOMODIFY", "1"),
        ("ARPCOMMENTS", "Does this machine keep X-rays safe? The agent of a dental practice"),
        ("MSIRESTARTMANAGERCONTROL", "Disable"),
        ("REBOOT", "ReallySuppress"),
    ):
        Xml.SubElement(product, "Property", Id=name, Value=value)


def _folders(product: Xml.Element, layout: Path, revision: int) -> list[str]:
    """All files in their folders, with the names of their components."""
    target = Xml.SubElement(product, "Directory", Id="TARGETDIR", Name="SourceDir")
    programs = Xml.SubElement(target, "Directory", Id="ProgramFiles64Folder")
    places = {Path(): Xml.SubElement(programs, "Directory", Id="INSTALLDIR", Name="dentinel")}
    components = []
    for path in sorted(layout.rglob("*"), key=lambda path: path.relative_to(layout).as_posix()):
        inside = path.relative_to(layout)
        name = _id(inside)
        if path.is_dir():
            places[inside] = Xml.SubElement(
                places[inside.parent], "Directory", Id=f"d{name}", Name=path.name
            )
            continue
        component = _component(places[inside.parent], inside)
        file = "Program" if str(inside) == PROGRAM else f"f{name}"
        Xml.SubElement(
            component,
            "File",
            Id=file,
            Name=path.name,
            Source=f"{layout.name}/{inside.as_posix()}",
            KeyPath="yes",
        )
        if file == "Program":
            _service(component)
            _marks(component, revision)
        components.append(component.get("Id", ""))
    return components


def _component(folder: Xml.Element, inside: Path) -> Xml.Element:
    name = "Agent" if str(inside) == PROGRAM else f"c{_id(inside)}"
    return Xml.SubElement(
        folder, "Component", Id=name, Guid=guid("component", inside.as_posix()), Win64="yes"
    )


def _service(component: Xml.Element) -> None:
    """As LocalSystem: nobody less reads the whole machine. Recovery: agent.service.recovery."""
    Xml.SubElement(
        component,
        "ServiceInstall",
        Id="Service",
        Name="dentinel",
        DisplayName="dentinel",
        Description="Watches imaging folders and the state of this machine, and reports",
        Type="ownProcess",
        Start="auto",
        ErrorControl="normal",
        Account="LocalSystem",
        Arguments="agent service",
        Vital="yes",
    )
    Xml.SubElement(
        component,
        "ServiceControl",
        Id="Service",
        Name="dentinel",
        Start="install",
        Stop="both",
        Remove="uninstall",
        Wait="yes",
    )


def _marks(component: Xml.Element, revision: int) -> None:
    """For whoever asks from outside which release is here: Intune, an RMM, a script."""
    for name, value in (("Version", f"{VERSION}-{revision}"), ("Program", "[#Program]")):
        Xml.SubElement(
            component,
            "RegistryValue",
            Root="HKLM",
            Key=r"SOFTWARE\dentinel",
            Name=name,
            Type="string",
            Value=value,
        )


def _id(inside: Path) -> str:
    """A name of at most 72 characters, letters and digits, for any path."""
    return guid("path", inside.as_posix()).replace("-", "")
