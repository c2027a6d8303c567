"""The files by which a fleet is run: units of systemd, and a compose file."""

from __future__ import annotations

from pathlib import PurePosixPath

LEAVING_SECONDS = 90
"""How long a collector may take to hand its conferences over before it is killed."""
UNIT_FOLDER = "/etc/systemd/system"
"""Where systemd looks for what an administrator has written."""
_NATS = "nats:2.11-alpine"


def unit_files(program: str, server: str, fleet: str, bus: str) -> dict[str, str]:
    """Each unit by the name of its file, to run these programs.

    `fleet` is the file of the wall and the collectors, and `bus` the URL of the server.
    """
    return {
        "pexdash-bus.service": f"""\
[Unit]
Description=NATS server of pexdash
After=network-online.target
Wants=network-online.target

[Service]
User=nats
ExecStart={server} -c {PurePosixPath(fleet).parent}/nats.conf
ExecReload=/bin/kill -HUP $MAINPID
Restart=always
RestartSec=1
LimitNOFILE=65536
StateDirectory=nats
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
""",
        "pexdash-collect@.service": f"""\
[Unit]
Description=pexdash collector %i
After=network-online.target pexdash-bus.service
Wants=network-online.target

[Service]
User=pexdash
ExecStart={program} collect --config {fleet} --bus {bus}
KillMode=mixed
TimeoutStopSec={LEAVING_SECONDS}
Restart=always
RestartSec=2
RestartPreventExitStatus=2
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes

[Install]
WantedBy=multi-user.target
""",
        "pexdash-wall.service": f"""\
[Unit]
Description=pexdash wall on the first screen
After=network-online.target getty@tty1.service
Wants=network-online.target
Conflicts=getty@tty1.service

[Service]
User=pexdash
Environment=TERM=linux
ExecStart={program} wall --config {fleet} --bus {bus} --read-only
StandardInput=tty
StandardOutput=tty
StandardError=journal
TTYPath=/dev/tty1
TTYReset=yes
Restart=always
RestartSec=2

[Install]
WantedBy=multi-user.target
""",
    }


def compose_file(fleet: str, bus: str) -> str:
    """The text of the compose file; the folder of `fleet` has all that it names, and nats.conf."""
    folder = PurePosixPath(fleet).parent
    collector = f"""\
    build: &build
      context: .  # the folder with the wheel
      dockerfile_inline: |
        FROM python:3.13-slim
        COPY pexdash-*.whl /tmp/
        RUN pip install --no-cache-dir "$$(ls /tmp/pexdash-*.whl)[bus]"
        ENTRYPOINT ["pexdash"]
    command: ["collect", "--config", "{fleet}", "--bus", "{bus}"]
    volumes: &files ["{folder}:{folder}:ro"]
    depends_on: [bus]
    restart: always
    stop_grace_period: {LEAVING_SECONDS}s
"""
    return f"""\
services:
  bus:
    image: {_NATS}
    command: ["-c", "{folder}/nats.conf"]
    volumes: ["{folder}:{folder}:ro", "bus:/var/lib/nats"]
    restart: always
    stop_grace_period: 30s

  collect-1: &collect
{collector}
  collect-2: *collect

  wall:
    build: *build
    command: ["wall", "--config", "{fleet}", "--bus", "{bus}"]
    volumes: *files
    depends_on: [bus]
    profiles: [wall]
    stdin_open: true
    tty: true

volumes:
  bus:
"""
