"""`make mutants`: how many small faults in the heart of the code do the tests notice?

Cosmic Ray makes the mutants; a random sample of them is drawn. Each is put into a copy of the tree,
never into the tree itself, and meets the tests that run its line, those of its own package and
the quickest of them first. What survives is printed; docs/testing.md says what is not drawn.
"""

import argparse
import difflib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partialmethod
from importlib.util import cache_from_source
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# Loaded here, so that the process of each mutant has them at once.
import django.test  # noqa: F401
import gpxpy  # noqa: F401
import hypothesis.extra.numpy  # noqa: F401
import pytest
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator
from coverage import CoverageData
from django.db.backends.base.creation import BaseDatabaseCreation
from parso import parse
from parso.tree import NodeOrLeaf

ROOT = Path(__file__).resolve().parent.parent
HEART = (
    "tracks/**/*.py",
    "workouts/models/*.py",
    "workouts/services/archives.py",
    "workouts/services/duplicates.py",
    "workouts/services/exports.py",
    "workouts/services/recordings.py",
    "workouts/services/records.py",
    "workouts/services/restores.py",
    "workouts/services/storage.py",
    "workouts/services/transfers.py",
    "workouts/services/uploads.py",
    "workouts/services/workouts.py",
    "workouts/filters.py",
    "workouts/limits.py",
    "workouts/periods.py",
    "training/statistics.py",
    "oauth_apps/authentication.py",
    "oauth_apps/permissions.py",
    "oauth_apps/redirects.py",
    "oauth_apps/scopes.py",
    "oauth_apps/services/tokens.py",
)
PACKAGES = ("tracks", "workouts", "training", "oauth_apps")
MIGRATIONS = "tests/test_migrations.py"
RANDOM = "tests/fittrackee_site/test_api_schemathesis.py"
QUIETLY = ("-q", "-p", "no:cacheprovider", "-m", "not browser and not bench")
UNUSED = [f"-pno:{plugin}" for plugin in ("faker", "schemathesis", "xdist", "pytest_cov", "anyio")]
# What takes so many seconds more, and so many times as long as it should, hangs.
PATIENCE_S, PATIENCE, LONGEST_S = 20, 2, 600
# Faults that a person makes: a border, a direction, a sign, an opposite.
COMPARISONS = (
    "Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt",
    "Lt_Gt", "Gt_Lt", "LtE_GtE", "GtE_LtE",
)  # fmt: skip
BINARIES = (
    "Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul",
    "LShift_RShift", "RShift_LShift", "BitOr_BitAnd", "BitAnd_BitOr",
)  # fmt: skip
OTHERS = (
    "ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_Invert", "AddNot", "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak", "ExceptionReplacer", "NumberReplacer", "RemoveDecorator",
    "ZeroIterationForLoop",
)  # fmt: skip
# What changes how quick or how strict the code is, but not what it does.
TUNING = {
    "LEVEL", "BATCH", "WINDOW_BYTES", "PEEK_BYTES", "CHUNK_BYTES", "SHORT_RUN", "SHORT_RUNS",
    "FORMS", "ITEMS_AT_ONCE",
}  # fmt: skip
CAREFUL_ARGUMENTS = {
    "strict", "slots", "frozen", "eq", "batch_size", "chunk_size", "force_insert",
}  # fmt: skip
CAREFUL_DECORATORS = ("@lru_cache", "@cache", "@cached_property", "@dataclass", "@override")
# On SQLite a transaction is the lock.
CAREFUL_STATEMENTS = ("logger.", "if TYPE_CHECKING", "lock_owner(", "lock_owner_id(")
SCOPES = (
    "simple_stmt", "if_stmt", "for_stmt", "while_stmt", "try_stmt", "with_stmt", "decorated",
    "funcdef", "classdef", "file_input",
)  # fmt: skip


class RemoveCall(Operator):
    """A statement that only calls something becomes `pass`."""

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        if node.type == "atom_expr" and node.parent.type == "simple_stmt":
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        return parse(f"{node.get_first_leaf().prefix}pass").children[0]

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        return ()


def operators() -> Iterator[Operator]:
    names = [f"ReplaceComparisonOperator_{pair}" for pair in COMPARISONS]
    names += [f"ReplaceBinaryOperator_{pair}" for pair in BINARIES]
    for name in (*names, *OTHERS):
        yield get_operator(f"core/{name}")()
    yield RemoveCall()


@dataclass(frozen=True)
class Mutant:
    """One change of one file; `scopes` are the lines of its statement, function, class, file."""

    path: str
    line: int
    operator: Operator
    occurrence: int
    scopes: tuple[range, ...]

    def __str__(self) -> str:
        return f"{self.path}:{self.line} {type(self.operator).__name__}"

    @cached_property
    def before(self) -> str:
        return (ROOT / self.path).read_text()

    @cached_property
    def after(self) -> str:
        return str(mutate_code(self.before, self.operator, self.occurrence))

    @property
    def diff(self) -> str:
        lines = self.before.splitlines(), self.after.splitlines()
        return "\n".join(difflib.unified_diff(*lines, self.path, str(self), lineterm="", n=2))

    @property
    def is_python(self) -> bool:
        try:
            compile(self.after, self.path, "exec")
        except (SyntaxError, AttributeError):  # the latter: Cosmic Ray knows no `except (a.B, c):`
            return False
        return True


