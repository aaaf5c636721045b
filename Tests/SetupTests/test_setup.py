"""The commands of bin/ refuse what they should, in words, and touch nothing."""
import hashlib, io, json, os, pathlib, shutil, socket, subprocess, sys, tempfile, unittest, zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(*command, **variables):
    # DATABASE_URL names no server: were a command to get past its refusals, it would find none to harm.
    environment = {**os.environ, "DATABASE_URL": "host=/nonexistent", **variables}
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, env=environment, timeout=60)
    return done.returncode, done.stdout + done.stderr


class Assets(unittest.TestCase):
    """bin/lib/assets.py against a package that pip finds in a directory instead of the network."""

    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.place)
        self.data = b"body{font-family:GDS Transport,arial}"
        with zipfile.ZipFile(self.place / "lantern_sample-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr("sample/a.css", self.data)
            wheel.writestr("lantern_sample-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: lantern-sample\nVersion: 1.0\n")
            wheel.writestr("lantern_sample-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr("lantern_sample-1.0.dist-info/RECORD", "")
        (self.place / "Config").mkdir()

    def fetch(self, upstream, sha256, **more):
        lock = {"files": [{"name": "a.css", "wheel": "lantern-sample==1.0", "path": "sample/a.css", "upstream": upstream, "sha256": sha256, **more}]}
        (self.place / "Config/assets.json").write_text(json.dumps(lock))
        return run(sys.executable, ROOT / "bin/lib/assets.py", self.place, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(self.place))

    def test_the_named_file_is_taken_once(self):
        digest = hashlib.sha256(self.data).hexdigest()
        code, said = self.fetch(digest, digest)
        self.assertEqual(0, code, said)
        self.assertEqual(self.data, (self.place / ".lantern-assets/a.css").read_bytes())
        self.assertEqual((0, ""), self.fetch(digest, digest))

    def test_the_councils_typeface_replaces_the_crowns(self):
        changed = b"body{font-family:arial}"
        code, said = self.fetch(hashlib.sha256(self.data).hexdigest(), hashlib.sha256(changed).hexdigest(), withoutCrownFont=True)
        self.assertEqual(0, code, said)
        self.assertEqual(changed, (self.place / ".lantern-assets/a.css").read_bytes())

    def test_another_file_is_refused(self):
        for upstream, sha256 in (("0" * 64, "0" * 64), (hashlib.sha256(self.data).hexdigest(), "0" * 64)):
            code, said = self.fetch(upstream, sha256)
            self.assertEqual(1, code)
            self.assertIn("Nothing was installed", said)
            self.assertFalse((self.place / ".lantern-assets/a.css").exists())

    def test_a_damaged_file_is_fetched_again(self):
        digest = hashlib.sha256(self.data).hexdigest()
        self.fetch(digest, digest)
        (self.place / ".lantern-assets/a.css").write_text("x")
        self.assertEqual(0, self.fetch(digest, digest)[0])
        self.assertEqual(self.data, (self.place / ".lantern-assets/a.css").read_bytes())

    def test_no_package_is_told_in_words(self):
        (self.place / "lantern_sample-1.0-py3-none-any.whl").unlink()
        code, said = self.fetch("0" * 64, "0" * 64)
        self.assertEqual(1, code)
        self.assertIn("could not be fetched", said)


class WithoutPDF(unittest.TestCase):
    def test_lantern_is_set_up_without_what_makes_pdf_files(self):
        place = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, place)
        shutil.copytree(ROOT / "bin", place / "bin")
        for name in ("Config", ".lantern-assets"):
            (place / name).symlink_to(ROOT / name)
        code, said = run(place / "bin/setup", PIP_NO_INDEX="1")
        self.assertEqual(0, code, said)
        self.assertIn("letters are then printed from the browser", said)
        self.assertFalse((place / ".venv-pdf").exists())


class Refusals(unittest.TestCase):
    def setUp(self):
        self.home = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.home)

    def test_what_is_no_port(self):
        for port in ("none", "0", "65536", "80 80"):
            code, said = run(ROOT / "bin/serve", LANTERN_HOME=str(self.home), LANTERN_PORT=port)
            self.assertEqual(1, code)
            self.assertIn("is not a port", said)

    def test_a_port_in_use(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            code, said = run(ROOT / "bin/serve", LANTERN_HOME=str(self.home), LANTERN_PORT=str(taken.getsockname()[1]))
        self.assertEqual(1, code)
        self.assertIn("is in use by another program", said)

    def test_one_service_on_one_home(self):
        lock = self.home / "serve.lock"
        held = subprocess.Popen(["flock", str(lock), "sh", "-c", "echo held; read line"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            held.stdout.readline()
            code, said = run(ROOT / "bin/serve", LANTERN_HOME=str(self.home))
            self.assertEqual(1, code)
            self.assertIn("is running on", said)
        finally:
            held.communicate(b"\n")

    def test_no_swift(self):
        # Everything but Swift is on the path.
        path = ":".join(part for part in os.environ["PATH"].split(":") if not os.access(os.path.join(part, "swift"), os.X_OK))
        code, said = run(ROOT / "bin/setup", PATH=path)
        self.assertEqual(1, code)
        self.assertIn("Swift is not installed", said)

    def test_an_old_swift(self):
        tool = self.home / "swift"
        tool.write_text("#!/bin/sh\necho 'Swift version 5.10 (swift-5.10-RELEASE)'\n")
        tool.chmod(0o755)
        code, said = run(ROOT / "bin/setup", PATH=f"{self.home}:{os.environ['PATH']}")
        self.assertEqual(1, code)
        self.assertIn("Swift 5.10 is too old", said)

    def test_a_backup_that_was_changed(self):
        backup = self.home / "a.dump"
        backup.write_bytes(b"PGDMP")
        code, said = run(ROOT / "bin/restore", backup, LANTERN_HOME=str(self.home))
        self.assertIn(".sha256 is missing", said)
        self.assertEqual(1, code)
        (self.home / "a.dump.sha256").write_text("0" * 64 + "  a.dump\n")
        code, said = run(ROOT / "bin/restore", backup, LANTERN_HOME=str(self.home))
        self.assertIn("was changed or damaged", said)
        self.assertEqual(1, code)

    def test_a_backup_is_never_overwritten(self):
        backup = self.home / "a.dump"
        backup.write_bytes(b"kept")
        code, said = run(ROOT / "bin/backup", backup, LANTERN_HOME=str(self.home))
        self.assertEqual(1, code)
        self.assertIn("never overwritten", said)
        self.assertEqual(b"kept", backup.read_bytes())


if __name__ == "__main__":
    unittest.main()
