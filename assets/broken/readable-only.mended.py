"""A client that connects, and then reads or says hello.

Mended: as long as connect() is under way it asks for writable too.
Use: python3 readable-only.mended.py HOST PORT
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

    readable, writable, _ = select.select([sock], [sock], [], 2)
    if not readable and not writable:
        print("no event within 2 s: the server must be down")
        sys.exit(1)
    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        fail("connect", error)
    print("connected", flush=True)

    try:
        try:
            text = sock.recv(256)
        except BlockingIOError:
            text = b""
        if text:
            print("the server says:", text.decode(errors="replace"), end="")
        sock.send(b"hello\n")
    except OSError as problem:
        fail("send", problem.errno)
    print("said hello")
    sock.close()


main()
