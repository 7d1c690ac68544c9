"""Makes the environment on a fresh machine: .venv, packages and .env. Standard library only.

python3 deploy/setup.py          what the site runs on
python3 deploy/setup.py --dev    also what tests and linters run on
"""

import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
OLDEST = (3, 11)


def check_python() -> None:
    if sys.version_info < OLDEST:
        sys.exit(
            f"This needs Python {OLDEST[0]}.{OLDEST[1]} or newer, and {sys.executable} is "
            f"{sys.version_info[0]}.{sys.version_info[1]}. Name another: make run PYTHON=python3.12"
        )


def check_folder(folder: Path) -> None:
    if not os.access(str(folder), os.W_OK):
        sys.exit(f"The folder {folder} can't be written to; the environment is made there.")


def make_venv() -> None:
    if (VENV / "bin" / "python").exists():
        return
    print("Making .venv …", flush=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False
    )
    if made.returncode:
        sys.exit(
            f"Python can't make a virtual environment; is its venv module installed? {made.stdout}"
        )


def install(requirements: Path) -> None:
    """Install the pinned packages unless this very list is installed already."""
    texts = [ROOT / "requirements.txt", requirements]
    wanted = hashlib.sha256(b"".join(text.read_bytes() for text in texts)).hexdigest()
    stamp = VENV / (f"installed-{requirements.stem}")
    if stamp.exists() and stamp.read_text() == wanted:
        return
    print(f"Installing the packages of {requirements.name} …", flush=True)
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*pip, "install", "-r", str(requirements)], cwd=str(ROOT), check=False)
    if done.returncode:
        sys.exit("The packages could not be installed; pip says why above.")
    stamp.write_text(wanted)


def make_env() -> None:
    """Write .env with a random secret key, readable by its owner only."""
    try:
        handle = os.open(str(ROOT / ".env"), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        file.write(f"SECRET_KEY={secrets.token_urlsafe(50)}\n")
    print("Wrote .env with a new secret key.")


def main() -> None:
    check_python()
    check_folder(ROOT)
    make_venv()
    name = "requirements-dev.txt" if "--dev" in sys.argv else "requirements.txt"
    install(ROOT / name)
    make_env()


if __name__ == "__main__":
    main()
