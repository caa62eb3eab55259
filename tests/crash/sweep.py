"""One scenario: built once, its command run from the same beginning again and
again, with something going wrong at another system call each time."""

import errno
import os
import shutil
import subprocess

from state import difference, litter, site, state, unkept

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILD = os.path.join(ROOT, "build", "release")
PROGRAM = os.environ.get("BACKGRAFT_PROGRAM", os.path.join(BUILD, "backgraft"))
INJECT = os.environ.get(
    "BACKGRAFT_INJECT", os.path.join(BUILD, "tests", "crash", "inject")
)

IDENTITY = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "HOME": "/nonexistent",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.com",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.com",
    "GIT_AUTHOR_DATE": "1700000000 +0000",
    "GIT_COMMITTER_DATE": "1700000000 +0000",
    "LC_ALL": "C",
    "TZ": "UTC",
    "PATH": os.environ["PATH"],
}


# These are made anew for each run, others copied.
IN_PLACE = ("import_undo", "import_undo_new", "import_redo", "import_redo_new")


class Failure(Exception):
    """A promise that was not kept."""


class Fault:
    """What goes wrong: "kill", "short", or an errno's name. With a "+" it goes on
    doing so; EINTR, which a program has to try again, a thousand times only."""

    def __init__(self, text):
        self.text = text
        self.persistent = text.endswith("+")
        self.name = text.rstrip("+")
        self.number = getattr(errno, self.name, None)
        if self.name not in ("kill", "short") and self.number is None:
            raise SystemExit(f"error: '{text}' is no fault\nhint: kill, short, EIO, EIO+")

    def options(self, point):
        options = ["--at", str(point)]
        if self.persistent:
            options += ["--times", "1000"] if self.name == "EINTR" else ["--from-now"]
        if self.name in ("kill", "short"):
            return options + ["--" + self.name]
        if self.name == "EMFILE":
            options += ["--opens"]
        if self.name == "ENOMEM":
            options += ["--reads"]
        return options + ["--error", str(self.number)]


FSCK = "git -C repo fsck --strict --full --no-dangling --no-progress".split()


def run(*command, cwd, preexec_fn=None):
    return subprocess.run(
        command,
        cwd=cwd,
        env=IDENTITY,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=120,
        check=False,
        preexec_fn=preexec_fn,
    )