def mutants_of(path: str) -> Iterator[Mutant]:
    nodes = list(ast_nodes(get_ast((ROOT / path).read_text())))
    for operator in operators():
        places = [node for node in nodes for _ in operator.mutation_positions(node)]
        for occurrence, node in enumerate(places):
            if not is_left_out(node):
                yield Mutant(path, node.start_pos[0], operator, occurrence, tuple(scopes_of(node)))


def scopes_of(node: NodeOrLeaf) -> Iterator[range]:
    """From the statement outwards; of what is run at import, by whichever test, only the file."""
    scope: Any = node
    in_function = node.search_ancestor("funcdef") is not None
    while scope:
        if scope.type == "file_input" or (in_function and scope.type in SCOPES):
            yield range(scope.start_pos[0], scope.end_pos[0] + 1)
        scope = scope.parent


def is_left_out(node: NodeOrLeaf) -> bool:
    """Whether no test could or should tell the mutant from the code."""
    if node.type == "decorator" and code_of(node).startswith(CAREFUL_DECORATORS):
        return True
    child: Any = node
    while parent := child.parent:
        if is_for_readers(child, parent) or is_careful(child, parent):
            return True
        child = parent
    return code_of(node).startswith(CAREFUL_STATEMENTS)


def code_of(node: Any) -> str:
    """What is written there, without the comments before it."""
    return str(node.get_code(include_prefix=False))


def is_for_readers(child: Any, parent: Any) -> bool:
    """Annotations and assertions."""
    if parent.type in ("annassign", "tfpdef"):
        return bool(child is parent.children[1 if parent.type == "annassign" else 2])
    if parent.type == "funcdef":
        return child is parent.annotation
    return parent.type in ("assert_stmt", "parameters") and child.type != "param"


def is_careful(child: Any, parent: Any) -> bool:
    """Arguments and constants that only make the code stricter or quicker."""
    if parent.type == "argument":
        return code_of(parent.children[0]) in CAREFUL_ARGUMENTS
    name = code_of(parent.children[0])
    return parent.type == "expr_stmt" and name in TUNING


def draw(count: int, seed: int, wanted: str) -> list[Mutant]:
    paths = sorted({str(path.relative_to(ROOT)) for glob in HEART for path in ROOT.glob(glob)})
    everything = [one for path in paths if wanted in path for one in mutants_of(path)]
    random.Random(seed).shuffle(everything)
    sample: list[Mutant] = []
    while everything and len(sample) < count:
        mutant = everything.pop()
        sample += [mutant] if mutant.is_python else []
    return sample


class Choice:
    """Which tests run a line, and how long each takes, from one run with coverage contexts."""

    def __init__(self, folder: Path) -> None:
        self.data = CoverageData(str(folder / "coverage"))
        self.data.read()
        self.seconds: dict[str, float] = {}
        self.failing: set[str] = set()
        for case in ElementTree.parse(folder / "times.xml").iter("testcase"):
            name = f"{case.get('file')}::{(case.get('name') or '').split('[')[0]}"
            self.seconds[name] = self.seconds.get(name, 0) + float(case.get("time") or 0)
            if case.find("failure") is not None or case.find("error") is not None:
                self.failing.add(name)

    def tests_for(self, mutant: Mutant, budget_s: float) -> list[str]:
        """The tests of the innermost scope that any runs, or of the package, within the budget."""
        contexts = self.data.contexts_by_lineno(str(ROOT / mutant.path))
        found: set[str] = set()
        for lines in mutant.scopes:
            found = {context for line in lines for context in contexts.get(line, ()) if context}
            if found:
                break
        own = f"tests/{mutant.path.split('/')[0]}/"
        tests = {context.split("|")[0].split("[")[0] for context in found}
        tests = tests or {test for test in self.seconds if test.startswith(own)}
        known = filter(is_there, tests - self.failing)
        ordered = sorted(
            known, key=lambda test: (not test.startswith(own), self.seconds.get(test, 0), test)
        )
        return self.affordable([MIGRATIONS] * ("/models/" in mutant.path) + ordered, budget_s)

    def affordable(self, tests: list[str], budget_s: float) -> list[str]:
        spent, kept = 0.0, list[str]()
        for test in tests:
            spent += self.seconds.get(test, 0)
            if spent > budget_s and kept:
                break
            kept.append(test)
        return kept


def is_there(test: str) -> bool:
    """Whether the test still exists: pytest's refusal of an unknown one would look like a kill."""
    path, name = ROOT / test.split("::")[0], test.split("::")[-1]
    return path.exists() and f"def {name}(" in path.read_text()


