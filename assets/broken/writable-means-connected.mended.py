"""A client that says hello.

Mended: writable is a hint to ask: SO_ERROR first, and if it is 0 getpeername().
Use: python3 writable-means-connected.mended.py HOST PORT
"""

import errno
import os
import select
import socket
import sys


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


def main():
    family, kind, _, _, address = look_up()
    sock = socket.socket(family, kind)
    sock.setblocking(False)
    begun = sock.connect_ex(address)
    if begun not in (0, errno.EINPROGRESS):
        fail("connect", begun)

    _, writable, _ = select.select([], [sock], [], 3)
    if not writable:
        print("no answer within 3 s")
        sys.exit(1)
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        fail("connect", error)
    try:
        sock.getpeername()
    except OSError as problem:
        fail("connect", problem.errno)
    print("connected", flush=True)

    try:
        sock.send(b"hello\n")
    except OSError as error:
        fail("connected, and yet: send", error.errno)
    print("said hello")
    sock.close()


main()
