"""The hook that the replay tool calls: hands the request to run.py, which has Django loaded."""

import socket
import sys


def main() -> int:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(sys.argv[1])
        connection.sendall(sys.stdin.buffer.read())
        connection.shutdown(socket.SHUT_WR)
        with connection.makefile("rb") as answer:
            status, _, text = answer.read().partition(b"\n")
    (sys.stderr if status != b"0" else sys.stdout).buffer.write(text)
    return int(status)


sys.exit(main())
