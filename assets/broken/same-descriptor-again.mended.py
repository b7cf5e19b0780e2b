"""A client that says hello, and tries once more if the server is not there yet.

Mended: the descriptor that failed is closed, and each attempt has a new one.
Use: python3 same-descriptor-again.mended.py HOST PORT
"""

import errno
import os
import select
import socket
import sys
import time


def fail(what, error):
    print(f"{what}: {os.strerror(error)}", flush=True)
    sys.exit(1)


def look_up():
    if len(sys.argv) != 3:
        sys.exit(f"use: {sys.argv[0]} HOST PORT")
    try:
        return socket.getaddrinfo(sys.argv[1], sys.argv[2], type=socket.SOCK_STREAM)[0]
    except socket.gaierror:
        print(f"no such host: {sys.argv[1]}")
        sys.exit(1)


def outcome(sock):
    _, writable, _ = select.select([], [sock], [], 3)
    if not writable:
        return errno.ETIMEDOUT
    return sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)


def main():
    family, kind, _, _, address = look_up()
    for attempt in (1, 2):
        sock = socket.socket(family, kind)
        sock.setblocking(False)
        error = sock.connect_ex(address)
        if error == errno.EINPROGRESS:
            error = outcome(sock)
        print(f"attempt {attempt}:", os.strerror(error) if error else "connected", flush=True)
        if not error:
            break
        sock.close()
        if attempt == 1:
            time.sleep(0.5)
    if error:
        fail("given up", error)
    try:
        sock.send(b"hello\n")
    except OSError as problem:
        fail("send", problem.errno)
    print("said hello")
    sock.close()


main()
