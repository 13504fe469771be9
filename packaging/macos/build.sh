#!/bin/sh
# packaging/macos/build.sh [--unsigned] [OUT]: the package for this Mac's kind of processor, signed and
# notarised. Run on a Mac with Python 3.11 and Xcode's command line tools, from the repository:
#
#   DENTINEL_SIGN_PROGRAM="Developer ID Application: North Quay IT (TEAMID1234)" \
#   DENTINEL_SIGN_PACKAGE="Developer ID Installer: North Quay IT (TEAMID1234)" \
#   DENTINEL_NOTARY=north-quay packaging/macos/build.sh dist
#
# DENTINEL_NOTARY is a profile of `xcrun notarytool store-credentials`. Signatures make two builds
# differ; what is signed does not.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
house=$(cd "$here/../.." && pwd)
python=${PYTHON:-python3.11}
signed=yes
if [ "${1:-}" = --unsigned ]; then
    signed=no
    shift
fi
out=${1:-dist}
revision=${DENTINEL_REVISION:-1}
# PyInstaller freezes hashes and times; both are those of the release.
export PYTHONHASHSEED=0 SOURCE_DATE_EPOCH="${SOURCE_DATE_EPOCH:-$(git -C "$house" log -1 --format=%ct)}"

if [ "$signed" = yes ]; then
    : "${DENTINEL_SIGN_PROGRAM:?names no Developer ID Application, or build with --unsigned}"
    : "${DENTINEL_SIGN_PACKAGE:?names no Developer ID Installer, or build with --unsigned}"
    : "${DENTINEL_NOTARY:?names no profile of notarytool, or build with --unsigned}"
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
version=$(cd "$house" && "$python" -c 'from agent.version import VERSION; print(VERSION)')-$revision
arch=$(uname -m)

# The program: a folder with its own Python (docs/decisions, on packages for macOS).
"$python" -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --require-hashes -r "$house/requirements/freeze.txt"
(cd "$house" && "$work/venv/bin/python" packaging/frozen/freeze.py "$work/frozen")

# As it lies on the disk.
root=$work/root
mkdir -p "$root/opt" "$root/Library/LaunchDaemons" "$root/etc/newsyslog.d" "$root/etc/paths.d"
cp -R "$work/frozen/dentinel" "$root/opt/dentinel"
install -m 755 "$here/guard" "$here/uninstall" "$root/opt/dentinel/"
echo "$version" >"$root/opt/dentinel/VERSION"
install -m 644 "$here/dentinel.guard.plist" "$root/Library/LaunchDaemons/"
install -m 644 "$here/newsyslog.conf" "$root/etc/newsyslog.d/dentinel.conf"
echo /opt/dentinel >"$root/etc/paths.d/dentinel"
mkdir "$work/scripts"
for script in preinstall postinstall; do
    sed "s/@VERSION@/$version/" "$here/scripts/$script" >"$work/scripts/$script"
    chmod 755 "$work/scripts/$script"
done

# Every library first, the program last: a signature covers what is signed already.
if [ "$signed" = yes ]; then
    find "$root/opt/dentinel/_internal" -type f \( -name '*.so' -o -name '*.dylib' -o -name Python \) \
        -exec codesign --force --timestamp --options runtime --sign "$DENTINEL_SIGN_PROGRAM" {} +
    codesign --force --timestamp --options runtime --identifier dentinel.agent \
        --entitlements "$here/entitlements.plist" --sign "$DENTINEL_SIGN_PROGRAM" \
        "$root/opt/dentinel/dentinel"
    codesign --verify --strict --verbose=2 "$root/opt/dentinel/dentinel"
fi

# A signature changes a file: what each of them is, is written down after it.
PYTHONPATH=$house:$house/packaging "$work/venv/bin/python" -m shipping.frozen \
    "$root/opt/dentinel" "$work/frozen/work/dentinel"
cp "$root/opt/dentinel/bom.cdx.json" "$out/dentinel_$arch-pkg.cdx.json"

pkgbuild --root "$root" --install-location / --ownership recommended \
    --identifier dentinel.agent --version "$version" --scripts "$work/scripts" \
    "$work/dentinel-agent.pkg"
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" "$here/Distribution.xml" >"$work/Distribution.xml"
package=$out/dentinel-$version-$arch.pkg
if [ "$signed" = no ]; then
    productbuild --distribution "$work/Distribution.xml" --package-path "$work" "$package"
    echo "$package: not signed, a Mac installs it only where a person allows it"
    exit 0
fi
productbuild --distribution "$work/Distribution.xml" --package-path "$work" \
    --sign "$DENTINEL_SIGN_PACKAGE" --timestamp "$package"
xcrun notarytool submit "$package" --keychain-profile "$DENTINEL_NOTARY" --wait
xcrun stapler staple "$package"
spctl --assess --verbose --type install "$package"
echo "$package"
