"""A client with an event loop that says hello.

Mended: the socket is given to epoll after connect(), so that no event is older than the attempt.
Use: python3 registered-too-early.mended.py HOST PORT
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
    said = sock.connect_ex(address)
    if said not in (0, errno.EINPROGRESS):
        fail("connect", said)
    loop = select.epoll()
    loop.register(sock, select.EPOLLIN | select.EPOLLOUT | select.EPOLLET)

    writable = False
    while not writable:
        found = loop.poll(3)
        if any(events & select.EPOLLOUT for _, events in found):
            writable = True
        if not found:
            print("no answer within 3 s")
            sys.exit(1)

    error = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        fail("connect", error)
    print("connected", flush=True)
    try:
        sock.send(b"hello\n")
    except OSError as problem:
        fail("connected, and yet: send", problem.errno)
    print("said hello")
    sock.close()


main()
