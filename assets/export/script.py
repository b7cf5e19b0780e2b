#!/usr/bin/env python3
"""@TITLE@

Made on: @ORIGIN@
It makes the same calls again, step by step, and prints what it sees; behind "then:" stands what was seen in the recording.
Peers of the lab are started here too. Needs nothing but Python 3.8 on Linux, macOS or BSD.
With --step it waits for Enter before each step. It asks before it connects to anybody but the lab's peers; --go says yes.
"""
import ctypes
import errno
import fcntl
import os
import resource
import select
import socket
import sys
import tempfile
import time

TIME_LIMIT = 2.0      # seconds that a peer waits for what must come
LONGEST_WAIT = 5.0  # seconds that a poll waits at most

sockets = {}        # descriptor in the recording -> socket here
numbers = {}        # descriptor here -> number of the socket on the screen
stands_for = {}     # address in the recording -> address here
scratch = tempfile.TemporaryDirectory(prefix="sockstep-")
usual_limit = resource.getrlimit(resource.RLIMIT_NOFILE)
by_hand = "--step" in sys.argv[1:]

if hasattr(select, "epoll"):
    poller = select.epoll()
    IN, OUT, PRI = select.EPOLLIN, select.EPOLLOUT, select.EPOLLPRI
    EXTRA = select.EPOLLRDHUP | select.EPOLLET
    NAMES = [("IN", select.EPOLLIN), ("OUT", select.EPOLLOUT), ("PRI", select.EPOLLPRI),
             ("ERR", select.EPOLLERR), ("HUP", select.EPOLLHUP), ("RDHUP", select.EPOLLRDHUP)]
else:
    poller = select.poll()
    IN, OUT, PRI, EXTRA = select.POLLIN, select.POLLOUT, select.POLLPRI, 0
    NAMES = [("IN", select.POLLIN), ("OUT", select.POLLOUT), ("PRI", select.POLLPRI),
             ("ERR", select.POLLERR), ("HUP", select.POLLHUP)]


def before_others(addresses, names):
    """Nobody but the lab's peers is connected to, and no name is looked up, before somebody agrees."""
    if not addresses and not names:
        return
    print("This script leaves the lab. It connects to:")
    for address in addresses:
        print("    %r" % (address,))
    for name in names:
        print("    what the name %r leads to" % name)
    if "--go" in sys.argv[1:]:
        return
    if not sys.stdin.isatty():
        sys.exit("Nothing was done. With --go it does it.")
    if input("Go on? [y/N] ").strip().lower() not in ("y", "yes"):
        sys.exit("Nothing was done.")


def step(title):
    time.sleep(0.02)  # the kernel finishes what is under way on this machine
    if by_hand:
        input("Enter: ")
    print("\n== " + title)


def say(row, what, result, then):
    who = "   " if row is None else "%3d" % row
    print("%s %s = %s    (then: %s)" % (who, what, result, then))


def call(row, what, then, fd, work):
    """Makes one call on the socket that stands for fd, and prints its result or its errno."""
    if fd not in sockets:
        say(row, what, "not made: no such socket here", then)
        return None
    try:
        result = work(sockets[fd])
        say(row, what, "0" if result is None else result, then)
        return result
    except OSError as error:
        say(row, what, "-1 " + errno.errorcode.get(error.errno, str(error)), then)
        return None
    except (ValueError, OverflowError, MemoryError) as error:
        say(row, what, "not made: %s" % (str(error) or "no memory"), then)
        return None


def not_made(row, line):
    print("%s    (not made by this script: %s)" % ("   " if row is None else "%3d" % row, line))


def make(row, fd, family, far, then):
    try:
        new = socket.socket(getattr(socket, family), socket.SOCK_STREAM)
    except OSError as error:
        return say(row, "socket()", "-1 " + errno.errorcode.get(error.errno, str(error)), then)
    if far:
        new.settimeout(TIME_LIMIT)
    numbers[new.fileno()] = row
    sockets[fd] = new
    say(row, "socket()", new.fileno(), then)


