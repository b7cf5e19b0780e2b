"""A client that reads one line from a server and prints it.

Mended: after each event it reads until EAGAIN.
Use: python3 edge-without-draining.mended.py HOST PORT
"""

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
    said = sock.connect_ex(address)
    if said:
        fail("connect", said)
    print("connected", flush=True)
    sock.setblocking(False)
    loop = select.epoll()
    loop.register(sock, select.EPOLLIN | select.EPOLLET)

    line = b""
    while b"\n" not in line:
        if not loop.poll(2):
            print(f"no event within 2 s, after {len(line)} bytes: {line.decode()}")
            sys.exit(1)
        try:
            piece = sock.recv(16)
            while piece:
                line += piece
                piece = sock.recv(16)
        except BlockingIOError:
            continue
        except OSError as problem:
            fail("recv", problem.errno)
        if b"\n" not in line:
            print("the server has closed, after:", line.decode())
            sys.exit(1)
    print("the server says:", line.decode(), end="")
    sock.close()


main()
