"""Installs from Debian packages what the tests can use, where that is allowed; else says what will be skipped."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

PACKAGES = {
    "/usr/lib/rabbitmq/bin/rabbitmq-server": "rabbitmq-server",
    "/usr/lib/postgresql/15/bin/postgres": "postgresql-15",
    "/usr/bin/chromium": "chromium",
    "/usr/sbin/clamd": "clamav-daemon",
    "/usr/bin/qpdf": "qpdf",
    "/usr/bin/soffice": "libreoffice-writer-nogui",
    "/usr/bin/pdfsig": "poppler-utils",
    "/usr/bin/gs": "ghostscript",
    "/usr/bin/mutool": "mupdf-tools",
    "/usr/bin/softhsm2-util": "softhsm2",
    "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf": "fonts-croscore",
    "/usr/share/fonts/truetype/roboto/unhinted/RobotoTTF/Roboto-Regular.ttf": "fonts-roboto-unhinted",
}


def main() -> None:
    missing = sorted({package for path, package in PACKAGES.items() if not Path(path).exists()})
    if not missing:
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Thiếu gói: {', '.join(missing)}. Các thử nghiệm cần chúng sẽ được bỏ qua.", file=sys.stderr)
        return
    print(f"==> Debian packages: {' '.join(missing)}", flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(["apt-get", "update", "-q"], env=environment, check=False, stdout=subprocess.DEVNULL)
    command = ["apt-get", "install", "-y", "-q", "--no-install-recommends", *missing]
    subprocess.run(command, env=environment, check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