class Scenario:
    """`directory` is this scenario's own; `now` is where each run happens."""

    def __init__(self, name, directory):
        self.name = name
        self.template = os.path.join(directory, "template")
        self.now = os.path.join(directory, "now")
        self.list = os.path.join(directory, "calls")
        os.makedirs(self.template)
        made = self.bash(
            f"{name}_make >&2 && printf '%s\\0' \"${{{name}_command[@]}}\"",
            self.template,
        )
        # Operations on directories know them by path and inode.
        self.in_place = name in IN_PLACE
        self.command = made.rstrip("\0").split("\0")
        self.arguments = [PROGRAM, "-C", "repo", *self.command]
        self.may_conflict = name == "conflict"
        self.is_recovery = self.command[0] == "recover"
        self.label = "as it is"
        # What the recovery after something went wrong is run by.
        self.recover_with = []
        self.reset()
        if self.is_recovery:
            run(PROGRAM, "-C", "repo", "recover", cwd=self.now)
        self.before = self.state()
        self.reset()
        self.calls_of(["--list", self.list])
        self.after = self.state()

    @property
    def repo(self):
        return os.path.join(self.now, "repo")

    @property
    def site(self):
        """Where `import files` goes to, where the scenario has it."""
        return os.path.join(self.now, "site")

    def state(self):
        return state(self.repo) | {"site": site(self.site)}

    def bash(self, text, directory):
        """Runs a function of scenarios.sh in `directory`."""
        script = f"set -euo pipefail; source {HERE}/scenarios.sh; {text}"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=directory,
            env=IDENTITY | {"backgraft": PROGRAM, "inject": INJECT},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Failure(f"{self.name}: cannot be made\n{done.stderr}")
        return done.stdout

    def reset(self):
        shutil.rmtree(self.now, ignore_errors=True)
        if self.in_place:
            os.makedirs(self.now)
            self.bash(f"{self.name}_make >&2", self.now)
            return
        # With second names: a lock is known as ours by one.
        subprocess.run(["cp", "-a", self.template, self.now], check=True)

    def inject(self, options):
        return run(INJECT, *options, "--", *self.arguments, cwd=self.now)

    def run(self, **how):
        return run(*self.arguments, cwd=self.now, **how)

    def calls_of(self, options):
        done = self.inject(options)
        if done.returncode != 0 and not (self.may_conflict and done.returncode == 1):
            self.fail(f"exit {done.returncode}", done.stdout.decode())

    def count(self, fault):
        """The number of calls at which `fault` can come."""
        self.reset()
        options = ["--list", self.list] + fault.options(0)
        self.calls_of(options)
        with open(self.list, "rb") as lines:
            return sum(1 for _ in lines)

    def fail(self, what, detail=""):
        raise Failure(f"{self.name}, {self.label}: {what}\n{detail}")

    # What must be true afterwards.

    def at(self, fault, point):
        """The command with `fault` at its `point`-th call."""
        with open(self.list, encoding="utf-8", errors="replace") as lines:
            call = next((line for line in lines if line.startswith(f"{point} ")), "")
        self.label = f"{fault.text} at {call.strip()}"
        self.reset()
        try:
            done = self.inject(fault.options(point))
        except subprocess.TimeoutExpired:
            self.fail("hangs")
        if fault.name == "kill":
            self.whole()
        else:
            self.failed(fault, done, check_all=point % 16 == 0)

    def failed(self, fault, done, check_all):
        output = done.stdout.decode(errors="replace")
        # The loader's own calls come first.
        if done.returncode == 127:
            return
        # Everything was done, and could not be told.
        untold = "cannot write to standard output" in output
        if done.returncode == 7:
            self.told(fault, output)
        elif done.returncode != 0 and not (self.may_conflict and done.returncode == 1):
            self.fail(f"exit {done.returncode}", output)
        # What could not be written cannot be put back either; and where the
        # command is the recovery, the next one goes on with it.
        if not fault.persistent and not self.is_recovery:
            is_before = done.returncode == 7 and not untold
            # Done, but for what the next command has to clear away.
            if done.returncode == 0 and "warning: cannot " in output:
                self.whole()
                return
            self.is_now(self.before if is_before else self.after, output)
            self.nothing_unkept()
            check_all = check_all or litter(self.repo)
        if check_all or fault.persistent or self.is_recovery:
            self.whole()

    def told(self, fault, output):
        """The reason is in the message, unless it could not be written at all."""
        if fault.persistent and ("error: " not in output or self.may_conflict):
            return
        if fault.name == "short":
            self.fail("less written is no error", output)
        self.says(os.strerror(fault.number), output)

    def says(self, reason, output):
        for line in output.splitlines():
            if line.startswith("error: ") and reason.lower() in line.lower():
                # And of what: a quoted path, or what has none.
                if "'" in line or "standard output" in line:
                    return
        self.fail(f"does not say '{reason}', and of what", output)

    def is_now(self, expected, output=""):
        now = self.state()
        if now != expected:
            self.fail("another state", output + difference(expected, now))

    def whole(self):
        """The next command finds what an interrupted one left."""
        recover = [*self.recover_with, PROGRAM, "-C", "repo", "recover"]
        done = run(*recover, cwd=self.now)
        if done.returncode != 0:
            self.fail("recover fails", done.stdout.decode())
        now = self.state()
        if now not in (self.before, self.after):
            self.fail("neither before nor after", difference(self.before, now))
        left = litter(self.repo)
        if left:
            self.fail("left behind", "\n".join(left))
        done = run(*FSCK, cwd=self.now)
        findings = [
            line
            for line in done.stdout.decode(errors="replace").splitlines()
            # An unborn branch is none.
            if not line.startswith("notice: ")
        ]
        if done.returncode != 0 or findings:
            self.fail("fsck", done.stdout.decode())
        if now != self.before or self.is_recovery:
            self.nothing_unkept()
            return
        done = self.run()
        if done.returncode != 0 and not self.may_conflict:
            self.fail("cannot be run", done.stdout.decode())
        self.is_now(self.after)
        # The next import into a directory sweeps what a killed one left there.
        self.nothing_unkept()

    def nothing_unkept(self):
        left = unkept(self.site)
        if left:
            self.fail("left beside the directory", "\n".join(left))
