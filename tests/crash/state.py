"""What a repository is, so that two of them can be compared: read by this file
alone (no git is run for it), because it is asked for a hundred thousand times."""

import hashlib
import os
import stat
import struct

NOTES = ("MERGE_HEAD", "MERGE_MSG", "MERGE_MODE", "REVERT_HEAD", "ORIG_HEAD")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def refs(git_dir):
    """All but refs/backgraft/, which keeps objects for `undo`."""
    found = {}
    packed = os.path.join(git_dir, "packed-refs")
    if os.path.exists(packed):
        for line in read(packed).decode().splitlines():
            if not line.startswith(("#", "^")):
                target, name = line.split(" ", 1)
                found[name] = target
    for directory, _, names in os.walk(os.path.join(git_dir, "refs")):
        for name in names:
            path = os.path.join(directory, name)
            found[os.path.relpath(path, git_dir)] = read(path).decode().strip()
    return {
        name: target
        for name, target in found.items()
        if not name.startswith("refs/backgraft/")
    }


def index(git_dir):
    """Entries of an index of version 2 or 3 (gitformat-index): mode, id, flags and
    path, not the cached times."""
    path = os.path.join(git_dir, "index")
    if not os.path.exists(path):
        return None
    data = read(path)
    assert hashlib.sha1(data[:-20]).digest() == data[-20:], "the index is damaged"
    signature, version, count = struct.unpack(">4sII", data[:12])
    assert signature == b"DIRC" and version in (2, 3), "an index of another kind"
    entries = []
    at = 12
    for _ in range(count):
        (mode,) = struct.unpack(">I", data[at + 24 : at + 28])
        (flags,) = struct.unpack(">H", data[at + 60 : at + 62])
        head = 62
        extended = b""
        if flags & 0x4000:
            extended = data[at + 62 : at + 64]
            head = 64
        end = data.index(b"\0", at + head)
        entries.append(
            (data[at + head : end], mode, data[at + 40 : at + 60], flags, extended)
        )
        at += (end - at + 8) // 8 * 8
    return entries


def worktree(root):
    found = {}
    pending = [b""]
    while pending:
        below = pending.pop()
        with os.scandir(os.path.join(root, below) if below else root) as entries:
            for entry in entries:
                path = os.path.join(below, entry.name)
                if path == b".git":
                    continue
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISLNK(mode):
                    found[path] = ("link", os.readlink(entry.path))
                elif stat.S_ISDIR(mode):
                    found[path] = ("directory", oct(mode))
                    pending.append(path)
                else:
                    found[path] = ("file", oct(mode), read(entry.path))
    return found


def state(repo):
    """Refs, HEAD, index, and the working tree's bytes and modes."""
    git_dir = os.path.join(repo, ".git")
    notes = {
        note: read(os.path.join(git_dir, note))
        for note in NOTES
        if os.path.exists(os.path.join(git_dir, note))
    }
    return {
        "HEAD": read(os.path.join(git_dir, "HEAD")),
        "refs": refs(git_dir),
        "index": index(git_dir),
        "notes": notes,
        "worktree": worktree(os.fsencode(repo)),
    }


def is_kept(staging):
    return os.path.exists(os.path.join(staging, "kept"))


def site(root):
    """The directories that uploads go into, and those that an import kept: their
    names differ from run to run. What a killed one left is unkept()."""
    found = {}
    for name in sorted(os.listdir(root)) if os.path.isdir(root) else []:
        path = os.path.join(root, name)
        if not name.startswith(".backgraft-"):
            found[name] = worktree(os.fsencode(path))
        elif is_kept(path):
            found[f"kept {len(found)}"] = worktree(os.fsencode(path + "/tree"))
    return found


def unkept(root):
    """What imports left beside their directories, and is of no use to anybody."""
    names = os.listdir(root) if os.path.isdir(root) else []
    paths = [os.path.join(root, name) for name in names]
    return [
        path
        for path, name in zip(paths, names)
        if name.startswith(".backgraft-") and not is_kept(path)
    ]


def difference(one, other):
    """For people: what is not the same."""
    lines = []
    for part, value in one.items():
        there = other[part]
        if value == there:
            continue
        if isinstance(value, dict):
            for key in sorted(set(value) | set(there)):
                if value.get(key) != there.get(key):
                    lines.append(f"{part} {key}: {value.get(key)} | {there.get(key)}")
        else:
            lines.append(f"{part}: {value} | {there}")
    return "\n".join(lines)


def litter(repo):
    """Locks, temporary files, open operations, and refs of no operation: there must
    be none."""
    found = []
    operations = set()
    ops = os.path.join(repo, ".git", "backgraft", "ops")
    if os.path.isdir(ops):
        operations = set(os.listdir(ops))
    for directory, directories, names in os.walk(repo):
        here = os.path.relpath(directory, repo)
        for name in names + directories:
            if (
                name.endswith((".lock", ".open"))
                or name.startswith("tmp_")
                or "backgraft-tmp" in name
            ):
                found.append(os.path.join(here, name))
        if here == os.path.join(".git", "backgraft") and "lock" in names:
            found.append(os.path.join(here, "lock"))
        kept = os.path.join(".git", "refs", "backgraft") + os.sep
        if here.startswith(kept):
            if not names and not directories:
                found.append(here)
            if here[len(kept) :].split(os.sep)[0] not in operations:
                found.append(f"{here}: refs of no operation")
    return found