class NoSocket:
    """A file, a pipe or a terminal, on which the calls for sockets can be tried: they say ENOTSOCK."""
    def __init__(self, number):
        self.number = number

    def fileno(self):
        return self.number

    def setblocking(self, blocks):
        os.set_blocking(self.number, blocks)

    def settimeout(self, limit):
        os.set_blocking(self.number, limit != 0)

    def close(self):
        os.close(self.number)

    def dup(self):
        return NoSocket(os.dup(self.number))

    def tried(self, name, *arguments):
        libc = ctypes.CDLL(None, use_errno=True)
        if getattr(libc, name)(self.number, *arguments) < 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
        return 0

    def connect_ex(self, address):
        try:
            return self.tried("connect", bytes([2, 0, 0, 9, 127, 0, 0, 1]) + bytes(8), 16)
        except OSError as error:
            return error.errno

    def recv(self, size):
        return self.tried("recv", bytes(size), size, 0)

    def send(self, data, flags=0):
        return self.tried("send", data, len(data), flags)

    def getsockopt(self, level, name):
        return self.tried("getsockopt", level, name, bytes(4), bytes([4, 0, 0, 0]))

    def getpeername(self):
        return self.tried("getpeername", bytes(16), bytes([16, 0, 0, 0]))

    def shutdown(self, how):
        return self.tried("shutdown", how)


def keep(row, fd, number):
    sockets[fd] = NoSocket(number)
    numbers[number] = row
    return number


def attempt(row, what, then, work):
    try:
        say(row, what, work(), then)
    except (OSError, AttributeError) as error:
        say(row, what, "-1 " + errno.errorcode.get(getattr(error, "errno", None), str(error)), then)


def open_file(row, fd, path, flags, then):
    def work():
        wanted = 0
        for name in flags.split("|"):
            wanted |= getattr(os, name)
        return keep(row, fd, os.open(path, wanted, 0o600))
    attempt(row, "open(%s)" % path, then, work)


def pipe(row, read_fd, write_fd, then):
    def work():
        ends = os.pipe()
        keep(row, read_fd, ends[0])
        keep(row + 1, write_fd, ends[1])  # both ends were added together
        return ends
    attempt(row, "pipe()", then, work)


def unlock(row, fd, then):
    # TIOCSPTLCK, of Linux
    call(row, "unlockpt()", then, fd, lambda s: fcntl.ioctl(s.fileno(), 0x40045431, bytes(4)) and None)


def open_slave(row, fd, master, then):
    # TIOCGPTPEER, of Linux
    call(row, "open the slave", then, master,
         lambda s: keep(row, fd, fcntl.ioctl(s.fileno(), 0x5441, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC)))


def read(row, fd, size, then):
    call(row, "read(%d)" % size, then, fd, lambda s: repr(os.read(s.fileno(), size)))


def write(row, fd, data, then):
    call(row, "write(%d bytes)" % len(data), then, fd, lambda s: os.write(s.fileno(), data))


def unblock(row, fd, far, then):
    call(row, "setblocking(False)", then, fd, lambda s: None if far else s.setblocking(False))


def wait_again(row, fd, far, then):
    # A call that would wait for ever here waits for a while.
    call(row, "setblocking(True)", then, fd, lambda s: None if far else s.settimeout(TIME_LIMIT))


def connect(row, fd, address, then):
    address = stands_for.get(address, address)

    def work(s):
        result = s.connect_ex(address)
        return "0" if result == 0 else "-1 " + errno.errorcode.get(result, str(result))
    call(row, "connect(%r)" % (address,), then, fd, work)


def bind(row, fd, address, meant, then):
    if isinstance(address, (str, bytes)):
        address = os.path.join(scratch.name, "peer-%d" % fd)

    def work(s):
        s.bind(address)
        stands_for[meant] = s.getsockname()
        return s.getsockname()
    call(row, "bind()", then, fd, work)


def listen(row, fd, backlog, then):
    call(row, "listen(%d)" % backlog, then, fd, lambda s: s.listen(backlog))


def accept(row, fd, new_fd, then):
    def work(s):
        s.settimeout(TIME_LIMIT)
        sockets[new_fd], other = s.accept()
        sockets[new_fd].settimeout(TIME_LIMIT)
        numbers[sockets[new_fd].fileno()] = row
        return sockets[new_fd].fileno()
    call(row, "accept()", then, fd, work)


