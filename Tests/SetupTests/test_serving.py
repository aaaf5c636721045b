"""bin/serve and its neighbours around a program that only pretends: what is started, kept, shared and stopped."""
import os, pathlib, shutil, signal, socket, subprocess, sys, tempfile, time, unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = r"""#!/usr/bin/python3
import os, signal, socket, subprocess, sys
def sql(query):
    return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", os.environ["DATABASE_URL"], "-c", query],
                          check=True, capture_output=True, text=True).stdout.strip()
if sys.argv[1] == "migrate":
    sql("CREATE SCHEMA IF NOT EXISTS sec; CREATE TABLE IF NOT EXISTS sec.account (kind text)")
elif sys.argv[1] == "demo":
    if sql("SELECT count(*) FROM sec.account") == "0":
        sql("INSERT INTO sec.account VALUES ('person')")
        print("a link that works once")
elif sys.argv[1] == "serve":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    door = socket.create_server(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])))
    print("Lantern is at its address", flush=True)
    while True:
        door.accept()[0].close()
"""


class Serving(unittest.TestCase):
    def setUp(self):
        self.place = pathlib.Path(tempfile.mkdtemp())
        self.place.chmod(0o711)  # the server's user passes through
        self.addCleanup(shutil.rmtree, self.place)
        shutil.copytree(ROOT / "bin", self.place / "bin")
        (self.place / "bin/setup").write_text("#!/bin/sh\n")
        (self.place / "Sources").mkdir()
        (self.place / "Package.swift").touch()
        program = self.place / ".build/release/lantern"
        program.parent.mkdir(parents=True)
        program.write_text(PROGRAM)
        program.chmod(0o755)
        (program.parent.parent / ".lantern-built-release").touch()
        self.home = self.place / "home"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]

    @property
    def variables(self):
        unset = {"DATABASE_URL", "LANTERN_DEMO", "LANTERN_CONFIGURATION"}
        return {**{k: v for k, v in os.environ.items() if k not in unset}, "LANTERN_HOME": str(self.home), "LANTERN_PORT": str(self.port),
                "LANTERN_SHARED_BUFFERS": "32MB"}

    def serve(self):
        """bin/serve, once it serves."""
        log = self.place / "serve.log"
        with log.open("w") as out:
            service = subprocess.Popen([self.place / "bin/serve"], stdout=out, stderr=out, env=self.variables, start_new_session=True)
        self.addCleanup(lambda: service.poll() is None and (service.terminate(), service.wait(30)))
        for _ in range(300):
            if "Lantern is at" in log.read_text():
                return service
            if service.poll() is not None:
                break
            time.sleep(0.1)
        self.fail(log.read_text())

    def psql(self, query):
        done = subprocess.run([self.place / "bin/psql", "-XAtc", query], capture_output=True, text=True, env=self.variables, timeout=60)
        self.assertEqual(0, done.returncode, done.stderr)
        return done.stdout.strip()

    def server(self):
        """The process of the private server, or nothing."""
        try:
            return int((self.home / "postgres/data/postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return None

    def test_everything_stops_and_the_data_stay(self):
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            service = self.serve()
            self.assertEqual("1", self.psql("SELECT count(*) FROM sec.account"))
            self.assertIsNotNone(self.server())
            service.send_signal(sign)
            self.assertEqual(0, service.wait(30))
            self.assertIsNone(self.server())
        self.assertEqual("a link that works once\n", (self.home / "first-sign-in.txt").read_text())
        self.assertEqual(0o600, (self.home / "first-sign-in.txt").stat().st_mode & 0o777)

    def test_who_leaves_last_stops_the_server(self):
        service = self.serve()
        session = subprocess.Popen([self.place / "bin/psql", "-XAtq"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.variables)
        session.stdin.write("SELECT 'here';\n")
        session.stdin.flush()
        self.assertEqual("here\n", session.stdout.readline())
        service.terminate()
        self.assertEqual(0, service.wait(30))
        out, _ = session.communicate("SELECT count(*) FROM sec.account;\n", timeout=30)
        self.assertEqual("1\n", out)
        self.assertIsNone(self.server())

    def test_after_a_power_cut(self):
        """The server was killed, and its process number is another program's by now."""
        service = self.serve()
        killed = self.server()
        os.killpg(service.pid, signal.SIGKILL)
        os.kill(killed, signal.SIGKILL)
        service.wait(30)
        other = subprocess.Popen(["sleep", "60"])
        self.addCleanup(lambda: (other.kill(), other.wait()))
        note = self.home / "postgres/data/postmaster.pid"
        note.write_text("\n".join([str(other.pid), *note.read_text().split("\n")[1:]]))
        self.serve()
        self.assertIsNone(other.poll())

    def test_a_home_that_no_socket_fits(self):
        self.home = self.place / ("x" * 60) / "it's a long, long way"
        service = self.serve()
        self.assertEqual("1", self.psql("SELECT count(*) FROM sec.account"))
        socket_directory = self.psql("SHOW unix_socket_directories")
        self.assertTrue(socket_directory.startswith("/tmp/lantern-"), socket_directory)
        self.addCleanup(shutil.rmtree, socket_directory, ignore_errors=True)
        service.terminate()
        self.assertEqual(0, service.wait(30))

    @unittest.skipUnless(os.getuid() == 0, "only root meets a directory of somebody else's that it may enter")
    def test_a_directory_that_somebody_else_laid(self):
        laid = self.home / "postgres"
        for lay in (lambda: laid.mkdir(parents=True), lambda: (laid.rmdir(), laid.symlink_to("/etc"))):
            lay()
            done = subprocess.run([self.place / "bin/psql"], capture_output=True, text=True, env=self.variables, timeout=60)
            self.assertEqual(1, done.returncode)
            self.assertIn("should be a directory of the user", done.stderr)
        self.assertEqual(0, pathlib.Path("/etc").stat().st_uid)

    def test_a_backup_comes_back(self):
        self.serve().terminate()
        backup = self.place / "kept.dump"
        for command, home in (("backup", self.home), ("restore", self.place / "other")):
            done = subprocess.run([self.place / "bin" / command, backup], capture_output=True, text=True,
                                  env={**self.variables, "LANTERN_HOME": str(home)}, timeout=60)
            self.assertEqual(0, done.returncode, done.stderr)
        self.home = self.place / "other"
        self.assertEqual("1", self.psql("SELECT count(*) FROM sec.account"))

    def test_a_build_is_interrupted_at_once(self):
        """With all that it started: delete `set -m` in common.sh to see the sleeper stay."""
        tools = self.place / "tools"
        tools.mkdir()
        (tools / "swift").write_text(f"#!/bin/sh\nsleep 60 &\necho $! >{tools}/sleeper\nwait\n")
        (tools / "swift").chmod(0o755)
        (self.place / ".build/.lantern-built-release").unlink()
        service = subprocess.Popen([self.place / "bin/serve"], stderr=subprocess.DEVNULL,
                                   env={**self.variables, "PATH": f"{tools}:{os.environ['PATH']}"})
        while not (tools / "sleeper").exists() or not (tools / "sleeper").read_text().strip():
            time.sleep(0.05)
        service.terminate()
        self.assertEqual(0, service.wait(15))
        stat = pathlib.Path(f"/proc/{(tools / 'sleeper').read_text().strip()}/stat")
        self.assertTrue(not stat.exists() or stat.read_text().split()[2] == "Z")


class Packages(unittest.TestCase):
    def ask(self, words, **variables):
        script = f'. "{ROOT}/bin/lib/common.sh"; . "{ROOT}/bin/lib/packages.sh"; {words}'
        return subprocess.run(["bash", "-euo", "pipefail", "-c", script], capture_output=True, text=True, env={**os.environ, **variables}, timeout=60)

    def test_a_package_never_heard_of_is_missing(self):
        done = self.ask('packages() { echo "serve bash why"; echo "serve lantern-unheard-of why"; echo "test lantern-neither why"; }; packages_missing serve')
        self.assertEqual((0, "lantern-unheard-of "), (done.returncode, done.stdout))

    def test_without_root_the_command_is_told(self):
        with tempfile.TemporaryDirectory() as place:
            for name, words in (("id", "echo 1000"), ("sudo", "exit 1")):
                (pathlib.Path(place) / name).write_text(f"#!/bin/sh\n{words}\n")
                (pathlib.Path(place) / name).chmod(0o755)
            done = self.ask("packages_install xlsx2csv </dev/null", PATH=f"{place}:{os.environ['PATH']}")
        self.assertEqual(1, done.returncode)
        self.assertIn("apt-get install -y --no-install-recommends xlsx2csv", done.stderr)


if __name__ == "__main__":
    unittest.main()
