# select(2). Run: python3 with_select.py HOST_IP PORT
import errno
import os
import select
import socket
import sys
import time
from socket import SO_ERROR, SOL_SOCKET


def wait(readers, writers, deadline):
    left = deadline - time.monotonic()
    if left > 0:
        ready = select.select(readers, writers, [], left)  #@ wait
        if any(ready):
            return
    raise OSError(errno.ETIMEDOUT, os.strerror(errno.ETIMEDOUT))


def connect(sock, watched, address, deadline):
    code = sock.connect_ex(address)  #@ connect
    if code not in (0, errno.EINPROGRESS):
        raise OSError(code, os.strerror(code))
    while True:
        wait([], watched, deadline)  # writable is only a hint
        code = sock.getsockopt(SOL_SOCKET, SO_ERROR)  #@ so_error
        if code != 0:
            raise OSError(code, os.strerror(code))
        try:
            return sock.getpeername()  #@ getpeername
        except OSError as error:
            if error.errno != errno.ENOTCONN:
                raise


def talk(host, port):
    deadline = time.monotonic() + 5
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)  #@ socket
    sock.setblocking(False)  #@ nonblocking
    watched = [sock]  #@ register
    connect(sock, watched, (host, port), deadline)
    # A new connection has room for 5 bytes: no EAGAIN here.
    sock.sendall(b"ping\n")  #@ send
    answer = b""
    while b"\n" not in answer:
        try:
            piece = sock.recv(512)  #@ recv
        except BlockingIOError:
            wait(watched, [], deadline)
            continue
        if not piece:
            break
        answer += piece
    sock.close()  #@ close
    line, newline, _ = answer.partition(b"\n")
    sys.stdout.buffer.write(line + newline)


try:
    talk(sys.argv[1], int(sys.argv[2]))
except OSError as error:
    sys.exit(errno.errorcode.get(error.errno, str(error)))