def watch(row, fd, letters, change, then):
    mask = EXTRA | (IN if "r" in letters else 0) | (OUT if "w" in letters else 0) | (PRI if "p" in letters else 0)
    work = poller.modify if change else poller.register
    call(row, "%s(%s)" % ("modify" if change else "register", letters), then, fd, lambda s: work(s, mask))


def poll(milliseconds, then):
    wait = LONGEST_WAIT if milliseconds < 0 else min(milliseconds / 1000, LONGEST_WAIT)
    events = poller.poll(wait if hasattr(select, "epoll") else wait * 1000)
    reported = ["{%s %s}" % (numbers.get(fd, "?"), "|".join(n for n, bit in NAMES if mask & bit)) for fd, mask in events]
    say(None, "poll(%d)" % milliseconds, "%d [%s]" % (len(reported), ", ".join(reported)), then)


def so_error(row, fd, then):
    def work(s):
        code = s.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        return "[%s]" % (errno.errorcode.get(code, code) if code else 0)
    call(row, "getsockopt(SO_ERROR)", then, fd, work)


def option(row, fd, level, name, value, then):
    if not hasattr(socket, name):
        return say(row, name, "not known to this Python", then)
    value = b"\1\0\0\0" + value.to_bytes(4, "little") if name == "SO_LINGER" else value
    call(row, "setsockopt(%s)" % name, then, fd,
         lambda s: s.setsockopt(getattr(socket, level), getattr(socket, name), value))


def getpeername(row, fd, then):
    call(row, "getpeername()", then, fd, lambda s: s.getpeername())


def send(row, fd, data, then):
    call(row, "send(%d bytes)" % len(data), then, fd, lambda s: s.send(data))


def urgent(row, fd, data, then):
    call(row, "send(MSG_OOB)", then, fd, lambda s: s.send(data, socket.MSG_OOB))


def poll_one(row, fd, event, milliseconds, then):
    wait = LONGEST_WAIT if milliseconds < 0 else min(milliseconds / 1000, LONGEST_WAIT)

    def work(s):
        one = select.poll()
        one.register(s, getattr(select, event))
        return len(one.poll(wait * 1000))

    call(row, "poll(%s, %d)" % (event, milliseconds), then, fd, work)


def select_one(row, fd, then):
    def work(s):
        sets = select.select([s], [s], [s], 0)
        return "|".join(name for name, found in zip("RWX", sets) if found) or "-"

    call(row, "select", then, fd, work)


def recv(row, fd, size, then):
    call(row, "recv(%d)" % size, then, fd, lambda s: repr(s.recv(size)))


def shutdown(row, fd, how, then):
    call(row, "shutdown(%s)" % how, then, fd, lambda s: s.shutdown(getattr(socket, how)))


def close(row, fd, then):
    call(row, "close()", then, fd, lambda s: s.close())
    sockets.pop(fd, None)


def duplicate(row, fd, new_fd, then):
    def work(s):
        copy = s.dup()
        numbers[copy.fileno()] = row
        sockets[new_fd] = copy
        return copy.fileno()
    call(row, "dup()", then, fd, work)


def disconnect(row, fd, then):
    def work(s):
        libc = ctypes.CDLL(None, use_errno=True)
        # An address that is all zeros is of the family AF_UNSPEC.
        if libc.connect(s.fileno(), bytes(16), 16) != 0:
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code))
    call(row, "connect(AF_UNSPEC)", then, fd, work)


def limit(is_short, then):
    """The numbers of descriptors are others here: the limit leaves none, or it is as it was at the start."""
    soft, hard = usual_limit
    if is_short:
        soft = os.dup(1)  # the lowest number that is free
        os.close(soft)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    say(None, "setrlimit(RLIMIT_NOFILE)", "0, no descriptor left" if is_short else "0, as usual", then)


def lookup(row, host, port, then):
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        result = [address for _, _, _, _, address in found]
    except (OSError, ValueError) as error:
        result = "not found: %s" % error  # a name that no machine can have is no valid one
    say(row, "getaddrinfo(%s)" % host, result, then)


