import contextlib, email, email.policy, functools, json, os, pathlib, re, socket, subprocess, tempfile, time, unittest, urllib.error, urllib.request
from aiosmtpd.controller import Controller
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
import harness
from notify import EMAIL_TEMPLATE, KEY, SMS_TEMPLATE, Notify, Refusal

DATABASE = "lantern_delivery"
TOKEN = "a-token-of-twenty-or-more"


class Catcher:
    """An SMTP server that keeps what it takes, and refuses whoever is called so."""

    def __init__(self):
        self.taken = []  # (sender, recipients, message)

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 No such person here"
        if address.startswith("busy"):
            return "451 4.3.0 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append((envelope.mail_from, envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def connection():
    return os.environ["DATABASE_URL"] + f" dbname={DATABASE}"  # of two settings of one name the last counts


def query(text):
    return subprocess.run(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", connection(), "-c", text], check=True, capture_output=True, text=True).stdout.strip()


@functools.cache
def database():
    """A database of its own, so that no other service takes what waits in it."""
    harness.sql(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
    harness.sql(f"CREATE DATABASE {DATABASE}")
    for command in (["migrate", "--apply"], ["demo", "load", "--json"]):
        subprocess.run([os.environ["LANTERN_BINARY"], *command], check=True, capture_output=True, env={**os.environ, "DATABASE_URL": connection()})
    # What the service writes by itself, to members, committees and tasking groups, would come between: nobody has to be told anything here.
    query("TRUNCATE member, hearing, hot_spot CASCADE")
    return DATABASE


@contextlib.contextmanager
def serving(**settings):
    """A service with these settings; gives its address."""
    database()
    query("DELETE FROM delivery")
    with tempfile.TemporaryDirectory() as home:
        log = open(pathlib.Path(home) / "log", "w+")
        service = subprocess.Popen(
            [os.environ["LANTERN_BINARY"], "serve", "--port", str(free_port())], stdout=log, stderr=subprocess.STDOUT,
            env={**os.environ, "DATABASE_URL": connection(), "LANTERN_HOME": home, **settings})
        try:
            def bound():
                return re.search(r"Lantern is at (http://\S+)", pathlib.Path(log.name).read_text())

            found = eventually(bound, lambda found: found or service.poll() is not None)
            if not found:
                raise AssertionError("the service did not start: " + pathlib.Path(log.name).read_text()[-2000:])
            yield found[1]
        finally:
            service.terminate()
            service.wait(20)
            log.close()


def eventually(ask, good, seconds=30):
    """Asks until the answer is good, and gives it."""
    end = time.monotonic() + seconds
    while True:
        answer = ask()
        if good(answer):
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"after {seconds} s it was still {answer!r}")
        time.sleep(0.1)


def put(recipient, channel="email", subject="Safeguarding guidance: “lantern” & Söhne", body="To Amina\n\nhttp://localhost/a/link"):
    """Puts a message into the outbox; gives its id."""
    quoted = [text.replace("'", "''") for text in (channel, recipient, subject, body)]
    return query(
        "INSERT INTO delivery (authority_id, registration_id, purpose, channel, recipient, name, subject, body, not_before, made_by, made_at)"
        f" SELECT authority_id, id, 'guidance', '{quoted[0]}', '{quoted[1]}', 'Amina', '{quoted[2]}', '{quoted[3]}', now(), gen_random_uuid(), now()"
        " FROM registration ORDER BY id LIMIT 1 RETURNING id")


def becomes(message, state):
    """Waits for a message to be in a state; gives it as the database holds it."""
    def row():
        return json.loads(query(f"SELECT to_json(d) FROM delivery d WHERE id = '{message}'"))

    return eventually(row, lambda found: found["state"] == state)


def hurry(message):
    """Waits for a message to be put back, and lets it be tried at once."""
    def put_back():
        return json.loads(query(f"SELECT to_json(d) FROM delivery d WHERE id = '{message}'"))

    found = eventually(put_back, lambda d: d["state"] == "queued" and d["attempts"] > 0 and d["last_error"])
    query(f"UPDATE delivery SET not_before = now() WHERE id = '{message}'")
    return found


class Mail(unittest.TestCase):
    def test_through_msmtp(self):
        """Messages go through msmtp to a mail server, once; who is refused is told apart from who is busy"""
        catcher = Catcher()
        port = free_port()
        controller = Controller(catcher, hostname="127.0.0.1", port=port)
        controller.start()
        self.addCleanup(controller.stop)
        with tempfile.TemporaryDirectory() as directory:
            file = pathlib.Path(directory) / "msmtprc"
            file.write_text(f"account default\nhost 127.0.0.1\nport {port}\nauth off\ntls off\ntimeout 10\n")
            file.chmod(0o600)
            with serving(LANTERN_MSMTP=str(file), LANTERN_MAIL_FROM="Licensing <licensing@example.org>"):
                taken, none, busy = put("amina@example.org"), put("nobody@example.org"), put("busy@example.org")
                row = becomes(taken, "sent")
                self.assertEqual(("smtp", "", 1), (row["carrier"], row["body"], row["attempts"]))
                self.assertIn("does not know the address", becomes(none, "failed")["last_error"])
                self.assertIn("could not be reached, or was busy", hurry(busy)["last_error"])
                query(f"UPDATE delivery SET recipient = 'free@example.org' WHERE id = '{busy}'")
                becomes(busy, "sent")
        self.assertEqual([["amina@example.org"], ["free@example.org"]], [to for _, to, _ in catcher.taken])
        sender, _, message = catcher.taken[0]
        self.assertEqual("licensing@example.org", sender)
        self.assertEqual("Safeguarding guidance: “lantern” & Söhne", message["subject"])
        self.assertEqual("To Amina\n\nhttp://localhost/a/link", message.get_content().replace("\r\n", "\n").strip())
        self.assertIn(row["reference"], message["message-id"])


class NotifysOwnClient(unittest.TestCase):
    def test_the_stand_in_is_what_the_client_expects(self):
        """GOV.UK Notify's own client for Python accepts the stand-in"""
        with Notify() as notify:
            client = NotificationsAPIClient(KEY, base_url=notify.url)
            sent = client.send_email_notification("amina@example.org", EMAIL_TEMPLATE, {"subject": "S", "body": "B"}, reference="r1")
            self.assertEqual(("r1", "S"), (sent["reference"], sent["content"]["subject"]))
            text = client.send_sms_notification("07700 900123", SMS_TEMPLATE, {"body": "B"}, reference="r2")
            self.assertEqual("sending", client.get_notification_by_id(text["id"])["status"])
            self.assertEqual([sent["id"]], [m["id"] for m in client.get_all_notifications(reference="r1")["notifications"]])
            refused = [
                (400, lambda: client.send_email_notification("nobody", EMAIL_TEMPLATE, {"subject": "S", "body": "B"})),
                (400, lambda: client.send_email_notification("amina@example.org", EMAIL_TEMPLATE, {"subject": "S"})),
                (400, lambda: client.send_sms_notification("07700900123", EMAIL_TEMPLATE, {"subject": "S", "body": "B"})),
                (404, lambda: client.get_notification_by_id("00000000-0000-0000-0000-000000000000")),
                (403, lambda: NotificationsAPIClient(KEY[:-1] + "f", base_url=notify.url).get_all_notifications()),
            ]
            for status, act in refused:
                with self.assertRaises(HTTPError) as caught:
                    act()
                self.assertEqual(status, caught.exception.status_code)
            self.assertEqual(2, len(notify.messages))


class ThroughNotify(unittest.TestCase):
    def settings(self, notify):
        return dict(
            LANTERN_NOTIFY_KEY=KEY, LANTERN_NOTIFY_URL=notify.url, LANTERN_NOTIFY_EMAIL_TEMPLATE=EMAIL_TEMPLATE, LANTERN_NOTIFY_SMS_TEMPLATE=SMS_TEMPLATE,
            LANTERN_NOTIFY_CALLBACK_TOKEN=TOKEN)

    def test_sent_once_and_asked_about(self):
        """E-mail and text messages are taken once under their reference; minutes later Notify is asked what became of them"""
        with Notify() as notify, serving(**self.settings(notify)):
            letter, text = put("amina@example.org"), put("07700900123", channel="sms")
            for message in (letter, text):
                row = becomes(message, "sent")
                self.assertEqual([row["provider_id"]], [m["id"] for m in notify.messages if m["reference"] == row["reference"]])
                self.assertEqual(("notify", ""), (row["carrier"], row["body"]))
            self.assertEqual({"To Amina\n\nhttp://localhost/a/link"}, {m["body"] for m in notify.messages})
            for message in notify.messages:
                message["status"] = "delivered" if message["type"] == "email" else "permanent-failure"
            query("UPDATE delivery SET settled_at = settled_at - interval '6 minutes'")
            becomes(letter, "delivered")
            self.assertIn("does not exist", becomes(text, "failed")["last_error"])
            self.assertEqual(2, len(notify.posts()))

    def test_told_by_callback(self):
        """Notify tells by a post with the token what became of a message; without it, nobody does"""
        with Notify() as notify, serving(**self.settings(notify)) as address:
            message = put("amina@example.org")
            id_ = becomes(message, "sent")["provider_id"]

            def tell(token, status="delivered"):
                report = {"id": id_, "reference": "x", "to": "amina@example.org", "status": status, "notification_type": "email"}
                headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
                try:
                    return urllib.request.urlopen(urllib.request.Request(address + "/notify/receipts", json.dumps(report).encode(), headers)).status
                except urllib.error.HTTPError as error:
                    return error.code

            self.assertEqual([401, 401], [tell(None), tell(TOKEN + "x")])
            self.assertEqual("sent", becomes(message, "sent")["state"])
            self.assertEqual(204, tell(TOKEN))
            becomes(message, "delivered")

    def test_when_it_goes_wrong(self):
        """Too many and a fault of theirs are tried again, a lost answer is not sent twice, and a refusal is a dead letter"""
        with Notify() as notify, serving(**self.settings(notify)):
            for refusal, why in [
                (Refusal(429, "RateLimitError", "Exceeded rate limit"), "asks for patience"), (Refusal(500, "Exception", "Internal server error"), "answered 500"),
            ]:
                notify.refusals.append(refusal)
                message = put("amina@example.org")
                self.assertIn(why, hurry(message)["last_error"])
                self.assertEqual(2, becomes(message, "sent")["attempts"])
            self.assertEqual(2, len(notify.messages))

            notify.lose = 1
            message = put("amina@example.org")
            self.assertIn("could not be reached", hurry(message)["last_error"])
            row = becomes(message, "sent")
            self.assertEqual([row["provider_id"]], [m["id"] for m in notify.messages if m["reference"] == row["reference"]])

            for bad in ("nobody", "amina@example"):
                dead = becomes(put(bad), "failed")
                self.assertIn("ValidationError", dead["last_error"])
                self.assertEqual((1, None), (dead["attempts"], dead["provider_id"]))
            # Who is not to be reached is told where officers look.
            self.assertEqual("2", query("SELECT count(*) FROM delivery WHERE state IN ('failed', 'dead')"))

