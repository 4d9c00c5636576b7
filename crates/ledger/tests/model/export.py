"""Writes random histories of the verdict model, with the verdicts that the model gives, as JSON.

Usage: export.py MODEL_DIR OUT_DIR [FILES] [HISTORIES_PER_FILE]   (MODEL_DIR may come from SOTHON_MODEL instead)

The model is not part of this repository: model.py (judge), sim.py (devices), crafted.py (small histories made by hand). Equal
seeds give equal files; what is kept in ../histories was made by `export.py MODEL_DIR ../histories 66`. The first PLAIN files are
text, all others are packed into one with `zstd`. What is written is: register operations; entries; and views, each a register
height, the entries left out, and a letter per entry: r by right, t through, l lost to a rival or built on one that lost,
a aside, i refused (gate, form), p pending, . left out.
"""
import json, os, random, subprocess, sys

if os.environ.get("PYTHONHASHSEED") != "0":
    # The model's devices choose between equals in the order of a set.
    os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, "PYTHONHASHSEED": "0"})
args = sys.argv[1:]
MODEL = os.environ.get("SOTHON_MODEL") or args.pop(0)
sys.path.insert(0, MODEL)
from model import *  # noqa: E402
from sim import *  # noqa: E402
import crafted  # noqa: E402

PLAIN = 6
LETTER = {"admitted": "r", "through": "t", "lost": "l", "aside": "a", "invalid": "i", "pending": "p"}


def step(rng):
    everyone = HONEST + HOSTILE + ["O"]
    honest, hostile = rng.choice(HONEST), rng.choice(HOSTILE)
    ops = [
        (22, ("write", honest)), (6, ("edit", honest)), (2, ("role", honest)), (2, ("grant", hostile)),
        (3, ("let", rng.randint(0, 3))), (3, ("anchor", rng.randint(0, 3))),
        (28, ("sync", rng.choice(everyone), rng.choice(everyone))),
        (6, ("part", rng.choice(everyone), rng.choice(everyone), rng.randint(1, 3))),
        (4, ("cut", hostile)), (10, ("bad", hostile, rng.random() < .25)), (4, ("new", hostile, rng.random() < .25)),
        (9, ("fork", hostile, rng.randint(0, 2))), (3, ("snap", honest)), (3, ("back", honest)),
        (2, ("tamper", hostile, rng.choice(["dep", "place", "seq", "actor"]))),
    ]
    return rng.choices([o for _, o in ops], [n for n, _ in ops])[0]


def tamper(sim, device, how):
    """An entry that no honest device would make and none may count: its form or its change is wrong."""
    x = sim.dev[device]
    mine = sorted((e for e in x.held.values() if e.dev == device), key=lambda e: (e.log, e.seq, e.id))
    if not mine:
        return
    last = mine[-1]
    c, sim.edits = last.change, sim.edits + 1
    strange = frozenset({H("change nobody carries", sim.edits)})
    actor = "A/1" if how == "actor" else f"{device}/t{sim.edits}"
    change = Change(actor, 7 if how == "seq" else 1, strange if how == "dep" else frozenset({c.hash}), f"t{sim.edits}")
    e = Entry(device, last.log, last.seq + (3 if how == "place" else 1), last.id, frozenset(), last.height, change)
    x.held[e.id] = e


def gate(w, e):
    """What the gate says of the change: everything of the model's well_formed that does not look at the envelope."""
    if not e.change.actor.startswith(e.dev + "/"):
        return False
    if w.anc(e.id) is None:
        return True
    below = w.change_anc(e.id)
    if below is None:
        return True
    return e.change.seq == max([c.seq for c in below.values() if c.actor == e.change.actor], default=0) + 1


def history(rng):
    sim = Sim()
    for _ in range(rng.randint(8, 34)):
        o = step(rng)
        tamper(sim, *o[1:]) if o[0] == "tamper" else sim.step(o)
    held = {}
    for d in list(sim.dev.values()) + [sim.office]:
        held.update(d.held)
    return sim, held


def ambiguous(w):
    """Whether a change stands on two rivals of its own actor: then the model's choice is no rule."""
    for i in w.by:
        if w.anc(i) is not None and w.change_anc(i) is not None:
            c = w.by[i].change
            own = [x for x in w.change_anc(i).values() if (x.actor, x.seq) == (c.actor, c.seq - 1)]
            if len(own) > 1:
                return True
    return False


def export(rng, reg, held, also):
    """The history as JSON, seen whole, twice in part, and as somebody (height, ids) sees it."""
    w = World(held.values())
    order = w.order(held)
    rank = {i: n for n, i in enumerate(order)}
    carrier = {}
    for i in order:
        carrier.setdefault(w.by[i].change.hash, rank[i])
    entries = [
        [e.id, e.dev, e.log, e.seq, rank[e.back] if e.back else -1, sorted(rank[a] for a in e.after), e.height,
         e.change.actor, e.change.seq, sorted((carrier.get(d, d) for d in e.change.deps), key=str), e.change.hash,
         int(gate(w, e))]
        for e in (w.by[i] for i in order)]
    operations = []
    for o in reg:
        if isinstance(o, Grant):
            operations.append(["g", o.dev])
        elif isinstance(o, Cut):
            operations.append(["c", o.dev, sorted([l, s, rank[i]] for l, s, i in o.heads)])
        else:
            operations.append(["l" if isinstance(o, LetIn) else "a", rank[o.id]])
    views = []

    def view(height, ids):
        v, _ = judge([w.by[i] for i in ids], reg[:height])
        views.append([height, "".join(LETTER[v[i]] if i in v else "." for i in order)])

    view(len(reg), order)
    for _ in range(2):
        view(rng.randint(min(5, len(reg)), len(reg)), [i for i in order if rng.random() > .08])
    view(*also)
    return {"register": operations, "entries": entries, "views": views}


def write(path, histories):
    with open(path, "w") as f:
        f.write("[" + ",\n".join(json.dumps(h, separators=(",", ":")) for h in histories) + "]\n")


def main():
    out, files, per = args[0], int(args[1]) if args[1:] else 6, int(args[2]) if args[2:] else 50
    count, skipped, more = {}, 0, []
    for n in range(files):
        rng, kept = random.Random(n), []
        while len(kept) < per:
            sim, held = history(rng)
            x = sim.dev[rng.choice(HONEST)]
            found = export(rng, sim.reg, held, (x.height, x.held))
            letters = set("".join(v for _, v in found["views"]))
            # Half of what is kept shows more than honest work.
            if not 3 <= len(held) <= 40 or (len(letters & set("tli")) == 0 and rng.random() < .7):
                continue
            if ambiguous(World(held.values())):
                skipped += 1
                continue
            kept.append(found)
            for v in found["views"]:
                for c in v[1]:
                    count[c] = count.get(c, 0) + 1
        if n < PLAIN:
            write(os.path.join(out, f"{n}.json"), kept)
        else:
            more += kept
    if more:
        path = os.path.join(out, "more.json")
        write(path, more)
        subprocess.run(["zstd", "-19", "-q", "-f", "--rm", path], check=True)
    by_hand = []
    for make in (crafted.paradox, crafted.two_worlds, crafted.no_world, crafted.loser_beats_heir, crafted.through_a_witness,
                 crafted.revoked_alone):
        entries, reg = make()
        held = {e.id: e for e in entries}
        by_hand.append(export(random.Random(0), reg, held, (1, held)))
    write(os.path.join(out, "crafted.json"), by_hand)
    print("verdicts:", count, "skipped as ambiguous:", skipped)


main()
