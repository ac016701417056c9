"""Put the source folders on the environment's path: what an editable install would do, with nothing to download."""

import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("libs", "services", "deploy")
# A process that starts others by multiprocessing has each of them import this script.
SCRIPT = """#!{python}
from attain.cli import main

if __name__ == "__main__":
    main()
"""


def link() -> None:
    """Write the path file and the `attain` command into the environment that runs this."""
    paths = sysconfig.get_paths()
    (Path(paths["purelib"]) / "attain.pth").write_text("\n".join(str(ROOT / folder) for folder in FOLDERS) + "\n")
    script = Path(paths["scripts"]) / "attain"
    script.write_text(SCRIPT.format(python=Path(paths["scripts"]) / "python"))
    script.chmod(0o755)


if __name__ == "__main__":
    link()
