"""GOV.UK Notify's interface of messages, as far as Lantern leans on it, for tests: its checks, its errors, and the ways in which it goes wrong."""
import base64, contextlib, hmac, http.server, json, re, threading, time, urllib.parse, uuid

SERVICE, SECRET = "26785a09-ab16-4eb0-8407-a37497a57506", "3d844edf-8d35-48ac-975b-e847b4f122b0"
KEY = f"lantern_tests-{SERVICE}-{SECRET}"
EMAIL_TEMPLATE, SMS_TEMPLATE = "f33517ff-2a88-4f6e-b855-c550268ce08a", "5a0c6c2a-3c3e-4f07-a4b4-0a8c7e0f4b50"
TEMPLATES = {EMAIL_TEMPLATE: ("email", ["subject", "body"]), SMS_TEMPLATE: ("sms", ["body"])}
FIELDS = {
    "email": {"email_address", "template_id", "personalisation", "reference", "email_reply_to_id", "one_click_unsubscribe_url",
              "sanitise_content_for", "scheduled_for"},
    "sms": {"phone_number", "template_id", "personalisation", "reference", "sms_sender_id", "scheduled_for"},
}


class Refusal(Exception):
    def __init__(self, status, error, message):
        self.status, self.body = status, {"status_code": status, "errors": [{"error": error, "message": message}]}


class Notify:
    """One service of Notify. `with Notify() as notify:` gives its address in `notify.url`."""

    def __init__(self):
        self.messages = []  # all that were taken, latest last
        self.asked = []  # (method, path) of every request
        self.refusals = []  # what the next posts are answered with: Refusals
        self.lose = 0  # how many of the next posts are taken without an answer
        self.lock = threading.Lock()

    def __enter__(self):
        notify = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                notify.handle(self)

            do_POST = do_GET

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,))
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()

    def posts(self):
        return [path for method, path in self.asked if method == "POST"]

    def handle(self, request):
        length = int(request.headers.get("Content-Length") or 0)
        body = request.rfile.read(length)
        with self.lock:
            self.asked.append((request.command, request.path))
            try:
                self.authorise(request.headers.get("Authorization", ""))
                status, answer = self.answer(request.command, urllib.parse.urlsplit(request.path), body)
            except Refusal as refusal:
                status, answer = refusal.status, refusal.body
        if answer is None:  # taken, and the line breaks before the answer
            with contextlib.suppress(OSError):
                request.connection.shutdown(2)
            request.close_connection = True
            return
        text = json.dumps(answer).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(text)))
        request.end_headers()
        request.wfile.write(text)

    @staticmethod
    def authorise(header):
        if not header.startswith("Bearer "):
            raise Refusal(401, "AuthError", "Unauthorized: authentication bearer scheme must be used")

        def part(text):
            return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))

        try:
            head, claims, mark = header.removeprefix("Bearer ").split(".")
            kind, said = json.loads(part(head)), json.loads(part(claims))
            given = part(mark)
        except ValueError:
            raise Refusal(403, "AuthError", "Invalid token: signature, api token is not valid") from None
        if kind.get("alg") != "HS256" or kind.get("typ") != "JWT":
            raise Refusal(403, "AuthError", "Invalid token: algorithm used is not HS256")
        if said.get("iss") != SERVICE:
            raise Refusal(403, "AuthError", "Invalid token: service not found")
        if not hmac.compare_digest(given, hmac.digest(SECRET.encode(), f"{head}.{claims}".encode(), "sha256")):
            raise Refusal(403, "AuthError", "Invalid token: API key not found")
        if not isinstance(said.get("iat"), int) or abs(time.time() - said["iat"]) > 30:
            raise Refusal(403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds")

    def answer(self, method, address, body):
        if method == "POST" and (kind := re.fullmatch(r"/v2/notifications/(email|sms)", address.path)):
            return self.take(kind[1], body)
        if method == "GET" and address.path == "/v2/notifications":
            return 200, self.listed(dict(urllib.parse.parse_qsl(address.query)))
        if method == "GET" and (one := re.fullmatch(r"/v2/notifications/([^/]+)", address.path)):
            if not is_uuid(one[1]):
                raise Refusal(400, "ValidationError", "notification_id is not a valid UUID")
            found = [m for m in self.messages if m["id"] == one[1]]
            if not found:
                raise Refusal(404, "NoResultFound", "No result found")
            return 200, found[0]
        raise Refusal(404, "NoResultFound", "The requested URL was not found on the server.")

    def take(self, kind, body):
        if self.refusals:
            raise self.refusals.pop(0)
        try:
            asked = json.loads(body)
        except ValueError:
            raise Refusal(400, "BadRequestError", "Invalid JSON supplied in POST data") from None
        to = {"email": "email_address", "sms": "phone_number"}[kind]
        for name in (to, "template_id"):
            if name not in asked:
                raise Refusal(400, "ValidationError", f"{name} is a required property")
        for name in asked:
            if name not in FIELDS[kind]:
                raise Refusal(400, "ValidationError", f"Additional properties are not allowed ({name} was unexpected)")
        if not is_uuid(asked["template_id"]):
            raise Refusal(400, "ValidationError", "template_id is not a valid UUID")
        if len(asked.get("reference") or "") > 1000:
            raise Refusal(400, "ValidationError", "reference is too long")
        if kind == "email" and not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", asked[to]):
            raise Refusal(400, "ValidationError", "email_address Not a valid email address")
        if kind == "sms" and not re.fullmatch(r"(\+44|0)7\d{9}", re.sub(r"[\s()-]", "", asked[to])):
            raise Refusal(400, "ValidationError", "phone_number Must be a UK mobile number")
        if asked["template_id"] not in TEMPLATES:
            raise Refusal(400, "BadRequestError", "Template not found")
        type_, places = TEMPLATES[asked["template_id"]]
        if type_ != kind:
            raise Refusal(400, "BadRequestError", f"{type_} template is not suitable for {kind} notification")
        given = asked.get("personalisation") or {}
        if missing := [place for place in places if place not in given]:
            raise Refusal(400, "BadRequestError", f"Missing personalisation: {', '.join(missing)}")
        id_ = str(uuid.uuid4())
        template = {"id": asked["template_id"], "version": 1, "uri": f"{self.url}/v2/template/{asked['template_id']}"}
        message = {
            "id": id_, "reference": asked.get("reference"), "email_address": None, "phone_number": None, "type": kind, "status": "sending",
            "template": template, "subject": given.get("subject"), "body": given["body"], "created_at": stamp(), "sent_at": stamp(),
            "completed_at": None, "scheduled_for": None, "created_by_name": None, "postage": None, "is_cost_data_ready": True, "cost_in_pounds": 0.0,
            "cost_details": {}, **{f"line_{n}": None for n in range(1, 8)}, to: asked[to],
        }
        self.messages.append(message)
        if self.lose:
            self.lose -= 1
            return 0, None
        content = {"subject": message["subject"], "body": message["body"], "from_email": "licensing@notifications.service.gov.uk"}
        if kind == "sms":
            content = {"body": message["body"], "from_number": "GOVUK"}
        return 201, {"id": id_, "reference": message["reference"], "content": content, "uri": f"{self.url}/v2/notifications/{id_}",
                     "template": template, "scheduled_for": None}

    def listed(self, query):
        found = [m for m in reversed(self.messages)
                 if query.get("reference") in (None, m["reference"]) and query.get("template_type") in (None, m["type"])
                 and query.get("status") in (None, m["status"])]
        return {"notifications": found[:250], "links": {"current": f"{self.url}/v2/notifications"}}


def is_uuid(text):
    return re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text) is not None


def stamp():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime())