def measure(folder: Path) -> None:
    """Run all tests once and keep which lines each of them runs."""
    folder.mkdir(parents=True, exist_ok=True)
    shown = [f"--cov={package}" for package in PACKAGES]
    kept = [f"--junitxml={folder / 'times.xml'}", "-o", "junit_family=xunit1", "--cov-report="]
    kept += ["--cov-fail-under=0", f"--ignore={RANDOM}"]
    command = [sys.executable, "-m", "pytest", *QUIETLY, "-n", "2", *shown, *kept]
    environment = os.environ | {"COVERAGE_FILE": str(folder / "coverage")}
    subprocess.run([*command, "--cov-context=test"], cwd=ROOT, env=environment, check=False)


def run_tests(copy: Path, words: list[str]) -> None:
    """In a process of its own: pytest in the copy, without a word."""
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    os.dup2(1, 2)
    os.chdir(copy)
    sys.path[:] = [str(copy), *(path for path in sys.path if path not in ("", str(ROOT)))]
    create = BaseDatabaseCreation.create_test_db
    BaseDatabaseCreation.create_test_db = partialmethod(migrate_once, create, copy.parent)
    sys.exit(int(pytest.main([*QUIETLY, *UNUSED, "-x", *words])))


def migrate_once(
    creation: BaseDatabaseCreation, create: Callable[..., str], folder: Path, **options: Any
) -> str:
    """The test database: made by the migrations the first time, and copied from then on."""
    made, name = folder / "migrated.sqlite3", creation._get_test_db_name()
    if made.exists():
        shutil.copy(made, name)
    create(creation, **options | {"keepdb": made.exists()})
    if not made.exists():
        creation.connection.close()
        shutil.copy(name, made)
    return name


def pass_within(limit_s: float, copy: Path, words: list[str]) -> bool:
    """Whether the tests pass; those that take longer hang."""
    process = get_context("fork").Process(target=run_tests, args=(copy, words))
    process.start()
    try:
        process.join(limit_s)
        return process.exitcode == 0
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid or 0, signal.SIGKILL)
        process.join()


def survives(mutant: Mutant, tests: list[str], copy: Path, limit_s: float) -> bool:
    """Whether all `tests` pass with the mutant; the copy is as before afterwards."""
    file = copy / mutant.path
    compiled = Path(cache_from_source(str(file)))
    try:
        compiled.unlink(missing_ok=True)
        file.write_text(mutant.after)
        return pass_within(limit_s, copy, tests)
    finally:
        file.write_text(mutant.before)
        compiled.unlink(missing_ok=True)


def copy_tree(folder: Path) -> Path:
    skipped = shutil.ignore_patterns(
        ".git", ".venv", "var", "node_modules", "__pycache__", ".*_cache"
    )
    copy = shutil.copytree(ROOT, folder / "heart" / ROOT.name, ignore=skipped)
    (copy / ".venv").symlink_to(ROOT / ".venv")
    if (ROOT.parent / "shared").exists():
        (copy.parent / "shared").symlink_to((ROOT.parent / "shared").resolve())
    return copy


def try_all(sample: list[Mutant], choice: Choice, copy: Path, options: argparse.Namespace) -> int:
    """How many were killed; says so one by one."""
    if not pass_within(LONGEST_S, copy, choice.tests_for(sample[0], options.budget)):
        sys.exit("Tests fail without any mutant; nothing can be said.")
    killed = 0
    for number, mutant in enumerate(sample, 1):
        began = time.monotonic()
        tests = choice.tests_for(mutant, options.budget)
        limit_s = PATIENCE_S + PATIENCE * sum(choice.seconds.get(test, 0) for test in tests)
        alive = survives(mutant, tests, copy, limit_s)
        killed += not alive
        took = f"{time.monotonic() - began:.0f} s, {len(tests)} tests"
        print(f"{number:4} {'SURVIVED' if alive else 'killed'} {mutant} ({took})", flush=True)
        if alive:
            print(mutant.diff, flush=True)
    return killed


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="how many mutants to draw")
    parser.add_argument("--seed", type=int, default=random.randrange(10_000))
    parser.add_argument("--only", default="", help="only files with this in their path")
    parser.add_argument("--budget", type=float, default=60, help="seconds of tests per mutant")
    parser.add_argument("--reuse", action="store_true", help="reuse the last map of tests")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up then, too
    os.nice(19)
    os.environ |= {"DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "fittrackee_site.settings"}
    folder = ROOT / "var" / "mutants"
    if not options.reuse:
        measure(folder)
    sample = draw(options.count, options.seed, options.only)
    with tempfile.TemporaryDirectory(prefix="mutants-") as scratch:
        killed = try_all(sample, Choice(folder), copy_tree(Path(scratch)), options)
    print(f"seed {options.seed}: {killed} of {len(sample)} killed, {killed / len(sample):.1%}")


if __name__ == "__main__":
    main()
